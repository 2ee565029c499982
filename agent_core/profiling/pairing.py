"""How the rows of a sample submission are found in another table."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from agent_core.profiling.loading import LoadedTable
from agent_core.profiling.naming import keys, plain

ID_COLUMNS_TRIED = 3
LOOKED_AT = 200


@dataclass(frozen=True)
class Pairing:
    """``table_column`` is None where the id is the row's number. ``covered``: part of the sample.

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
        known = set(wanted)
        for column in _alike(id_column, table):
            pairing = _by_values(id_column, known, column, table)
            found += [pairing] if pairing else []
            if pairing and pairing.exact:
                return pairing
        if id_column == sample.columns[0] and _counts(wanted, table):
            found.append(Pairing(id_column, None, 1.0, 0.0))
    return max(found, key=lambda pairing: pairing.covered - pairing.surplus, default=None)


def _alike(id_column: str, table: LoadedTable) -> list[str]:
    """The table's columns, those of the same name first."""
    wanted = plain(id_column)
    return sorted(table.columns, key=lambda name: (name != id_column, plain(name) != wanted))


def _by_values(id_column: str, known: set[str], column: str, table: LoadedTable) -> Pairing | None:
    values = table.frame[column]
    # Most columns are ruled out by a few of their values.
    first = keys(values.iloc[:: max(1, len(values) // LOOKED_AT)])
    if not first.is_unique or known.isdisjoint(first):
        return None
    present = keys(values)
    if not present.is_unique or (len(known) == 1 and len(present) > 1):
        return None
    shared = len(known.intersection(present))
    covered, surplus = shared / len(known), 1 - shared / len(present)
    return Pairing(id_column, column, covered, surplus) if covered >= 0.5 else None


def _counts(wanted: pd.Series, table: LoadedTable) -> bool:
    """Whether the ids are 1..n or 0..n-1 and the table has n rows."""
    if len(wanted) != table.rows:
        return False
    numbers = pd.to_numeric(wanted, errors="coerce")
    return any((numbers == np.arange(start, start + len(numbers))).all() for start in (0, 1))
