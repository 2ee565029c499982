"""Columns as arrays: numbers, category ids and counts of words for all rows, training rows first.

Nothing here looks at a target, and nothing is learned that depends on the fold.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from agent_core.template.arrays import Floats, Ints
from agent_core.template.converting import parse_timestamps
from agent_core.template.dates import date_categories, date_numbers, varies
from agent_core.template.text import count_terms

#: Codes are taken apart in tables of no more rows than this; it takes time that longer ones lack.
MOST_CODES = 150_000

#: Whole numbers with at least so many values, each in so many rows on average, may be names.
FEWEST_NAMES, ROWS_PER_NAME = 100, 5


@dataclass
class Features:
    """Named columns, each with one value per training row and then per test row.

    ``names`` has ids of those numbers that may be names of things, such as users: for their means
    of the target, as their order and their levels are seen in ``numbers`` already.
    """

    rows_train: int
    numbers: dict[str, Floats] = field(default_factory=dict)
    names: dict[str, Ints] = field(default_factory=dict)
    categories: dict[str, Ints] = field(default_factory=dict)
    texts: dict[str, sparse.csr_matrix] = field(default_factory=dict)


def make_features(
    columns: list[dict[str, Any]], train: pd.DataFrame, test: pd.DataFrame
) -> Features:
    """The arrays behind ``columns`` (name, kind, date_format) of both tables."""
    features = Features(len(train))
    missing = np.zeros(len(train) + len(test), dtype=np.float32)
    for column in columns:
        name = column["name"]
        values = pd.concat([train[name], test[name]], ignore_index=True)
        missing += values.isna().to_numpy(np.float32)
        add_column(features, column, values)
    if varies(missing):
        features.numbers["missing values"] = missing
    return features


def add_column(features: Features, column: dict[str, Any], values: pd.Series) -> None:
    """Add what a column of its kind says."""
    name, kind = column["name"], column["kind"]
    if kind == "numeric":
        numbers = as_numbers(values)
        add_number(features, name, numbers)
        if may_be_names(numbers):
            add_names(features, name, values)
    elif kind == "boolean":
        ids = as_ids(values).astype(np.float32)
        add_number(features, name, np.where(ids < 0, np.float32("nan"), ids))
    elif kind == "date":
        add_date(features, name, parse_timestamps(values, column["date_format"]))
    elif kind == "text":
        add_text(features, name, values)
    else:
        add_category(features, name, values)
        if kind == "high_cardinality":
            add_structure(features, name, values)


def add_number(features: Features, name: str, values: Floats) -> None:
    """Add a number that varies."""
    if varies(values):
        features.numbers[name] = values.astype(np.float32)


def as_numbers(values: pd.Series) -> Floats:
    """Numbers with NaN for what is none; infinite values count as missing."""
    if pd.api.types.is_bool_dtype(values):
        values = values.astype("float64")
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return np.where(np.abs(numbers) < 1e30, numbers, np.nan)


def as_ids(values: pd.Series) -> Ints:
    """A number from 0 for every distinct value, in their natural order, -1 where missing."""
    places, distinct = pd.factorize(values)  # few values to look at where many rows repeat them
    texts = pd.Series(distinct).astype("str").str.strip()
    numbers = pd.to_numeric(texts, errors="coerce")
    ordered = numbers if bool(numbers.notna().all()) else texts
    ranks = np.asarray(pd.factorize(ordered, sort=True)[0], dtype=np.int32)
    return np.append(ranks, np.int32(-1))[places]


def may_be_names(numbers: Floats) -> bool:
    """Whether they are whole, and many values recur often enough to be known by what they did."""
    present = numbers[np.isfinite(numbers)]
    # A few rows rule out most columns.
    if not len(present) or np.any(present[:1_000] % 1) or np.any(present % 1):
        return False
    different = len(np.unique(present))
    return different >= FEWEST_NAMES and len(present) >= ROWS_PER_NAME * different


def add_names(features: Features, name: str, values: pd.Series) -> None:
    """Add ids of numbers that may be names, and how often each occurs."""
    ids = as_ids(values)
    features.names[name] = ids
    add_number(features, f"{name} count", occurrences(ids))


def add_category(features: Features, name: str, values: pd.Series) -> None:
    """Add category ids and, where values repeat unevenly, how often each occurs."""
    ids = as_ids(values)
    features.categories[name] = ids
    if ids.max(initial=-1) >= 11:
        add_number(features, f"{name} count", occurrences(ids))


def occurrences(ids: Ints) -> Floats:
    """How often the id of each row occurs, NaN where it is missing."""
    counts = np.bincount(ids + 1, minlength=1).astype(np.float32)
    return np.where(ids < 0, np.float32("nan"), counts[ids + 1])


def add_date(features: Features, name: str, stamps: pd.Series) -> None:
    """Add the parts of a date, but no day of the month that training rows say nothing about."""
    for part, numbers in date_numbers(stamps).items():
        if part != "day" or overlaps(numbers, features.rows_train):
            features.numbers[f"{name} {part}"] = numbers
    for part, categories in date_categories(stamps).items():
        features.categories[f"{name} {part}"] = as_ids(categories)


def overlaps(values: Floats, rows_train: int) -> bool:
    """Whether most test values lie within the range of the training values."""
    train, test = values[:rows_train], values[rows_train:]
    inside = (test >= np.nanmin(train)) & (test <= np.nanmax(train))
    return not len(test) or bool(inside.mean() > 0.5)


def add_text(features: Features, name: str, values: pd.Series) -> None:
    """Add the text itself, its length, and its value as a category where texts repeat."""
    texts = values.astype("str").where(values.notna(), "")
    features.texts[name] = count_terms(texts.tolist())
    add_number(features, f"{name} length", np.asarray(texts.str.len(), dtype=np.float32))
    add_number(features, f"{name} words", np.asarray(texts.str.count(r"\S+"), dtype=np.float32))
    if texts.nunique() < 0.5 * len(texts):
        add_category(features, name, values)


def add_structure(features: Features, name: str, values: pd.Series) -> None:
    """Take codes such as "C85" or "PC 17599" apart: the letters in front and the last number."""
    if len(values) > MOST_CODES:
        return
    texts = values.astype("str").where(values.notna())
    if pd.to_numeric(texts, errors="coerce").notna().mean() > 0.9:
        return
    letters = texts.str.extract(r"^\s*([^\W\d_]+)", expand=False).str.upper()
    if 1 < letters.nunique() < 0.5 * values.nunique():
        features.categories[f"{name} letters"] = as_ids(letters)
    number = texts.str.extract(r"(\d{1,15})(?!.*\d)", expand=False)
    add_number(features, f"{name} number", as_numbers(number))
    features.texts[name] = count_terms(texts.fillna("").tolist())
