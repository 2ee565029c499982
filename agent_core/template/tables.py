"""Reading the competition's tables as the configuration describes them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from agent_core.template.converting import is_missing
from agent_core.template.joins import join_row_by_row, join_table
from agent_core.template.reading import read_table


@dataclass(frozen=True)
class Tables:
    """Training and test rows in the files' order, and the sample submission as text.

    Numeric features are float64, everything else is text; a missing feature is NaN, while targets
    and ids keep their text. ``columns`` describes every feature, those of side tables too.
    """

    train: pd.DataFrame
    test: pd.DataFrame
    sample: pd.DataFrame
    columns: list[dict[str, Any]]


def read_tables(config: dict[str, Any], folder: Path) -> Tables:
    """Every table, side tables joined. Raises FileNotFoundError where one is not there."""
    columns = list(config["columns"])
    names = [column["name"] for column in columns]
    numeric = [column["name"] for column in columns if column["kind"] == "numeric"]
    parts = {}
    for role in ("train", "test"):
        table = config["tables"][role]
        frame = read_table(folder, table["name"], table["format"], table["columns"], numeric)
        texts = [name for name in names if name not in numeric]
        parts[role] = blank_missing(frame, texts, table["format"])
    train, test = parts["train"], parts["test"]
    if labels := config["tables"].get("labels"):
        train = join_labels(train, labels, folder)
    for side in config["side_tables"]:
        frame = read_table(folder, side["name"], side["format"])
        frame = blank_missing(frame, list(frame.columns), side["format"])
        train, test, added = join_table(train, test, frame, side)
        columns += added
    sample = config["tables"]["sample_submission"]
    return Tables(train, test, read_table(folder, sample["name"], sample["format"]), columns)


def blank_missing(
    frame: pd.DataFrame, names: list[str], table_format: dict[str, Any]
) -> pd.DataFrame:
    """The frame with NaN for every text of the columns ``names`` that means "no value"."""
    return frame.assign(
        **{name: frame[name].where(~is_missing(frame[name], table_format)) for name in names}
    )


def join_labels(train: pd.DataFrame, labels: dict[str, Any], folder: Path) -> pd.DataFrame:
    """The training table with the targets of the file of labels."""
    frame = read_table(folder, labels["name"], labels["format"])
    if not labels["main_columns"]:
        return join_row_by_row(train, frame)
    frame = frame.drop_duplicates(labels["side_columns"])
    keys = {"left_on": labels["main_columns"], "right_on": labels["side_columns"]}
    return train.merge(frame, how="left", suffixes=("", " (labels)"), **keys)
