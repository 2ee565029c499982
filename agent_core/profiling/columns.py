"""One `Column` per column of the training table."""

import pandas as pd

from agent_core.profile import Column, ColumnKind, TableFormat
from agent_core.profiling.drift import ks_statistic, total_variation
from agent_core.profiling.kinds import Kind, find_kind
from agent_core.profiling.roles import Roles
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
    test = roles.test.frame[name] if in_test else None
    some, other = _spread(train), _spread(test) if test is not None else None
    known = some if other is None else pd.concat([some, other], ignore_index=True)
    kind = find_kind(name, known, roles.train.format, some)
    role, reason = _role(name, kind, roles, targets, in_test)
    options = roles.train.format.model_dump()
    values = _numbers(some, kind, roles.train.format)
    facts: dict[str, object] = {}
    if other is not None:
        test_values = _numbers(other, kind, roles.test.format)
        counted = kind.kind in COUNTED
        facts = _comparison(some, other, values, test_values, roles.test.format, options, counted)
    present = values.dropna() if values is not None else pd.Series(dtype=float)
    if len(present):
        facts |= {
            "minimum": float(present.min()),
            "maximum": float(present.max()),
            "mean": float(present.mean()),
        }
    examples = some[~is_missing(some, options)].str.strip().drop_duplicates().iloc[:5]
    return Column.model_validate(
        {
            "name": name,
            "kind": kind.kind,
            "role": role,
            "reason": reason,
            "unique": int(train.nunique()),
            "missing_train": float(is_missing(train, options).mean()) if len(train) else 0.0,
            "date_format": kind.date_format,
            "examples": tuple(str(text)[:LONGEST_EXAMPLE] for text in examples),
            **facts,
        }
    )


def _spread(values: pd.Series) -> pd.Series:
    """Evenly spread rows, all of them where there are not too many."""
    return values.iloc[:: max(1, len(values) // MOST_ROWS)]


def _numbers(values: pd.Series, kind: Kind, table_format: TableFormat) -> pd.Series | None:
    """Numbers, or seconds since 1970 for dates; None for all other kinds."""
    if kind.kind == ColumnKind.DATE and kind.date_format:
        return pd.Series(epoch_seconds(parse_timestamps(values, kind.date_format)))
    if kind.kind == ColumnKind.NUMERIC:
        return parse_numbers(values, table_format.model_dump())
    return None


def _comparison(
    train: pd.Series,
    test: pd.Series,
    train_values: pd.Series | None,
    test_values: pd.Series | None,
    test_format: TableFormat,
    options: dict[str, object],
    counted: bool,
) -> dict[str, object]:
    """What the test rows have in common with the training rows."""
    missing = is_missing(test, test_format.model_dump())
    present = test[~missing].str.strip()
    known = train[~is_missing(train, options)].str.strip()
    if train_values is not None and test_values is not None:
        drift = ks_statistic(train_values.to_numpy(), test_values.to_numpy())
    else:
        drift = total_variation(known, present) if counted else None
    counts = present.value_counts()
    new = set(counts.index).difference(known.unique())
    unseen = float(counts[list(new)].sum() / max(1, len(test)))
    return {"missing_test": float(missing.mean()), "drift": drift, "unseen": unseen}


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
