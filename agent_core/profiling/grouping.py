"""Columns whose values bind rows together, so that they must not be torn apart."""

import re
from dataclasses import dataclass

import pandas as pd

from agent_core.profile import Column, ColumnKind
from agent_core.profiling.naming import keys
from agent_core.profiling.roles import Roles

LEAST_GROUPS = 5
#: Test rows whose group also occurs in training, at most.
MOST_SHARED = 0.02
GROUP_NAME = re.compile(
    r"(patient|subject|session|user|customer|person|group|household|family|machine|device|site"
    r"|store|shop|speaker|author|client|account|animal|well|vehicle)s?[\W_]*(id|no|nr|num|number|key)?$",
    re.IGNORECASE,
)
KINDS = (
    ColumnKind.CATEGORICAL,
    ColumnKind.HIGH_CARDINALITY,
    ColumnKind.NUMERIC,
    ColumnKind.ID_LIKE,
    ColumnKind.TEXT,
)


@dataclass(frozen=True)
class Grouping:
    """``groups`` counts the distinct values in training."""

    column: str
    groups: int
    reason: str


def find_grouping(roles: Roles, columns: tuple[Column, ...]) -> Grouping | None:
    """The column that binds rows, if test rows come from other groups than training rows."""
    found = []
    for column in columns:
        if not _may_bind(column, roles):
            continue
        values = keys(roles.train.frame[column.name])
        values = values[values != ""]
        if values.empty or not _binds(values):
            continue
        if column.name in roles.test_columns:
            found += _disjoint(column.name, values, keys(roles.test.frame[column.name]))
        elif GROUP_NAME.search(column.name):
            reason = f"rows share a value of {column.name}, which the test table does not even have"
            found.append(Grouping(column.name, values.nunique(), reason))
    return max(
        found, key=lambda one: (bool(GROUP_NAME.search(one.column)), -one.groups), default=None
    )


def _may_bind(column: Column, roles: Roles) -> bool:
    """What the column's description alone rules out, before its values are looked at."""
    if column.kind not in KINDS or column.role in ("target", "id", "time"):
        return False
    # Nearly all test values must be new, and rows must share values.
    new = column.unseen is None or column.unseen >= 1 - MOST_SHARED - (column.missing_test or 0.0)
    return new and column.unique <= 0.6 * roles.train.rows


def _binds(values: pd.Series) -> bool:
    """Whether there are several groups, and most rows are not alone in theirs."""
    if not values.iloc[:100].str.fullmatch(r"-?\d+|.*[^\d.,eE+-].*").all():
        return False
    sizes = values.value_counts()
    return len(sizes) >= LEAST_GROUPS and bool(sizes[sizes > 1].sum() >= 0.8 * len(values))


def _disjoint(name: str, train: pd.Series, test: pd.Series) -> list[Grouping]:
    test = test[test != ""]
    if test.empty or test.isin(train.unique()).mean() > MOST_SHARED or test.nunique() < 2:
        return []
    reason = f"no value of {name} occurs both in training and in test rows"
    return [Grouping(name, train.nunique(), reason)]
