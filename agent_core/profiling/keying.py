"""Sets of columns that tell the rows of a side table apart."""

from collections.abc import Iterator
from itertools import combinations

import pandas as pd

from agent_core.profiling.loading import LoadedTable
from agent_core.profiling.naming import keys

#: More shared columns than this are not combined, nor more than that many into one key.
MOST_SHARED = 9
MOST_KEY_COLUMNS = 5
#: Most sets that are no key show it within so many rows.
FIRST_ROWS = 2000

#: A column of the main tables and the column of the side table that has its name.
Pair = tuple[str, str]


def unique_sets(
    pairs: list[Pair], table: LoadedTable
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The main and side columns of every smallest set that is unique in the side table.

    Columns of fractions, which are measures rather than keys, come last.
    """
    ordered = sorted(pairs, key=lambda pair: fractional(table.frame[pair[1]]))[:MOST_SHARED]
    chosen = [pair for pair in pairs if pair in ordered]
    codes = pd.DataFrame(
        {side: pd.factorize(keys(table.frame[side]))[0] for _, side in chosen},
        index=range(table.rows),
    )
    found: list[set[Pair]] = []
    for count in range(1, min(len(chosen), MOST_KEY_COLUMNS) + 1):
        for some in combinations(chosen, count):
            side = tuple(name for _, name in some)
            if not any(key <= set(some) for key in found) and _is_unique(codes[list(side)]):
                found.append(set(some))
                yield tuple(name for name, _ in some), side


def fractional(texts: pd.Series) -> bool:
    """Whether most of the first values are numbers with a fraction."""
    return bool(texts.iloc[:200].str.fullmatch(r"\s*-?\d*[.,]\d*[1-9]\d*\s*").mean() > 0.5)


def _is_unique(codes: pd.DataFrame) -> bool:
    rows = (codes.iloc[:FIRST_ROWS], codes)
    return not any(part.duplicated().any() for part in rows)
