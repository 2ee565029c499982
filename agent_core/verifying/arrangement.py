"""Where withheld rows come to lie among the test rows, and under which ids."""

import itertools
import re

import numpy as np
from numpy.typing import NDArray

from agent_core.profile import ColumnKind, FoldScheme, Profile
from agent_core.verifying.withholding import Rows

#: Schemes in which rows say nothing by their order.
UNORDERED = (FoldScheme.STRATIFIED, FoldScheme.SHUFFLED)
#: Ids that say nothing of their row: numbers, and codes of hexadecimal digits.
MEANINGLESS = re.compile(r"\d+|[0-9a-fA-F]{8,}(-[0-9a-fA-F]+)*")


def merged_order(
    test_rows: int,
    withheld_rows: int,
    scheme: FoldScheme,
    times: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    random: np.random.Generator,
) -> Rows:
    """The places, in test rows followed by withheld rows, that make the new test table in order.

    Test rows keep their order. Withheld rows lie among them at random, in an order of their own
    only where order may carry meaning: so the place of a row tells nothing of its target. By
    ``times`` (of test and withheld rows) they are merged where the test rows are sorted by them.
    """
    if times is not None and _sorted(times[0]):
        return np.argsort(np.concatenate(times), kind="stable")
    total = test_rows + withheld_rows
    order = np.full(total, -1, dtype=np.int64)
    places = np.sort(random.choice(total, withheld_rows, replace=False))
    if scheme in UNORDERED:
        places = random.permutation(places)
    order[places] = test_rows + np.arange(withheld_rows)
    order[order < 0] = np.arange(test_rows)
    return order


def _sorted(times: NDArray[np.float64]) -> bool:
    return len(times) > 1 and bool(np.isfinite(times).all() and (np.diff(times) >= 0).all())


def ids_say_nothing(profile: Profile, ids: list[str], told: set[str]) -> bool:
    """Whether the ids of withheld rows may be dealt anew among them.

    They may where they are unique and plain, no model is meant to look at them and no other table
    knows them. Labels do not, nor do the tables called ``told``: what they told of withheld rows
    is gone.
    """
    name = profile.layout.id_from
    column = next((column for column in profile.columns if column.name == name), None)
    further = (table for table in profile.tables if table.role in ("side", "unused"))
    others = (table for table in further if table.name not in told)
    used = {profile.folds.time_column, profile.folds.group_column}
    return (
        column is not None
        and column.role in ("id", "unused")
        and column.kind is not ColumnKind.DATE
        and name not in used
        and not any(_has_key(table.columns, table.join, name) for table in others)
        and len(set(ids)) == len(ids)
        and all(MEANINGLESS.fullmatch(text) for text in ids)
    )


def _has_key(columns: tuple[str, ...], join: object, name: str | None) -> bool:
    return name in columns or name in getattr(join, "main_columns", ())


def new_ids(known: list[str], count: int) -> list[str]:
    """Ids like the ``known`` ones and none of them: the numbers behind them, or numbered texts."""
    if known and all(re.fullmatch(r"\d+", text) for text in known):
        start, widths = max(int(text) for text in known) + 1, {len(text) for text in known}
        width = widths.pop() if len(widths) == 1 else 0
        return [str(start + step).zfill(width) for step in range(count)]
    taken = set(known)
    stem = re.sub(r"\d+$", "", known[0]) if known else "row "
    names = (f"{stem}{number}" for number in itertools.count(1))
    return list(itertools.islice((name for name in names if name not in taken), count))


def counted_ids(known: list[str], total: int) -> list[str] | None:
    """The ids continued to so many rows where they count the rows from 0 or 1, else None."""
    for start in (0, 1):
        if known == [str(start + row) for row in range(len(known))]:
            return [str(start + row) for row in range(total)]
    return None
