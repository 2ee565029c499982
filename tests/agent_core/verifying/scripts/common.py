"""What every script here begins with: the tests put this text in place of its import.

Each is a solution for competitions with one target of numbers: a quantity, or 0 and 1.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


@dataclass
class Task:
    """The competition as read. ``x`` and ``z`` are plain features of training and test rows."""

    data: Path
    out: Path
    train: pd.DataFrame
    test: pd.DataFrame
    sample: pd.DataFrame
    folds: Any
    y: Any
    x: Any
    z: Any

    @property
    def binary(self) -> bool:
        return bool(np.isin(self.y, [0, 1]).all())


def read_task() -> Task:
    parser = argparse.ArgumentParser()
    for name in ("--data", "--folds", "--out", "--budget"):
        parser.add_argument(name)
    given = parser.parse_args()
    data = Path(given.data)
    train, test = pd.read_csv(data / "train.csv"), pd.read_csv(data / "test.csv")
    sample = pd.read_csv(data / "sample_submission.csv")
    folds = pd.read_csv(given.folds).sort_values("row")["fold"].to_numpy()
    y = train[sample.columns[1]].to_numpy(dtype=float)
    names = [name for name in test.columns if name != sample.columns[0]]
    both = pd.concat([train[names], test[names]], ignore_index=True)
    for name in names:
        if not pd.api.types.is_numeric_dtype(both[name]):
            both[name] = pd.factorize(both[name], sort=True)[0]
    plain = both.fillna(both.median()).to_numpy(dtype=float)
    x, z = plain[: len(train)], plain[len(train) :]
    return Task(data, Path(given.out), train, test, sample, folds, y, x, z)


def predict(task: Task, model: Any, x: Any) -> Any:
    return model.predict_proba(x)[:, 1] if task.binary else np.clip(model.predict(x), 0, None)


def by_folds(task: Task, x: Any, z: Any, make: Callable[[], Any]) -> tuple[Any, Any]:
    """Out-of-fold predictions, and for test rows the mean over the folds' models."""
    oof, tests = np.zeros(len(task.y)), []
    for fold in np.unique(task.folds):
        inside = task.folds == fold
        model = make().fit(x[~inside], task.y[~inside])
        oof[inside] = predict(task, model, x[inside])
        tests.append(predict(task, model, z))
    return oof, np.mean(tests, axis=0)


def write_answer(task: Task, oof: Any, test: Any) -> None:
    key, target = task.sample.columns
    answer = pd.Series(test, index=task.test[key]).reindex(task.sample[key]).to_numpy()
    pd.DataFrame({target: oof}).to_csv(task.out / "oof.csv", index=False)
    asked = pd.DataFrame({key: task.sample[key], target: answer})
    asked.to_csv(task.out / "submission.csv", index=False)
