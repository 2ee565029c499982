"""How the test rows lie in time: after the training rows, in gaps between them, or anywhere."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agent_core.profile import Column, ColumnKind, TableFormat
from agent_core.profiling.roles import Roles
from agent_core.template.converting import epoch_seconds, parse_numbers, parse_timestamps

TIME_WORD = re.compile(
    r"(^|[^a-z])(year|yr|month|week|day|date|time|timestamp|hour|quarter|period|t|step|tick|epoch)"
    r"($|[^a-z]|id$|num$|index$)",
    re.IGNORECASE,
)
LEAST_ROWS = 20


@dataclass(frozen=True)
class Timing:
    """``length``: how long the test rows' stretches are, in seconds or the column's own unit."""

    column: str
    pattern: Literal["forward", "blocks"]
    length: float


def find_timing(roles: Roles, columns: tuple[Column, ...]) -> Timing | None:
    """The time column that tells training from test rows, dates before numbers."""
    dates = [column for column in columns if column.kind == ColumnKind.DATE]
    numbers = [
        column
        for column in columns
        if column.kind == ColumnKind.NUMERIC and TIME_WORD.search(column.name)
    ]
    found: list[Timing] = []
    for column in [*dates, *numbers]:
        if column.role == "target" or column.name not in roles.test_columns:
            continue
        train = time_values(roles.train.frame[column.name], column, roles.train.format)
        test = time_values(roles.test.frame[column.name], column, roles.test.format)
        timing = _compare(column.name, train[np.isfinite(train)], test[np.isfinite(test)])
        if timing and (column.kind == ColumnKind.DATE or timing.pattern == "forward"):
            found.append(timing)
    return next((one for one in found if one.pattern == "forward"), found[0] if found else None)


def time_values(texts, column: Column, table_format: TableFormat) -> NDArray[np.float64]:  # type: ignore[no-untyped-def]
    """Seconds since 1970 for a date column, else the numbers themselves; NaN where unknown."""
    if column.date_format is not None:
        return epoch_seconds(parse_timestamps(texts, column.date_format))
    return parse_numbers(texts, table_format.model_dump()).to_numpy()


def _compare(name: str, train: NDArray[np.float64], test: NDArray[np.float64]) -> Timing | None:
    if len(train) < LEAST_ROWS or len(test) < 2:
        return None
    last = train.max()
    if np.mean(test > last) >= 0.98 or (
        np.mean(test >= last) >= 0.98 and np.mean(train >= test.min()) <= 0.05
    ):
        return Timing(name, "forward", float(max(test.max() - last, test.max() - test.min())))
    if np.isin(test, train).mean() > 0.2:
        return None
    return _gaps(name, train, test)


def _gaps(name: str, train: NDArray[np.float64], test: NDArray[np.float64]) -> Timing | None:
    """Whether test rows come in runs far longer than chance would make them."""
    times = np.concatenate([np.unique(train), np.unique(test)])
    is_test = np.repeat([False, True], [len(np.unique(train)), len(np.unique(test))])
    order = np.argsort(times, kind="stable")
    times, is_test = times[order], is_test[order]
    changes = np.flatnonzero(is_test[1:] != is_test[:-1])
    share = is_test.mean()
    expected = 2 * len(times) * share * (1 - share)
    if len(changes) > 0.2 * expected or len(changes) < 2:
        return None
    starts = np.concatenate([[0], changes + 1])
    ends = np.concatenate([changes, [len(times) - 1]])
    runs = [
        (times[end] - times[start])
        for start, end in zip(starts, ends, strict=True)
        if is_test[start]
    ]
    return Timing(name, "blocks", float(np.median(runs)))
