"""The tables of a dataset as they are without the targets of the withheld rows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from agent_core.dataset import Dataset
from agent_core.profile import Profile, Table
from agent_core.scoring.predictions import read_targets
from agent_core.template.reading import row_keys
from agent_core.verifying.asking import asking_tables
from agent_core.verifying.copies import rows_with_answers
from agent_core.verifying.raw_table import read_raw, text_of
from agent_core.verifying.withholding import CannotWithhold, Rows, Withheld

#: Larger tables are not searched for copies of the targets.
MOST_ROWS_SEARCHED = 2_000_000

Content = tuple[Table, pa.Table]


@dataclass(frozen=True)
class NewTables:
    """``contents`` are the tables that change. ``asked``: the sample's row per withheld row."""

    contents: tuple[Content, ...]
    asked: Rows


def make_tables(
    profile: Profile, dataset: Dataset, withheld: Withheld, random: np.random.Generator
) -> NewTables:
    """Move the withheld rows from training to test; let rows that may not be learned from go.

    Raises CannotWithhold where the files do not allow it.
    """
    table = profile.table("train")
    try:
        train = read_raw(dataset.root, table)
        gone = np.setdiff1d(np.arange(train.num_rows), withheld.learn)
        contents = [(table, train.take(withheld.learn))]
        contents += _labels(profile, dataset, train, withheld.learn, gone)
        copies = _copies(profile, dataset, train, gone)
        told = {copy.name for copy, _ in copies}
        moved = train.take(withheld.rows)
        asking, asked = asking_tables(profile, dataset, moved, told, random)
    except pa.ArrowException as error:
        raise CannotWithhold(f"the tables cannot be written anew ({error})") from error
    return NewTables((*contents, *copies, *asking), asked)


def _labels(
    profile: Profile, dataset: Dataset, train: pa.Table, learn: Rows, gone: Rows
) -> list[Content]:
    """The labels where they have a file of their own, without those of rows that are gone."""
    table = next((table for table in profile.tables if table.role == "labels"), None)
    if table is None or table.join is None:
        return []
    labels = read_raw(dataset.root, table)
    if not table.join.main_columns:
        return [(table, labels.take(learn))]
    keys = _keys(train, table.join.main_columns).to_numpy()
    missing = set(keys[gone])
    if not missing.isdisjoint(keys[learn]):
        raise CannotWithhold("rows of several folds share one label, which cannot be withheld")
    stays = ~_keys(labels, table.join.side_columns).isin(missing).to_numpy()
    return [(table, labels.take(np.flatnonzero(stays)))]


def _keys(rows: pa.Table, names: tuple[str, ...]) -> pd.Series:
    return row_keys(pd.DataFrame({name: text_of(rows, name) for name in names}, dtype=str))


def _copies(profile: Profile, dataset: Dataset, train: pa.Table, gone: Rows) -> list[Content]:
    """Further tables that tell the targets of rows that are gone, without what tells them."""
    name = profile.layout.id_from
    ids = text_of(train, name) if name is not None and name in train.column_names else None
    targets: list[list[str]] | None = None
    found = []
    for table in profile.tables:
        if table.role not in ("side", "unused") or table.rows > MOST_ROWS_SEARCHED:
            continue
        if targets is None:
            frame = read_targets(profile, dataset)
            targets = [frame[column].tolist() for column in frame.columns]
        other = read_raw(dataset.root, table)
        telling = rows_with_answers(other, ids, targets, gone)
        if len(telling):
            stays = np.setdiff1d(np.arange(other.num_rows), telling)
            found.append((table, other.take(stays)))
    return found
