"""Identical rows, within the training table and between training and test."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agent_core.profile import Caution, Column
from agent_core.profiling.roles import Roles
from agent_core.profiling.values import encode

#: Larger tables are not compared row by row.
MOST_CELLS = 20_000_000
#: An odd number with no pattern in its bits (the golden ratio's), as in splitmix64.
MIXER = np.uint64(0x9E3779B97F4A7C15)
#: Below this part of the rows duplicates change no score.
LEAST_WORTH_TELLING = 0.01


@dataclass(frozen=True)
class Duplicates:
    """Parts of the rows (0 to 1). ``train``: training rows that have a twin in training.

    ``test``: test rows that have a twin in training. ``expected`` is what ``test`` would be if the
    test rows had been drawn at random from all rows.
    """

    train: float
    test: float
    expected: float

    @property
    def together(self) -> bool:
        """Whether folds have to keep twins together to be like the real test.

        If test rows had twins in training as often as chance gives, separating twins would be
        just as hard; here whoever made the test set saw to it that they have none.
        """
        return self.train >= LEAST_WORTH_TELLING and self.test < 0.5 * self.expected


def find_duplicates(roles: Roles, columns: tuple[Column, ...]) -> Duplicates | None:
    """None where there is nothing to compare, or too much."""
    names = [column.name for column in columns if column.role in ("feature", "time", "group")]
    names = [name for name in names if name != roles.pairing.table_column]
    # The most telling columns first: they leave the fewest rows to compare.
    unique = {column.name: column.unique for column in columns}
    names.sort(key=lambda name: -unique[name])
    rows = roles.train.rows + roles.test.rows
    known = set(roles.test_columns)
    names = [name for name in names if name in known]
    if not names or rows * len(names) > MOST_CELLS:
        return None
    train, test = row_hashes(roles.train.frame, roles.test.frame, names)
    _, place, counts = np.unique(train, return_inverse=True, return_counts=True)
    sizes = counts[place]
    share = len(test) / max(1, rows)
    expected = float(np.mean(1 - share ** (sizes - 1.0))) if len(sizes) else 0.0
    return Duplicates(
        train=float(np.mean(sizes > 1)) if len(sizes) else 0.0,
        test=float(np.isin(test, train).mean()) if len(test) else 0.0,
        expected=expected,
    )


def row_hashes(
    train: pd.DataFrame, test: pd.DataFrame, names: list[str]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """One 64-bit hash per row of training and of test, of the texts without blanks around them.

    A row that differs from all others in the first columns is not looked at any further.
    """
    result = np.zeros(len(train) + len(test), dtype=np.uint64)
    alike = np.arange(len(result))
    for name in names:
        column = pd.concat([train[name], test[name]], ignore_index=True)
        _, codes = encode(column if len(alike) == len(column) else column.iloc[alike], None)
        mixed = (result[alike] ^ codes.astype(np.uint64)) * MIXER
        result[alike] = mixed ^ (mixed >> np.uint64(29))
        hashes = pd.Series(result[alike])
        alike = alike[hashes.duplicated(keep=False).to_numpy()]
        if not len(alike):
            break
    return result[: len(train)], result[len(train) :]


def duplicate_cautions(found: Duplicates | None, kept: bool) -> tuple[Caution, ...]:
    """What a person should know of them. ``kept``: whether the folds keep twins together."""
    cautions: list[Caution] = []
    if found is not None and found.train >= LEAST_WORTH_TELLING:
        how = "Test rows have them as often, so folds need not keep them together."
        if found.together:
            how = "Test rows hardly have such twins"
            how += ", so folds keep twins together." if kept else "."
        message = f"{found.train:.1%} of the training rows have an identical twin. {how}"
        cautions.append(Caution(code="duplicate_rows", message=message))
    if found is not None and found.test >= LEAST_WORTH_TELLING:
        message = f"{found.test:.1%} of the test rows also occur in training."
        cautions.append(Caution(code="shared_rows", message=message))
    return tuple(cautions)
