"""The test table and the sample submission with withheld rows among their own."""

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from agent_core.dataset import Dataset
from agent_core.folds import time_values
from agent_core.profile import Profile, Table
from agent_core.verifying.arrangement import counted_ids, ids_say_nothing, merged_order, new_ids
from agent_core.verifying.raw_table import as_type, read_raw, text_of
from agent_core.verifying.withholding import CannotWithhold, Rows


def asking_tables(
    profile: Profile,
    dataset: Dataset,
    moved: pa.Table,
    told: set[str],
    random: np.random.Generator,
) -> tuple[list[tuple[Table, pa.Table]], Rows]:
    """Both tables, and for each of the rows ``moved`` the row of the sample that asks for it.

    The tables called ``told`` knew of these rows, and know no more.
    """
    test_table, sample_table = profile.table("test"), profile.table("sample_submission")
    test, sample = read_raw(dataset.root, test_table), read_raw(dataset.root, sample_table)
    times = _times(profile, test, moved)
    order = merged_order(test.num_rows, moved.num_rows, profile.folds.scheme, times, random)
    sample_order = order
    if sample.num_rows != test.num_rows:
        sample_order = merged_order(
            sample.num_rows, moved.num_rows, profile.folds.scheme, None, random
        )
    asked = np.argsort(sample_order)[sample.num_rows :]
    ids = _ids(profile, moved, test, told, random)
    longer = (sample_table, _longer_sample(profile, sample, ids, moved.num_rows, sample_order))
    if (test_table.name, test_table.format.member) == (
        sample_table.name,
        sample_table.format.member,
    ):
        return [longer], asked
    rows = pa.concat_tables([test, _as_test_rows(profile, moved, test, ids)])
    return [(test_table, rows.take(order)), longer], asked


def _times(
    profile: Profile, test: pa.Table, moved: pa.Table
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """The times of test rows and of moved rows, where both have some."""
    name = profile.folds.time_column
    if name is None or name not in test.column_names or name not in moved.column_names:
        return None
    column = next(column for column in profile.columns if column.name == name)
    tables = ((test, profile.table("test")), (moved, profile.table("train")))
    first, second = (
        time_values(pd.Series(text_of(rows, name), dtype=str), column, table)
        for rows, table in tables
    )
    return first, second


def _ids(
    profile: Profile,
    moved: pa.Table,
    test: pa.Table,
    told: set[str],
    random: np.random.Generator,
) -> list[str] | None:
    """The ids of the moved rows, None where ids only count the rows.

    Their own, dealt anew among them where they say nothing: a script that knows answers by id
    then knows wrong ones. Others, where they have none that a test row does not have too.
    """
    name = profile.layout.id_from
    if name is None:
        return None
    known = text_of(test, name) if name in test.column_names else []
    own = text_of(moved, name) if name in moved.column_names else []
    if own and len(set(own)) == len(own) and set(own).isdisjoint(known):
        dealt = ids_say_nothing(profile, own, told)
        return [own[place] for place in random.permutation(len(own))] if dealt else own
    if any(name in table.join.main_columns for table in profile.side_tables() if table.join):
        raise CannotWithhold(f"ids in {name!r} are not unique, and other tables are found by them")
    return new_ids(known, moved.num_rows)


def _longer_sample(
    profile: Profile, sample: pa.Table, ids: list[str] | None, count: int, order: Rows
) -> pa.Table:
    """The sample with so many rows more, which are copies of its own under new ids."""
    name = profile.layout.id_column
    more = sample.take(np.arange(count) % sample.num_rows)
    known = text_of(sample, name)
    counted = counted_ids(known, len(known) + count) if ids is None else None
    if counted is not None:
        # They number the rows, whichever row comes to lie there.
        return _with_ids(pa.concat_tables([sample, more]).take(order), name, counted)
    more = _with_ids(more, name, ids if ids is not None else new_ids(known, count))
    return pa.concat_tables([sample, more]).take(order)


def _with_ids(rows: pa.Table, name: str, ids: list[str]) -> pa.Table:
    place = rows.column_names.index(name)
    field = rows.schema.field(place)
    return rows.set_column(place, field, as_type(pa.array(ids, pa.string()), field.type))


def _as_test_rows(
    profile: Profile, moved: pa.Table, test: pa.Table, ids: list[str] | None
) -> pa.Table:
    """Training rows with the columns of the test table, and nothing of their targets.

    A target that the test table has too holds what it holds there for other rows.
    """
    donors = test.take(np.arange(moved.num_rows) % test.num_rows)
    targets = {target.column for target in profile.targets}
    columns = []
    for field in test.schema:
        if field.name in targets:
            columns.append(donors.column(field.name))
        elif field.name == profile.layout.id_from and ids is not None:
            columns.append(as_type(pa.array(ids, pa.string()), field.type))
        elif field.name in moved.column_names:
            columns.append(as_type(moved.column(field.name), field.type))
        else:
            columns.append(pa.nulls(moved.num_rows, field.type))
    return pa.table(columns, schema=test.schema)
