"""Targets that lie in a file of their own, beside the training table."""

from dataclasses import replace

import pandas as pd

from agent_core.profile import Join
from agent_core.profiling.loading import LoadedTable
from agent_core.profiling.naming import keys, plain, says_labels, says_sample, says_test
from agent_core.profiling.roles import Roles
from agent_core.template.reading import join_labels

#: Part of the training rows that must find their label.
LEAST_MATCHED = 0.9


def attach_labels(roles: Roles) -> Roles:
    """The roles with the labels joined to the training table, where it lacks the targets."""
    if _has_targets(roles.train, roles):
        return roles
    found = [
        (table, join)
        for table in sorted(roles.rest, key=lambda table: not says_labels(table.title))
        if not says_test(table.title) and (join := _find_join(roles, table)) is not None
    ]
    if not found:
        return roles
    labels, join = found[0]
    frame = join_labels(roles.train.frame, labels.frame, join.model_dump())
    return replace(
        roles,
        train=replace(roles.train, frame=frame),
        rest=tuple(table for table in roles.rest if table is not labels),
        labels=labels,
        labels_join=join,
    )


def _has_targets(table: LoadedTable, roles: Roles) -> bool:
    """Whether the table has the targets by name, or a column that may be one and no other table
    has them by name."""
    predicted = {plain(name) for name in roles.predicted}
    if predicted & {plain(name) for name in table.columns}:
        return True
    elsewhere = any(
        predicted & {plain(name) for name in other.columns}
        for other in roles.rest
        if not says_test(other.title) and not says_sample(other.title)
    )
    return not elsewhere and any(name not in roles.test_columns for name in table.columns)


def _find_join(roles: Roles, table: LoadedTable) -> Join | None:
    """By a shared key that is unique on both sides, else row by row."""
    train = roles.train
    if len(table.columns) > 1 + max(2, len(roles.predicted)) and not says_labels(table.title):
        return None
    for column in table.columns if table.format.header else []:
        same = [name for name in train.columns if plain(name) == plain(column)]
        if same and _matched(train.frame[same[0]], table.frame[column]) and len(table.columns) > 1:
            return Join(main_columns=(same[0],), side_columns=(column,), many=False)
    shared = {plain(name) for name in train.columns} & {plain(name) for name in table.columns}
    if table.rows == train.rows and (not shared or not table.format.header):
        return Join(main_columns=(), side_columns=(), many=False)
    return None


def _matched(main: pd.Series, side: pd.Series) -> bool:
    main_keys, side_keys = keys(main), keys(side)
    if not side_keys.is_unique or not main_keys.is_unique:
        return False
    return bool(main_keys.isin(side_keys).mean() >= LEAST_MATCHED)
