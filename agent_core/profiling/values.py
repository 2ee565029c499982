"""A column of training and test rows with every distinct text once: far fewer to look at."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import array, chunked_array, large_string


@dataclass(frozen=True, eq=False)
class Values:
    """``distinct`` are the texts without blanks around them, in the order in which they occur.

    ``train`` and ``test`` (of no length where the test table lacks the column) have the place of
    each row's text in ``distinct``; ``missing`` says which texts mean "no value".
    """

    distinct: pd.Series
    missing: NDArray[np.bool_]
    train: NDArray[np.int64]
    test: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.int64]:
        """How often each distinct text occurs in training and test rows together."""
        return self.train_counts + self.test_counts

    @property
    def train_counts(self) -> NDArray[np.int64]:
        """How often each distinct text occurs in training rows."""
        return np.bincount(self.train, minlength=len(self.distinct))

    @property
    def test_counts(self) -> NDArray[np.int64]:
        """How often each distinct text occurs in test rows."""
        return np.bincount(self.test, minlength=len(self.distinct))


def values_of(train: pd.Series, test: pd.Series | None, missing: tuple[str, ...]) -> Values:
    """``train`` and ``test`` are the same column as text, ``missing`` what means "no value"."""
    distinct, codes = encode(train, test)
    return Values(
        distinct=pd.Series(distinct.to_pandas(), dtype=str),
        missing=pc.is_in(distinct, array(missing, large_string())).to_numpy(zero_copy_only=False),
        train=codes[: len(train)],
        test=codes[len(train) :],
    )


def encode(train: pd.Series, test: pd.Series | None) -> tuple[Any, NDArray[np.int64]]:
    """The distinct texts as an Arrow array, and the place of each row's among them.

    The rows of ``test`` come after those of ``train``.
    """
    parts = [array(part, large_string()) for part in (train, test) if part is not None]
    whole = pc.utf8_trim_whitespace(chunked_array(parts)).combine_chunks().dictionary_encode()
    return whole.dictionary, whole.indices.to_numpy().astype(np.int64)
