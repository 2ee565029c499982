"""The folds of a competition, made once by the host and given to every solution."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agent_core.dataset import Dataset
from agent_core.profile import Column, ColumnKind, Profile, Table
from agent_core.template.closeness import as_points, near_groups
from agent_core.template.converting import (
    epoch_seconds,
    label_codes,
    parse_numbers,
    parse_timestamps,
)
from agent_core.template.reading import read_training
from agent_core.template.splitting import fold_numbers


def write_folds(profile: Profile, dataset: Dataset, path: Path, seed: int = 0) -> None:
    """Write ``row,fold`` for every training row; see `agent_core.solution` for their meaning."""
    folds = make_folds(profile, dataset, seed)
    table = pd.DataFrame({"row": np.arange(len(folds)), "fold": folds})
    part = path.with_name(path.name + ".part")
    table.to_csv(part, index=False)
    part.replace(path)


def make_folds(profile: Profile, dataset: Dataset, seed: int = 0) -> NDArray[np.int64]:
    """The fold of every training row, in the training table's order."""
    plan, train = profile.folds, profile.table("train")
    wanted = [plan.group_column, plan.time_column]
    classes = profile.targets[0].labels
    wanted += [profile.targets[0].column] if classes and len(profile.targets) == 1 else []
    features = [column.name for column in profile.columns if column.role == "feature"]
    wanted += features if plan.duplicates_together else []
    numeric = [column.name for column in profile.columns if _is_number(column)]
    wanted += numeric if plan.repeats_within is not None else []
    columns = list(dict.fromkeys(name for name in wanted if name is not None))
    frame = _read(profile, dataset, columns)
    codes = groups = times = None
    if classes and len(profile.targets) == 1:
        codes = label_codes(frame[profile.targets[0].column], list(classes))
    if plan.group_column is not None:
        groups = group_codes(frame[[plan.group_column]])
    elif plan.duplicates_together:
        groups = group_codes(frame[features])
    elif plan.repeats_within is not None:
        marks = train.format.model_dump()
        numbers = {name: parse_numbers(frame[name], marks).to_numpy() for name in numeric}
        groups = near_groups(as_points(numbers, np.arange(len(frame))), plan.repeats_within)
    if plan.time_column is not None:
        column = next(column for column in profile.columns if column.name == plan.time_column)
        times = time_values(frame[plan.time_column], column, train)
    return fold_numbers(plan.model_dump(), profile.rows_train, codes, groups, times, seed)


def _is_number(column: Column) -> bool:
    known_later = column.missing_test is not None
    return column.role == "feature" and column.kind is ColumnKind.NUMERIC and known_later


def _read(profile: Profile, dataset: Dataset, columns: list[str]) -> pd.DataFrame:
    if not columns:
        return pd.DataFrame(index=range(profile.rows_train))
    tables = [table.model_dump() for table in profile.tables]
    return read_training(dataset.root, tables, columns)


def group_codes(frame: pd.DataFrame) -> NDArray[np.int64]:
    """One code per distinct row; a row whose only value is missing is a group of its own."""
    stripped = frame.apply(lambda values: values.str.strip())
    codes = stripped.groupby(list(frame.columns), sort=False).ngroup().to_numpy(np.int64, copy=True)
    alone = (stripped == "").all(axis=1).to_numpy()
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(alone.sum())
    return np.asarray(codes, dtype=np.int64)


def time_values(texts: pd.Series, column: Column, table: Table) -> NDArray[np.float64]:
    """Seconds since 1970 for a date column, else the numbers themselves; NaN where unknown."""
    if column.date_format is not None:
        return epoch_seconds(parse_timestamps(texts, column.date_format))
    numbers: NDArray[np.float64] = parse_numbers(texts, table.format.model_dump()).to_numpy()
    return numbers
