"""Side tables: their columns, or statistics of their rows, brought to the main tables by a key."""

from typing import Any

import numpy as np
import pandas as pd

from agent_core.template.reading import row_keys

#: What is computed from the numbers of the side rows that share a key.
STATISTICS = ("mean", "min", "max", "std", "sum", "last")


def join_side_table(
    train: pd.DataFrame, test: pd.DataFrame, side: pd.DataFrame, how: dict[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, list[dict[str, Any]]]:
    """Both main tables with the side table's columns, and the description of what was added.

    ``how`` has name, main_columns, side_columns and many. Main keys are text, missing side values
    NaN.
    """
    name, keys = how["name"], how["side_columns"]
    index = pd.Index(row_keys(side[keys].fillna("")))
    rest = with_numbers(side.drop(columns=keys)).set_axis(index, axis=0)
    rest = rest.rename(columns={column: f"{name}: {column}" for column in rest})
    table = summarise(rest, name) if how["many"] else rest[~index.duplicated()]
    added = [{"name": column, "kind": guess_kind(table[column])} for column in table]
    mains = (bring(main, table, how["main_columns"]) for main in (train, test))
    return (*mains, added)  # type: ignore[return-value]


def bring(main: pd.DataFrame, table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The main table with what the side table says of its keys; rows keep their order."""
    found = table.reindex(row_keys(main[keys]))
    return pd.concat([main, found.set_axis(main.index, axis=0)], axis=1)


def with_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """The table with every column that holds nothing but numbers as float64."""
    numbers = {}
    for name in table.columns:
        parsed = pd.to_numeric(table[name], errors="coerce")
        if parsed.notna().sum() and bool((parsed.notna() == table[name].notna()).all()):
            numbers[name] = parsed.astype("float64")
    return table.assign(**numbers)


def summarise(side: pd.DataFrame, name: str) -> pd.DataFrame:
    """One row per key: the number of rows, statistics of numbers, the commonest category."""
    groups = side.groupby(level=0, sort=False)
    parts = [groups.size().rename(f"{name}: rows").astype("float64")]
    for column in side.columns:
        if pd.api.types.is_float_dtype(side[column]):
            statistics = groups[column].agg(list(STATISTICS))
            parts += [statistics[s].rename(f"{column} {s}") for s in STATISTICS]
        else:
            parts.append(most_frequent(side[column]).rename(f"{column} most frequent"))
        parts.append(groups[column].nunique().rename(f"{column} distinct").astype("float64"))
    return pd.concat(parts, axis=1)


def most_frequent(column: pd.Series) -> pd.Series:
    """The commonest value of each key; the first in order where several are equally common."""
    pairs = pd.DataFrame({"key": column.index, "value": column.to_numpy()}).dropna()
    counts = pairs.groupby(["key", "value"]).size().rename("times").reset_index()
    counts = counts.sort_values(["times", "value"], ascending=[False, True], kind="stable")
    return counts.drop_duplicates("key").set_index("key")["value"]


def guess_kind(column: pd.Series) -> str:
    """How a column that nobody profiled is to be understood."""
    if pd.api.types.is_float_dtype(column):
        return "numeric"
    texts = column.dropna().astype("str")
    if len(texts) and np.mean(texts.str.count(r"\s+")) > 3:
        return "text"
    return "categorical" if texts.nunique() <= 50 else "high_cardinality"
