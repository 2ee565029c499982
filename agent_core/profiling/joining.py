"""How side tables meet the main tables: by which columns, and with one row or many."""

from itertools import combinations

import pyarrow.compute as pc
from pyarrow import array, large_string

from agent_core.errors import DataError
from agent_core.profile import Caution, Join
from agent_core.profiling.keying import Pair, fractional, unique_sets
from agent_core.profiling.kinds import ID_NAME
from agent_core.profiling.loading import LoadedTable
from agent_core.profiling.naming import keys, plain
from agent_core.profiling.roles import Roles
from agent_core.template.reading import row_keys

#: Part of the training rows (and of the test rows) that must find a side row.
LEAST_MATCHED = 0.3
#: The same where nothing but the values speaks for a key, and what a good key reaches.
LEAST_CONTAINED = 0.8
#: Of keys that several side rows share no more columns are tried.
MOST_REPEATED = 4


def find_joins(roles: Roles) -> tuple[list[tuple[LoadedTable, Join]], tuple[Caution, ...]]:
    """The side tables with their joins, and a caution for each table that is left out."""
    joined: list[tuple[LoadedTable, Join]] = []
    cautions: list[Caution] = []
    for table in roles.rest:
        if (reason := _no_side_table(table, roles)) is None:
            join = _shared_names(table, roles) or _shared_values(table, roles)
            if join is not None:
                joined.append((table, join))
                continue
            reason = "none of its columns leads to the training and test rows"
        message = f"{table.name} ({table.rows} rows) is not used: {reason}."
        cautions.append(Caution(code="table_unused", message=message))
    return joined, tuple(cautions)


def _no_side_table(table: LoadedTable, roles: Roles) -> str | None:
    """Why the table is no side table, or None where it may be one."""
    if table.rows == 0 or len(table.columns) < 2:
        return "it holds nothing to join"
    if table.columns == roles.sample.columns:
        return "it looks like another submission"
    if table.columns == roles.test.columns and len(table.columns) > 2:
        return "it has the columns of the test table"
    if table.columns == roles.train.columns:
        return "it has the columns of the training table, and more training data are not merged"
    if any(plain(name) in map(plain, table.columns) for name in roles.predicted):
        return "it holds the target"
    return None


def _main_columns(roles: Roles) -> list[str]:
    """Columns that training and test rows both have."""
    known = set(roles.test_columns)
    return [name for name in roles.train.columns if name in known]


def _shared_names(table: LoadedTable, roles: Roles) -> Join | None:
    """By columns of the same names: a key that is unique in the side table, else any that fits."""
    # Row numbers that were written along say nothing about the rows of another table.
    side = {plain(name): name for name in table.columns if not name.startswith("Unnamed: ")}
    pairs = [(name, side[plain(name)]) for name in _main_columns(roles) if plain(name) in side]
    return _unique_key(pairs, table, roles) or _repeated_key(pairs, table, roles)


def _unique_key(pairs: list[Pair], table: LoadedTable, roles: Roles) -> Join | None:
    """The best of the smallest sets of columns that tell all side rows apart."""
    found: list[tuple[tuple[object, ...], Join]] = []
    for main, side in unique_sets(pairs, table):
        matched = _matched(roles, table, main, side)
        measured = any(fractional(table.frame[name]) for name in side)
        least = LEAST_CONTAINED if measured else LEAST_MATCHED
        if matched >= least and len(side) < len(table.columns):
            doubt = (
                measured,
                matched < LEAST_CONTAINED,
                len(side),
                not any(ID_NAME.search(name) for name in side),
                [table.columns.index(name) for name in side],
            )
            found.append((doubt, Join(main_columns=main, side_columns=side, many=False)))
    return min(found, key=lambda one: one[0])[1] if found else None


def _repeated_key(pairs: list[Pair], table: LoadedTable, roles: Roles) -> Join | None:
    """The most columns by which enough main rows find side rows, several for each."""
    pairs = [pair for pair in pairs if not fractional(table.frame[pair[1]])][:MOST_REPEATED]
    for count in range(len(pairs), 0, -1):
        fitting: list[tuple[float, Join]] = []
        for chosen in combinations(pairs, count):
            main, side = tuple(name for name, _ in chosen), tuple(name for _, name in chosen)
            matched = _matched(roles, table, main, side)
            if matched >= LEAST_MATCHED and len(side) < len(table.columns):
                fitting.append((matched, Join(main_columns=main, side_columns=side, many=True)))
        if fitting:
            return max(fitting, key=lambda scored: scored[0])[1]
    return None


def _shared_values(table: LoadedTable, roles: Roles) -> Join | None:
    """A unique side column that has nearly all values of a main column, names apart.

    Of several such main columns that with the most values says most: of the airports of a flight
    rather the destination than one of three origins.
    """
    for column in table.columns:
        side = keys(table.frame[column])
        if not side.is_unique or len(side) < 2:
            continue
        numeric = side.iloc[:100].str.fullmatch(r"-?\d+(\.\d+)?").all()
        fitting = [
            name
            for name in _main_columns(roles)
            if (not numeric or _names_agree(name, column, table.title))
            and _matched(roles, table, (name,), (column,)) >= LEAST_CONTAINED
        ]
        if fitting:
            counts = [keys(roles.train.frame[name]).nunique() for name in fitting]
            name = fitting[counts.index(max(counts))]
            return Join(main_columns=(name,), side_columns=(column,), many=False)
    return None


def _names_agree(main: str, side: str, title: str) -> bool:
    """Whether ``store`` may mean the ``id`` of ``stores.csv``, or its ``store_nbr``."""
    one, other, name = plain(main), plain(side), plain(title).removesuffix("s")
    stem = one.removesuffix("id").removesuffix("key")
    related = stem and (stem in other or stem in name or name in stem)
    return len(stem) > 1 and bool(related)


def _matched(
    roles: Roles, table: LoadedTable, main: tuple[str, ...], side: tuple[str, ...]
) -> float:
    """The part of the main rows that find a side row; the smaller of training and test."""
    known = array(row_keys(table.frame[list(side)]), large_string())
    parts = []
    for frame in (roles.train.frame, roles.test.frame):
        wanted = row_keys(frame[list(main)])
        filled = wanted[wanted.str.replace("\x1f", "") != ""]
        found = pc.is_in(array(filled, large_string()), known).to_numpy(zero_copy_only=False)
        parts.append(float(found.mean()) if len(filled) else 0.0)
    distinct = row_keys(roles.train.frame[list(main)]).nunique()
    return min(parts) if distinct > 1 else 0.0


def no_features(roles: Roles, left_out: tuple[Caution, ...]) -> DataError:
    """Why nothing is known of the test rows but their ids."""
    return DataError(
        f"No table has features for the ids of {roles.sample.name}.",
        means=" ".join(caution.message for caution in left_out),
        next="Check that the test table has the sample submission's ids, each in one row.",
    )
