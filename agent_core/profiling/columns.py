"""One `Column` per column of the training table."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agent_core.profile import Column, ColumnKind, TableFormat
from agent_core.profiling.drift import ks_statistic, total_variation
from agent_core.profiling.kinds import Kind, find_kind
from agent_core.profiling.roles import Roles
from agent_core.profiling.values import Values, values_of
from agent_core.template.converting import (
    epoch_seconds,
    is_missing,
    parse_numbers,
    parse_timestamps,
)

#: Statistics of longer tables are taken from evenly spread rows.
MOST_ROWS = 50_000
LONGEST_EXAMPLE = 60
#: Kinds whose values recur, so that their shares can be compared.
COUNTED = (ColumnKind.BOOLEAN, ColumnKind.CATEGORICAL, ColumnKind.HIGH_CARDINALITY)


def describe_columns(roles: Roles, targets: tuple[str, ...]) -> tuple[Column, ...]:
    """Every training column in order; group and time roles are given later."""
    return tuple(_describe(name, roles, targets) for name in roles.train.columns)


def _describe(name: str, roles: Roles, targets: tuple[str, ...]) -> Column:
    train = roles.train.frame[name]
    in_test = name in roles.test_columns
    test = _spread(roles.test.frame[name]) if in_test else None
    values = values_of(_spread(train), test, roles.train.format.missing)
    kind = find_kind(name, values, roles.train.format)
    role, reason = _role(name, kind, roles, targets, in_test)
    numbers = _numbers(values.distinct, kind, roles.train.format)
    facts = _comparison(values, kind, numbers, roles) if in_test else {}
    if numbers is not None and len(known := _known(numbers[values.train])):
        facts |= {"minimum": known.min(), "maximum": known.max(), "mean": known.mean()}
    unique, missing = _whole_column(train, values, roles.train.format)
    shown = np.flatnonzero((values.train_counts > 0) & ~values.missing)[:5]
    examples = values.distinct.iloc[shown].tolist()
    return Column.model_validate(
        {
            "name": name,
            "kind": kind.kind,
            "role": role,
            "reason": reason,
            "unique": unique,
            "missing_train": missing,
            "date_format": kind.date_format,
            "examples": tuple(str(text)[:LONGEST_EXAMPLE] for text in examples),
            **facts,
        }
    )


def _spread(values: pd.Series) -> pd.Series:
    """Evenly spread rows, all of them where there are not too many."""
    step = len(values) // MOST_ROWS
    return values.iloc[::step] if step > 1 else values


def _whole_column(train: pd.Series, values: Values, table_format: TableFormat) -> tuple[int, float]:
    """The distinct values and the missing part of all training rows, not of some only."""
    if len(train) > len(values.train):
        return train.nunique(), float(is_missing(train, table_format.model_dump()).mean())
    rows = max(1, len(train))
    missing = float(values.train_counts[values.missing].sum() / rows)
    return int(np.count_nonzero(values.train_counts)), missing


def _known(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    return numbers[~np.isnan(numbers)]


def _numbers(
    distinct: pd.Series, kind: Kind, table_format: TableFormat
) -> NDArray[np.float64] | None:
    """Numbers, or seconds since 1970 for dates; None for all other kinds."""
    if kind.kind == ColumnKind.DATE and kind.date_format:
        return epoch_seconds(parse_timestamps(distinct, kind.date_format))
    if kind.kind == ColumnKind.NUMERIC:
        numbers: NDArray[np.float64] = parse_numbers(distinct, table_format.model_dump()).to_numpy()
        return numbers
    return None


def _comparison(
    values: Values, kind: Kind, numbers: NDArray[np.float64] | None, roles: Roles
) -> dict[str, object]:
    """What the test rows have in common with the training rows."""
    drift = None
    # The marks of the test table may be others.
    same = roles.test.format == roles.train.format
    own = numbers if same else _numbers(values.distinct, kind, roles.test.format)
    if numbers is not None and own is not None:
        drift = ks_statistic(numbers[values.train], own[values.test])
    elif kind.kind in COUNTED:
        present = [codes[~values.missing[codes]] for codes in (values.train, values.test)]
        drift = total_variation(pd.Series(present[0]), pd.Series(present[1]))
    rows = max(1, len(values.test))
    new = (values.train_counts == 0) & ~values.missing
    return {
        "missing_test": float(values.test_counts[values.missing].sum() / rows),
        "drift": drift,
        "unseen": float(values.test_counts[new].sum() / rows),
    }


def _role(
    name: str, kind: Kind, roles: Roles, targets: tuple[str, ...], in_test: bool
) -> tuple[str, str]:
    if name in targets:
        return "target", "asked for by the submission"
    if name == roles.pairing.table_column:
        return _id_role(kind)
    if not in_test:
        return "unused", f"not in {roles.test.name}, so not known when predicting"
    if kind.kind in (ColumnKind.CONSTANT, ColumnKind.ALL_MISSING):
        return "unused", "has one value only" if kind.kind == ColumnKind.CONSTANT else "no values"
    if kind.kind == ColumnKind.ID_LIKE:
        return "unused", kind.reason
    return "feature", kind.reason


def _id_role(kind: Kind) -> tuple[str, str]:
    if kind.kind == ColumnKind.DATE:
        return "time", "identifies the rows and says when they were"
    return "id", "identifies the rows of the submission"
