"""The fold of each training row: as given, or made as planned."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from agent_core.template.arrays import Ints
from agent_core.template.closeness import as_points, near_groups
from agent_core.template.converting import epoch_seconds, label_codes, parse_timestamps
from agent_core.template.splitting import fold_numbers
from agent_core.template.tables import Tables


def read_folds(config: dict[str, Any], path: Path | None, tables: Tables) -> Ints:
    """The folds of the file at ``path``; where there is none they are made by the plan."""
    if path is None:
        return plan_folds(config, tables.train)
    table = pd.read_csv(path)
    folds = np.full(len(tables.train), -1, dtype=np.int64)
    folds[table["row"].to_numpy()] = table["fold"].to_numpy()
    return folds


def plan_folds(config: dict[str, Any], train: pd.DataFrame) -> Ints:
    """Folds by class, group or time, for a run outside the flow that usually makes them."""
    plan, target = config["folds"], config["targets"][0]
    codes = groups = times = None
    if config["stratify_by"] and len(config["targets"]) == 1:
        codes = label_codes(train[target["column"]].astype("str"), config["stratify_by"])
    names = [column["name"] for column in config["columns"]]
    if plan["group_column"] is not None:
        groups = pd.factorize(train[plan["group_column"]], use_na_sentinel=False)[0]
    elif plan["duplicates_together"] and names:
        groups = train.groupby(names, sort=False, dropna=False).ngroup().to_numpy(np.int64)
    elif plan["repeats_within"] is not None:
        numeric = [column["name"] for column in config["columns"] if column["kind"] == "numeric"]
        numbers = {name: train[name].to_numpy(np.float64) for name in numeric if name in train}
        groups = near_groups(as_points(numbers, np.arange(len(train))), plan["repeats_within"])
    if plan["time_column"] is not None:
        times = time_values(config, train[plan["time_column"]])
    return fold_numbers(plan, len(train), codes, groups, times)


def time_values(config: dict[str, Any], column: pd.Series) -> Any:
    """Seconds since 1970 for a date, else the numbers themselves; NaN where unknown."""
    date_format = config["time_format"]
    if date_format is None:
        return pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return epoch_seconds(parse_timestamps(column.astype("str"), date_format))
