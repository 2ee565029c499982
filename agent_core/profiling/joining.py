"""How side tables meet the main tables: by which columns, and with one row or many."""

from itertools import combinations

from agent_core.errors import DataError
from agent_core.profile import Caution, Join
from agent_core.profiling.loading import LoadedTable
from agent_core.profiling.naming import keys, plain
from agent_core.profiling.roles import Roles
from agent_core.template.reading import row_keys

#: Part of the training rows (and of the test rows) that must find a side row.
LEAST_MATCHED = 0.3
LEAST_BY_VALUE = 0.95
MOST_KEY_COLUMNS = 4


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
    return [name for name in roles.train.columns if name in roles.test_columns]


def _shared_names(table: LoadedTable, roles: Roles) -> Join | None:
    """The most shared column names by which enough main rows find a side row."""
    side = {plain(name): name for name in table.columns}
    pairs = [(name, side[plain(name)]) for name in _main_columns(roles) if plain(name) in side]
    pairs = pairs[:MOST_KEY_COLUMNS]
    for count in range(len(pairs), 0, -1):
        fitting: list[tuple[float, Join]] = []
        for chosen in combinations(pairs, count):
            main_columns = tuple(name for name, _ in chosen)
            side_columns = tuple(name for _, name in chosen)
            matched = _matched(roles, table, main_columns, side_columns)
            if matched >= LEAST_MATCHED and len(side_columns) < len(table.columns):
                many = not row_keys(table.frame[list(side_columns)]).is_unique
                join = Join(main_columns=main_columns, side_columns=side_columns, many=many)
                fitting.append((matched - many, join))
        if fitting:
            return max(fitting, key=lambda scored: scored[0])[1]
    return None


def _shared_values(table: LoadedTable, roles: Roles) -> Join | None:
    """A unique side column that has (nearly) all values of a main column, names apart."""
    for column in table.columns:
        side = keys(table.frame[column])
        if not side.is_unique or len(side) < 2:
            continue
        for name in _main_columns(roles):
            numeric = side.iloc[:100].str.fullmatch(r"-?\d+(\.\d+)?").all()
            if numeric and not _names_agree(name, column, table.title):
                continue
            if _matched(roles, table, (name,), (column,)) >= LEAST_BY_VALUE:
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
    known = set(row_keys(table.frame[list(side)]))
    parts = []
    for frame in (roles.train.frame, roles.test.frame):
        wanted = row_keys(frame[list(main)])
        filled = wanted[wanted.str.replace("\x1f", "") != ""]
        parts.append(float(filled.isin(known).mean()) if len(filled) else 0.0)
    distinct = row_keys(roles.train.frame[list(main)]).nunique()
    return min(parts) if distinct > 1 else 0.0


def no_features(roles: Roles, left_out: tuple[Caution, ...]) -> DataError:
    """Why nothing is known of the test rows but their ids."""
    return DataError(
        f"No table has features for the ids of {roles.sample.name}.",
        means=" ".join(caution.message for caution in left_out),
        next="Check that the test table has the sample submission's ids, each in one row.",
    )
