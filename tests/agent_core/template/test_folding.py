"""The fold of each row: as given, or as planned where none are given."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agent_core.template.folding import plan_folds, read_folds
from agent_core.template.tables import Tables

PLAN = {
    "scheme": "shuffled",
    "folds": 2,
    "group_column": None,
    "time_column": None,
    "block_length": None,
    "duplicates_together": False,
    "repeats_within": None,
}


def config(**plan: object) -> dict[str, Any]:
    return {
        "folds": PLAN | plan,
        "targets": [{"column": "y"}],
        "stratify_by": None,
        "columns": [{"name": "size", "kind": "numeric"}, {"name": "colour", "kind": "categorical"}],
        "time_format": None,
    }


def test_given_folds_are_taken_and_rows_without_one_never_validated(tmp_path: Path) -> None:
    pd.DataFrame({"row": [3, 0, 1], "fold": [1, 0, 1]}).to_csv(tmp_path / "f.csv", index=False)
    tables = Tables(pd.DataFrame({"y": range(5)}), pd.DataFrame(), pd.DataFrame(), [])
    assert read_folds(config(), tmp_path / "f.csv", tables).tolist() == [0, 1, -1, 1, -1]


def test_without_given_folds_they_are_planned() -> None:
    train = pd.DataFrame({"size": np.arange(8.0), "colour": list("abcdefgh"), "y": range(8)})
    tables = Tables(train, pd.DataFrame(), pd.DataFrame(), [])
    assert np.bincount(read_folds(config(), None, tables)).tolist() == [4, 4]


def test_rows_that_nearly_repeat_each_other_lie_in_one_fold() -> None:
    sizes = np.repeat([1.0, 5.0, 20.0, 40.0, 70.0, 99.0], 3) + np.tile([0.0, 0.001, 0.002], 6)
    train = pd.DataFrame({"size": sizes, "colour": "a", "y": range(18)})
    folds = plan_folds(config(scheme="grouped", repeats_within=0.01), train)
    assert all(len(set(part)) == 1 for part in np.split(folds, 6))
    assert set(folds) == {0, 1}
