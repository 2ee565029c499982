"""A column of training and test rows with every distinct text once: far fewer to look at."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import chunked_array, large_string
from pyarrow import array as arrow_array

from agent_core.profile import TableFormat


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


def values_of(train: pd.Series, test: pd.Series | None, table_format: TableFormat) -> Values:
    """``train`` and ``test`` are the same column as text."""
    parts = [train] if test is None else [train, test]
    texts = chunked_array([arrow_array(part, type=large_string()) for part in parts])
    encoded = pc.utf8_trim_whitespace(texts).combine_chunks().dictionary_encode()
    known = arrow_array(table_format.missing, type=large_string())
    codes = encoded.indices.to_numpy().astype(np.int64)
    return Values(
        distinct=pd.Series(encoded.dictionary.to_pandas(), dtype=str),
        missing=pc.is_in(encoded.dictionary, value_set=known).to_numpy(zero_copy_only=False),
        train=codes[: len(train)],
        test=codes[len(train) :],
    )
