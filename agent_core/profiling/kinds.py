"""How the values of a column are to be understood."""

import re
from dataclasses import dataclass

import pandas as pd

from agent_core.profile import ColumnKind, TableFormat
from agent_core.profiling.dates import TIME_NAME, find_date_format
from agent_core.template.converting import is_missing, parse_numbers

MOST_CATEGORIES = 50
MOST_DISTINCT = 20_000
NUMERIC_SHARE = 0.98
BOOLEANS = ({"yes", "no"}, {"true", "false"}, {"y", "n"}, {"t", "f"}, {"0", "1"}, {"on", "off"})
CODE_NAME = re.compile(
    r"(code|zip|zipcode|postcode|postal|_cat|_type|_class|sku)\d*$", re.IGNORECASE
)
ID_NAME = re.compile(
    r"(^|[^a-z])(id|key|uuid|guid|index)$|[a-z]I[dD]$|ids?$|^unnamed", re.IGNORECASE
)


@dataclass(frozen=True)
class Kind:
    """``reason`` is a short explanation for people; empty where the kind is plain to see."""

    kind: ColumnKind
    reason: str = ""
    date_format: str | None = None


def find_kind(
    name: str, texts: pd.Series, table_format: TableFormat, train: pd.Series | None = None
) -> Kind:
    """``texts`` are all values known of the column, of training and test rows.

    ``train`` are those of the training rows alone, where there are others.
    """
    options = table_format.model_dump()
    stripped = texts.str.strip()
    missing = is_missing(stripped, options)
    present = stripped[~missing]
    if present.empty:
        return Kind(ColumnKind.ALL_MISSING)
    distinct = pd.Series(present.unique())
    if len(distinct) == 1 and not missing.any():
        return Kind(ColumnKind.CONSTANT)
    if {str(text).casefold() for text in distinct.iloc[:5]} in BOOLEANS:
        return Kind(ColumnKind.BOOLEAN)
    day_first = table_format.separator != "," or table_format.decimal == ","
    if (date_format := find_date_format(distinct, name, day_first)) is not None:
        return Kind(ColumnKind.DATE, date_format=date_format)
    own = present if train is None else train.str.strip()
    share = own.nunique() / max(1, len(own))
    some = distinct.iloc[:: max(1, len(distinct) // MOST_DISTINCT)]
    if _is_numeric(some, present, options):
        return _numeric_kind(name, some, own, share, options)
    return _text_kind(name, distinct, share)


def _is_numeric(distinct: pd.Series, present: pd.Series, options: dict[str, object]) -> bool:
    """Nearly all values are numbers; the others are few words for "unknown"."""
    words = distinct[parse_numbers(distinct, options).isna()]
    if words.empty:
        return True
    if len(words) > max(3, 0.02 * len(distinct)) or len(distinct) < 20:
        return False
    return bool(present.isin(words).mean() <= 1 - 0.5 * NUMERIC_SHARE)


def _numeric_kind(
    name: str, distinct: pd.Series, train: pd.Series, share: float, options: dict[str, object]
) -> Kind:
    digits = distinct.str.fullmatch(r"\d+")
    whole = bool((parse_numbers(distinct, options).dropna() % 1 == 0).all())
    padded = digits.all() and bool(distinct.str.fullmatch(r"0\d+").any())
    if whole and share > 0.999 and len(train) > 20:
        if ID_NAME.search(name):
            return Kind(ColumnKind.ID_LIKE, "a number of its own in every row")
        steps = parse_numbers(train, options).diff().iloc[1:]
        if (steps == steps.iloc[0]).all() and not TIME_NAME.search(name):
            return Kind(ColumnKind.ID_LIKE, "counts the rows")
    if padded:
        return _category(len(distinct), "digits with leading zeros are codes")
    if whole and share < 0.5 and CODE_NAME.search(name):
        return _category(len(distinct), "its name says that the numbers are codes")
    return Kind(ColumnKind.NUMERIC)


def _category(count: int, reason: str = "") -> Kind:
    many = count > MOST_CATEGORIES
    return Kind(ColumnKind.HIGH_CARDINALITY if many else ColumnKind.CATEGORICAL, reason)


def _text_kind(name: str, distinct: pd.Series, share: float) -> Kind:
    some = distinct.iloc[:: max(1, len(distinct) // 2000)]
    words = some.str.split().map(len).mean()
    length = some.str.len().mean()
    if len(distinct) > MOST_CATEGORIES and words >= 2.5 and share > 0.2:
        return Kind(ColumnKind.TEXT, f"{words:.1f} words on average")
    if len(distinct) > MOST_CATEGORIES and words >= 6 and share > 0.02:
        return Kind(ColumnKind.TEXT, f"{words:.1f} words on average")
    if share > 0.98 and len(distinct) > 20 and (words < 1.5 or ID_NAME.search(name)):
        if length > 60 and not ID_NAME.search(name):
            return Kind(ColumnKind.TEXT, "long texts without blanks")
        return Kind(ColumnKind.ID_LIKE, "a text of its own in nearly every row")
    return _category(len(distinct))
