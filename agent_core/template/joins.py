"""Side tables: their columns, or statistics of their rows, brought to the main tables by a key."""

from typing import Any

import numpy as np
import pandas as pd

#: What is computed from the numbers of the side rows that share a key.
STATISTICS = ("mean", "min", "max", "std", "sum", "last")


def join_row_by_row(main: pd.DataFrame, side: pd.DataFrame) -> pd.DataFrame:
    """Both tables side by side; columns of the main table win."""
    new = [name for name in side.columns if name not in main.columns]
    return pd.concat([main, side[new].reset_index(drop=True)], axis=1)


def join_table(
    train: pd.DataFrame, test: pd.DataFrame, side: pd.DataFrame, how: dict[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, list[dict[str, Any]]]:
    """Both main tables with the side table's columns, and the description of what was added.

    ``how`` has name, main_columns, side_columns and many.
    """
    keys = how["side_columns"]
    side = with_numbers(side.assign(**{key: side[key].astype("str").str.strip() for key in keys}))
    side = side.rename(
        columns={name: f"{how['name']}: {name}" for name in side if name not in keys}
    )
    table = summarise(side, keys, how["name"]) if how["many"] else side.drop_duplicates(keys)
    added = [
        {"name": name, "kind": guess_kind(table[name])}
        for name in table.columns
        if name not in keys
    ]
    return (
        bring(train, table, how["main_columns"], keys),
        bring(test, table, how["main_columns"], keys),
        added,
    )


def bring(
    main: pd.DataFrame, table: pd.DataFrame, main_keys: list[str], keys: list[str]
) -> pd.DataFrame:
    """The main table with what the side table says of its keys; rows keep their order."""
    left = pd.DataFrame(
        {key: as_key(main[name]) for key, name in zip(keys, main_keys, strict=True)}
    )
    found = left.merge(table, how="left", on=keys).drop(columns=keys)
    return pd.concat([main, found.set_index(main.index)], axis=1)


def as_key(column: pd.Series) -> pd.Series:
    """Keys as text, as the side table has them, also where they were read as numbers."""
    if pd.api.types.is_float_dtype(column):
        whole = column.notna() & (column % 1 == 0)
        texts = column.astype("str")
        return texts.where(~whole, texts.str.removesuffix(".0"))
    return column.astype("str").str.strip()


def with_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """The table with every column that holds nothing but numbers as float64."""
    numbers = {}
    for name in table.columns:
        parsed = pd.to_numeric(table[name], errors="coerce")
        if parsed.notna().sum() and bool((parsed.notna() == table[name].notna()).all()):
            numbers[name] = parsed.astype("float64")
    return table.assign(**numbers)


def summarise(side: pd.DataFrame, keys: list[str], name: str) -> pd.DataFrame:
    """One row per key: the number of rows, statistics of numbers, the commonest category."""
    groups = side.groupby(keys, sort=False)
    parts = [groups.size().rename(f"{name}: rows").astype("float64")]
    for column in side.columns.drop(keys):
        if pd.api.types.is_float_dtype(side[column]):
            statistics = groups[column].agg(list(STATISTICS))
            parts += [statistics[s].rename(f"{column} {s}") for s in STATISTICS]
        else:
            parts.append(most_frequent(side, keys, column).rename(f"{column} most frequent"))
        parts.append(groups[column].nunique().rename(f"{column} distinct").astype("float64"))
    return pd.concat(parts, axis=1).reset_index()


def most_frequent(side: pd.DataFrame, keys: list[str], column: str) -> pd.Series:
    """The commonest value of each key; the first in order where several are equally common."""
    counts = side.groupby([*keys, column], observed=True).size().rename("times").reset_index()
    counts = counts.sort_values(["times", column], ascending=[False, True], kind="stable")
    return counts.drop_duplicates(keys).set_index(keys)[column]


def guess_kind(column: pd.Series) -> str:
    """How a column that nobody profiled is to be understood."""
    if pd.api.types.is_float_dtype(column):
        return "numeric"
    texts = column.dropna().astype("str")
    if len(texts) and np.mean(texts.str.count(r"\s+")) > 3:
        return "text"
    return "categorical" if texts.nunique() <= 50 else "high_cardinality"
