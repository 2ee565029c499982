"""The learning problem: what is known, what is to be learned, and how rows are split."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from agent_core.template.arrays import Flags, Floats, Ints
from agent_core.template.converting import label_codes, parse_numbers


@dataclass(frozen=True)
class Split:
    """One model is trained on ``fit``; it predicts ``validate`` and has ``weight`` on the test."""

    fit: Ints
    validate: Ints
    weight: float


@dataclass(frozen=True)
class Problem:
    """``target`` is what models learn, one row per training row and one column per target.

    ``learn`` says what its values are: "numbers" (quantities, transformed as the metric wants),
    "classes" (one column of class codes) or "labels" (columns of 0 and 1). ``outputs`` is the
    number of columns that a prediction has; ``loss`` is what models of quantities minimise (see
    `Lesson`). ``known`` marks training rows that have a target.
    """

    learn: str
    loss: str
    target: Floats
    known: Flags
    outputs: int
    splits: list[Split]
    folds: Ints
    rows_test: int

    @property
    def rows_train(self) -> int:
        """The number of training rows; test rows follow them in every feature table."""
        return len(self.target)


def make_splits(folds: Ints, known: Flags, scheme: str) -> list[Split]:
    """Who learns from whom. Under ``time_forward`` a last split learns from all for the test."""
    numbers = [int(fold) for fold in np.unique(folds) if fold >= 0]
    splits = []
    for fold in numbers:
        earlier = folds < fold if scheme == "time_forward" else folds != fold
        fit = np.flatnonzero(earlier & known)
        if len(fit):
            weight = 0.0 if scheme == "time_forward" else 1.0 / len(numbers)
            splits.append(Split(fit, np.flatnonzero(folds == fold), weight))
    if scheme == "time_forward" or not splits:
        splits.append(Split(np.flatnonzero(known), np.flatnonzero(folds < -1), 1.0))
    return splits


def make_problem(config: dict[str, Any], train: pd.DataFrame, folds: Ints, tests: int) -> Problem:
    """The problem that ``config`` describes, for the training table as read."""
    table_format = config["tables"].get("labels", config["tables"]["train"])["format"]
    columns = [target_values(train, target, table_format) for target in config["targets"]]
    target = np.column_stack(columns)
    known = np.asarray(np.isfinite(target).all(axis=1))
    if config["transform"] == "log1p":
        target = np.log1p(np.maximum(target, 0.0))
    outputs = len(config["targets"])
    if config["learn"] == "classes":
        outputs = len(config["targets"][0]["labels"])
    splits = make_splits(folds, known, config["folds"]["scheme"])
    return Problem(config["learn"], config["loss"], target, known, outputs, splits, folds, tests)


def target_values(
    train: pd.DataFrame, target: dict[str, Any], table_format: dict[str, Any]
) -> Floats:
    """Class codes in the order of the labels, or the quantity itself; NaN where there is none."""
    column = train[target["column"]]
    if target["labels"] is None:
        return parse_numbers(column, table_format).to_numpy()
    codes = label_codes(column.astype("str"), target["labels"]).astype(np.float64)
    return np.where(codes < 0, np.nan, codes)
