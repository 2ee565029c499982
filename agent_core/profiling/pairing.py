"""How the rows of a sample submission are found in another table."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agent_core.profiling.loading import LoadedTable
from agent_core.profiling.naming import distinct, keys, plain

ID_COLUMNS_TRIED = 3
LOOKED_AT = 200
LEAST_COMPOSED = 10
#: Ids may repeat by mistake; a table with several rows per id is a side table.
MOST_REPEATED = 0.1


@dataclass(frozen=True)
class Pairing:
    """``table_column`` is None where rows are found by their order: the id counts them, or is made
    of several columns. ``covered``: part of the sample.

    ``surplus`` is the part of the table's rows that the sample does not ask for.
    """

    id_column: str
    table_column: str | None
    covered: float
    surplus: float

    @property
    def exact(self) -> bool:
        """Whether sample and table have the same rows."""
        return self.covered == 1 and self.surplus == 0


def pair(sample: LoadedTable, table: LoadedTable) -> Pairing | None:
    """How the sample's rows are identified in the table, or None where they are not there."""
    found: list[Pairing] = []
    for id_column in sample.columns[:ID_COLUMNS_TRIED]:
        wanted = keys(sample.frame[id_column])
        if len(wanted) == 0 or not wanted.is_unique:
            continue
        known = distinct(wanted)
        for column in _alike(id_column, table):
            pairing = _by_values(id_column, known, column, table)
            found += [pairing] if pairing else []
            if pairing and pairing.exact:
                return pairing
        if id_column == sample.columns[0] and (
            _counts(wanted, table) or _is_composed(wanted, table)
        ):
            found.append(Pairing(id_column, None, 1.0, 0.0))
    return max(found, key=lambda pairing: pairing.covered - pairing.surplus, default=None)


def _alike(id_column: str, table: LoadedTable) -> list[str]:
    """The table's columns, those of the same name first."""
    wanted = plain(id_column)
    return sorted(table.columns, key=lambda name: (name != id_column, plain(name) != wanted))


def _by_values(id_column: str, known: set[str], column: str, table: LoadedTable) -> Pairing | None:
    values = table.frame[column]
    # Most columns are ruled out by a few of their values.
    some = values.iloc[:: max(1, len(values) // LOOKED_AT)]
    if _unknown(some, known):
        return None
    first = keys(some)
    if first.duplicated().mean() > MOST_REPEATED or known.isdisjoint(first):
        return None
    present = keys(values)
    if present.duplicated().mean() > MOST_REPEATED or (len(known) == 1 and len(present) > 1):
        return None
    present = present.drop_duplicates()
    shared = len(known & distinct(present))
    covered, surplus = shared / len(known), 1 - shared / len(present)
    return Pairing(id_column, column, covered, surplus) if covered >= 0.5 else None


def _unknown(some: pd.Series, known: set[str]) -> bool:
    """Whether none of the texts can be a known key, seen without making keys of them."""
    texts = {text.strip() for text in some.tolist()}
    return known.isdisjoint(texts | {text.rstrip("0").rstrip(".") for text in texts})


def _is_composed(wanted: pd.Series, table: LoadedTable) -> bool:
    """Whether each id is made of values of its row, as in 12_2024-01-31 for store and day."""
    if len(wanted) != table.rows or len(wanted) < LEAST_COMPOSED:
        return False
    rows = np.linspace(0, len(wanted) - 1, 50).astype(int)
    ids = wanted.iloc[rows].tolist()
    made_of = 0
    for name in table.columns:
        parts = keys(table.frame[name].iloc[rows])
        inside = all(part and part in text for part, text in zip(parts, ids, strict=True))
        made_of += inside and parts.nunique() > 1
    return made_of >= 2


def _counts(wanted: pd.Series, table: LoadedTable) -> bool:
    """Whether the ids are 1..n or 0..n-1 and the table has n rows."""
    if len(wanted) != table.rows:
        return False
    numbers = pd.to_numeric(wanted, errors="coerce")
    return any((numbers == np.arange(start, start + len(numbers))).all() for start in (0, 1))
