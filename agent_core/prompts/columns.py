"""The column table as text: one line a column, alike columns together, however many there are."""

import math
import re
from contextlib import suppress
from datetime import UTC, datetime

from agent_core.profile import Column, ColumnKind, Profile
from agent_core.prompts.quoting import block, inline

MOST_LINES = 80
FEW_ALIKE = 6
NAMES_SHOWN = 1_500
#: Characters of the block: the single lines, and together with the rest.
LONGEST_LINES, LONGEST = 12_000, 16_000
#: What a script has to treat on its own comes before plain numbers.
_ORDER = {"target": 0, "id": 1, "group": 1, "time": 1, "feature": 2, "unused": 3}


#: Kinds whose distance between training and test rows says more than how few values repeat.
_COMPARED = (
    ColumnKind.NUMERIC,
    ColumnKind.BOOLEAN,
    ColumnKind.CATEGORICAL,
    ColumnKind.DATE,
    ColumnKind.CONSTANT,
)
#: The 1 % point of the two-sample Kolmogorov-Smirnov statistic, in units of sqrt((n + m) / nm).
_KOLMOGOROV_1_PERCENT = 1.63


def columns_text(profile: Profile) -> str:
    """Every column of the training table in a block of at most about 4,000 tokens."""
    noise = _chance(profile.rows_train, profile.rows_test)
    groups = _groups(profile.columns)
    lines = _chosen_lines(groups, profile, noise)
    shown = [lines[group[0].name] for group in groups if group[0].name in lines]
    others = [column for group in groups if group[0].name not in lines for column in group]
    return block("columns", "\n".join([*shown, *_rest(others, noise)]), LONGEST)


def _chosen_lines(groups: list[list[Column]], profile: Profile, noise: float) -> dict[str, str]:
    """The lines that there is room for, by the name of their first column."""
    warned = {name for caution in profile.warnings for name in caution.columns}
    chosen: dict[str, str] = {}
    used = 0
    for group in sorted(groups, key=lambda group: _rank(group, warned)):
        line = _shared_line(group, noise) if len(group) > 1 else _line(group[0], noise)
        used += len(line) + 1
        if used > LONGEST_LINES or len(chosen) == MOST_LINES:
            break
        chosen[group[0].name] = line
    return chosen


def _chance(rows_train: int, rows_test: int) -> float:
    """Drift below this says nothing."""
    n, m = max(1, rows_train), max(1, rows_test)
    return max(0.02, _KOLMOGOROV_1_PERCENT * math.sqrt((n + m) / (n * m)))


def _rank(group: list[Column], warned: set[str]) -> tuple[int, int]:
    first = group[0]
    alone = len(group) == 1
    plain = alone and first.kind is ColumnKind.NUMERIC and first.name not in warned
    return _ORDER[first.role], int(plain)


def _groups(columns: tuple[Column, ...]) -> list[list[Column]]:
    """Columns that differ in the numbers of their names only, together if they are many."""
    alike: dict[tuple[str, str, str], list[Column]] = {}
    for column in columns:
        pattern = re.sub(r"\d+", "#", column.name)
        alike.setdefault((pattern, column.kind, column.role), []).append(column)
    groups: list[list[Column]] = []
    for group in alike.values():
        together = len(group) >= FEW_ALIKE and "#" in re.sub(r"\d+", "#", group[0].name)
        groups += [group] if together else [[column] for column in group]
    return groups


def _line(column: Column, noise: float) -> str:
    parts = [_kind(column), f"{column.unique} distinct"]
    parts += _missing([column])
    parts += _range([column])
    if column.mean is not None and column.kind is not ColumnKind.DATE:
        parts.append(f"mean {column.mean:.5g}")
    parts += _difference([column], noise)
    if column.date_format is not None:
        parts.append(f"date format {inline(column.date_format)}")
    if column.examples:
        shown = column.examples[: 3 if column.kind is ColumnKind.NUMERIC else 5]
        parts.append("e.g. " + ", ".join(inline(value, 40) for value in shown))
    if column.role != "feature" and column.reason:
        parts.append(inline(column.reason, 200))
    return f"{inline(column.name)}: {'; '.join(parts)}"


def _shared_line(group: list[Column], noise: float) -> str:
    low, high = min(c.unique for c in group), max(c.unique for c in group)
    parts = [_kind(group[0]), f"{low} to {high} distinct"]
    parts += _missing(group) + _range(group) + _difference(group, noise)
    names = f"{inline(group[0].name)} to {inline(group[-1].name)} ({len(group)} columns)"
    return f"{names}: {'; '.join(parts)}"


def _kind(column: Column) -> str:
    kind = column.kind.value.replace("_", " ")
    return kind if column.role == "feature" else f"{column.role.upper()}, {kind}"


def _missing(group: list[Column]) -> list[str]:
    train = max(column.missing_train for column in group)
    test = max((column.missing_test or 0.0) for column in group)
    absent = all(column.missing_test is None for column in group)
    most = "up to " if len(group) > 1 else ""
    if absent:
        note = ["not in the test table"] if group[0].role == "feature" else []
        return [f"missing {most}{train:.1%}", *note] if train else note
    return [f"missing {most}{train:.1%} / {test:.1%}"] if train or test else []


def _range(group: list[Column]) -> list[str]:
    lows = [column.minimum for column in group if column.minimum is not None]
    highs = [column.maximum for column in group if column.maximum is not None]
    if not lows or not highs:
        return []
    dates = group[0].kind is ColumnKind.DATE
    return [f"{_point(min(lows), dates)} to {_point(max(highs), dates)}"]


def _point(value: float, date: bool) -> str:
    """A number, or the day of so many seconds since 1970."""
    if date and abs(value) < 1e11:
        with suppress(OverflowError, ValueError):
            return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d")
    return f"{value:.6g}"


def _difference(group: list[Column], noise: float) -> list[str]:
    """Drift beyond chance, and unseen values of columns whose values are names."""
    most = "up to " if len(group) > 1 else ""
    kind = group[0].kind
    drift = max((column.drift or 0.0) for column in group)
    unseen = max((column.unseen or 0.0) for column in group)
    found = [f"drift {most}{drift:.2f}"] if kind in _COMPARED and drift > noise else []
    names = kind not in (ColumnKind.NUMERIC, ColumnKind.TEXT)
    return found + ([f"unseen {most}{unseen:.1%}"] if names and unseen >= 0.001 else [])


def _rest(columns: list[Column], noise: float) -> list[str]:
    """The columns that have no line of their own: how many of each kind, and their names."""
    kinds: dict[str, list[Column]] = {}
    for column in columns:
        kinds.setdefault(_kind(column), []).append(column)
    return [
        f"and {len(group)} more, {kind}: "
        + _names([column.name for column in group])
        + "".join(
            f"; {part}" for part in _missing(group) + _range(group) + _difference(group, noise)
        )
        for kind, group in kinds.items()
    ]


def _names(names: list[str]) -> str:
    text = ""
    for place, name in enumerate(names):
        quoted = inline(name, 40)
        if len(text) + len(quoted) > NAMES_SHOWN:
            return f"{text} and {len(names) - place} more"
        text += f", {quoted}" if text else quoted
    return text
