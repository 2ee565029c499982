"""Which table is the sample submission, which the test table and which the training table."""

from dataclasses import dataclass

import pandas as pd

from agent_core.errors import DataError
from agent_core.profile import Join
from agent_core.profiling.loading import LoadedTable, Unreadable
from agent_core.profiling.naming import (
    distinct,
    keys,
    plain,
    says_labels,
    says_sample,
    says_test,
    says_train,
)
from agent_core.profiling.pairing import Pairing, pair

#: Below this nothing about a table says that it is the one.
LEAST_SCORE = 3.0


@dataclass(frozen=True)
class Roles:
    """``pairing`` finds the sample's rows in ``test``. ``rest`` are the other tables.

    ``labels`` is joined to ``train`` by ``labels_join``, where the targets have a file of their
    own; ``train.frame`` holds them already.
    """

    sample: LoadedTable
    test: LoadedTable
    train: LoadedTable
    pairing: Pairing
    rest: tuple[LoadedTable, ...]
    labels: LoadedTable | None = None
    labels_join: Join | None = None

    @property
    def test_columns(self) -> list[str]:
        """What is known of a test row; of a sample submission that is the id only."""
        return [self.pairing.id_column] if self.test is self.sample else self.test.columns

    @property
    def predicted(self) -> list[str]:
        """The sample's prediction columns, in its order."""
        return [name for name in self.sample.columns if name != self.pairing.id_column]


def find_roles(tables: list[LoadedTable], failed: list[Unreadable]) -> Roles:
    """The roles of the main tables. Raises DataError that says what was found and what not."""
    if not tables:
        raise _no_table("any table", tables, failed)
    marks = [_sample_score(table, tables) for table in tables]
    sample = tables[marks.index(max(marks))]
    if len(tables) < 2 or max(marks) < LEAST_SCORE:
        raise _no_table("a sample submission", tables, failed)
    others = [
        table for table in tables if table is not sample and not _is_sample_like(table, sample)
    ]
    test, pairing = _find_test(sample, others, tables, failed)
    candidates = [table for table in others if table is not test]
    predicted = [name for name in sample.columns if name != pairing.id_column]
    known = [pairing.id_column] if test is sample else test.columns
    scores = [_train_score(table, known, predicted) for table in candidates]
    if not candidates or max(scores) < LEAST_SCORE:
        raise _no_table("a training table", tables, failed)
    train = candidates[scores.index(max(scores))]
    rest = [table for table in tables if table not in (sample, test, train)]
    return Roles(sample, test, train, pairing, tuple(rest))


def _sample_score(table: LoadedTable, tables: list[LoadedTable]) -> float:
    if len(table.columns) < 2 or table.rows == 0:
        return -1.0
    score = 4.0 * says_sample(table.title) - 4.0 * (
        says_train(table.title) or says_test(table.title)
    )
    # A sample has as many rows as the test table, or fewer than there are ids somewhere.
    others = [other for other in tables if other is not table and other.rows == table.rows]
    partners = [
        other
        for other in others
        if (pairing := pair(table, other))
        and pairing.exact
        and not _predictions_in(table, pairing, other)
    ]
    score += 2.0 * bool(partners)
    score += 1.0 * any(len(other.columns) > 2 for other in partners)
    score += 1.0 * (len(table.columns) == 2)
    return score + 1.0 * _monotonous(table)


def _predictions_in(sample: LoadedTable, pairing: Pairing, other: LoadedTable) -> bool:
    predicted = [name for name in sample.columns if name != pairing.id_column]
    return any(name in other.columns for name in predicted)


def _monotonous(table: LoadedTable) -> bool:
    """Whether the columns behind the first hold hardly more than one value each."""
    start = table.frame.iloc[:1000, 1:]
    return all(start[name].nunique() <= max(1, len(start) // 100) for name in start.columns)


def _is_sample_like(table: LoadedTable, sample: LoadedTable) -> bool:
    """Another sample submission beside the first."""
    return table.columns == sample.columns and says_sample(table.title)


def _find_test(
    sample: LoadedTable,
    others: list[LoadedTable],
    tables: list[LoadedTable],
    failed: list[Unreadable],
) -> tuple[LoadedTable, Pairing]:
    best: tuple[float, LoadedTable, Pairing] | None = None
    for table in others:
        pairing = pair(sample, table)
        if pairing is None or _serves_both(table, pairing, sample, others):
            continue
        score = (
            4.0 * pairing.covered - 2.0 * pairing.surplus + 1.0 * (pairing.table_column is not None)
        )
        score += 2.0 * says_test(table.title) - 2.0 * says_train(table.title)
        score -= 3.0 * _predictions_in(sample, pairing, table)
        if best is None or score > best[0]:
            best = (score, table, pairing)
    if best is not None and best[0] >= LEAST_SCORE:
        return best[1], best[2]
    first = sample.columns[0]
    if not keys(sample.frame[first]).is_unique:
        raise _several_ids(sample)
    if any(_mentions(sample, first, table) for table in others):
        return sample, Pairing(first, first, 1.0, 0.0)
    raise _no_table("a test table with the sample submission's ids", tables, failed)


def _serves_both(
    table: LoadedTable, pairing: Pairing, sample: LoadedTable, others: list[LoadedTable]
) -> bool:
    """Whether the table has features of training and test rows alike, so that it is neither."""
    column = pairing.table_column
    if pairing.surplus == 0 or column is None or says_test(table.title):
        return False
    predicted = {plain(name) for name in sample.columns if name != pairing.id_column}
    present = distinct(keys(table.frame[column]))
    return any(
        bool(keys(other.frame[column]).isin(present).mean() > 0.9)
        for other in others
        if other is not table
        and column in other.columns
        and predicted & {plain(name) for name in other.columns}
    )


def _mentions(sample: LoadedTable, id_column: str, table: LoadedTable) -> bool:
    """Whether the table has rows (one or many) for nearly all of the sample's ids."""
    wanted = distinct(keys(sample.frame[id_column]))
    same = [name for name in table.columns if plain(name) == plain(id_column)]
    return any(len(wanted & distinct(keys(table.frame[name]))) > 0.9 * len(wanted) for name in same)


def _train_score(table: LoadedTable, known: list[str], predicted: list[str]) -> float:
    """``known`` are the columns of the test rows."""
    if table.rows == 0:
        return -1.0
    shared = [name for name in table.columns if name in known]
    extra = [name for name in table.columns if name not in known]
    targets = {plain(name) for name in predicted} & {plain(name) for name in extra}
    score = 4.0 * len(shared) / max(1, len(known))
    score += 3.0 * bool(targets) + 1.0 * bool(extra)
    score += 2.0 * says_train(table.title) - 3.0 * says_test(table.title)
    # An id is a large part of what test rows have, where they have little.
    score -= 3.0 * (says_labels(table.title) and len(table.columns) <= 1 + len(predicted))
    if _holds_labels(table, extra, predicted):
        score += 2.0
    return score


def _holds_labels(table: LoadedTable, extra: list[str], predicted: list[str]) -> bool:
    """Whether an extra column has the prediction columns' names as its values."""
    if len(predicted) < 2:
        return False
    names = {plain(name) for name in predicted}
    starts: list[pd.Series] = [table.frame[name].iloc[:500] for name in extra]
    return any({plain(text) for text in start} <= names for start in starts)


def _several_ids(sample: LoadedTable) -> DataError:
    return DataError(
        f"{sample.name} has rows with the same {sample.columns[0]!r}.",
        means="Its rows are told apart by several columns together, which is not supported.",
        next="Join those columns into one id, in the sample submission and in the test table.",
    )


def _no_table(what: str, tables: list[LoadedTable], failed: list[Unreadable]) -> DataError:
    seen = [f"{table.name} ({table.rows} rows: {', '.join(table.columns[:6])})" for table in tables]
    broken = [f"{file.name} could not be read: {file.reason}" for file in failed]
    return DataError(
        f"The data do not contain {what}.",
        means="Found: " + "; ".join([*seen, *broken] or ["no CSV, TSV or Parquet file"]) + ".",
        next="Only competitions with tables for training, test and a sample submission are solved.",
    )
