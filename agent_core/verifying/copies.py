"""Other tables of a dataset that repeat the targets of training rows."""

import numpy as np
import pandas as pd
import pyarrow as pa

from agent_core.template.reading import row_keys
from agent_core.verifying.raw_table import text_of
from agent_core.verifying.withholding import Rows

#: A column that agrees with the target in so many of its rows repeats it.
COPIED = 0.99
#: So many of the rows must be found before a column can be said to name them.
FOUND = 0.5
FEWEST_ROWS = 5


def rows_with_answers(
    other: pa.Table, ids: list[str] | None, targets: list[list[str]], gone: Rows
) -> Rows:
    """The rows of ``other`` that tell the targets of the training rows ``gone``, ascending.

    Rows are matched by any column that holds the ``ids`` of the training rows, or by their order
    where both tables have as many. ``targets`` has the texts of each target column.
    """
    matches = _by_id(other, ids, gone) if ids is not None else []
    if other.num_rows == len(targets[0]):
        matches.append(pd.Series(gone, index=gone))
    told = [match.index.to_numpy() for match in matches if _repeats(other, targets, match)]
    return np.unique(np.concatenate(told)) if told else np.zeros(0, dtype=np.int64)


def _by_id(other: pa.Table, ids: list[str], gone: Rows) -> list[pd.Series]:
    """For each column that names the rows: the training row of every row that it names."""
    texts = pd.Series(ids, dtype=str).iloc[gone]
    rows = pd.Series(gone, index=pd.Index(row_keys(texts.to_frame())))
    if not rows.index.is_unique:
        return []
    found = []
    for name in other.column_names:
        keys = row_keys(pd.DataFrame({name: text_of(other, name)}))
        match = rows.reindex(keys).set_axis(range(len(keys)), axis=0).dropna().astype(np.int64)
        if match.nunique() >= FOUND * len(gone):
            found.append(match)
    return found


def _repeats(other: pa.Table, targets: list[list[str]], match: pd.Series) -> bool:
    """Whether some column says of the matched rows what their target is."""
    part = other.take(match.index.to_numpy())
    columns = [row_keys(pd.DataFrame({name: text_of(part, name)})) for name in part.column_names]
    for texts in targets:
        truth = row_keys(pd.DataFrame({"target": texts}, dtype=str).iloc[match.to_numpy()])
        if len(truth) < FEWEST_ROWS or truth.nunique() < 2:
            continue
        if any(np.mean(column.to_numpy() == truth.to_numpy()) >= COPIED for column in columns):
            return True
    return False
