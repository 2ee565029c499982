"""How the values of a column are to be understood."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agent_core.profile import ColumnKind, TableFormat
from agent_core.profiling.dates import TIME_NAME, find_date_format
from agent_core.profiling.values import Values
from agent_core.template.converting import parse_numbers

MOST_CATEGORIES = 50
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


def find_kind(name: str, values: Values, table_format: TableFormat) -> Kind:
    """What the column's texts are, of training and test rows together."""
    here = ~values.missing
    distinct = values.distinct if here.all() else values.distinct[here]
    if distinct.empty:
        return Kind(ColumnKind.ALL_MISSING)
    if len(distinct) == 1 and here.all():
        return Kind(ColumnKind.CONSTANT)
    if {str(text).casefold() for text in distinct.iloc[:5]} in BOOLEANS:
        return Kind(ColumnKind.BOOLEAN)
    day_first = table_format.separator != "," or table_format.decimal == ","
    if (date_format := find_date_format(distinct, name, day_first)) is not None:
        return Kind(ColumnKind.DATE, date_format=date_format)
    numbers = parse_numbers(distinct, table_format.model_dump())
    share = np.count_nonzero(values.train_counts) / max(1, len(values.train))
    if _is_numeric(numbers.isna().to_numpy(), values.counts[here]):
        return _numeric_kind(name, distinct, numbers.to_numpy(), values, share)
    return _text_kind(name, distinct, share)


def _is_numeric(words: NDArray[np.bool_], counts: NDArray[np.int64]) -> bool:
    """Nearly all values are numbers; the others are few words for "unknown".

    Each entry stands for a distinct text: whether it is no number, and how often it occurs.
    """
    if not words.any():
        return True
    if words.sum() > max(3, 0.02 * len(words)) or len(words) < 20:
        return False
    return bool(counts[words].sum() / counts.sum() <= 1 - 0.5 * NUMERIC_SHARE)


def _numeric_kind(
    name: str, distinct: pd.Series, numbers: NDArray[np.float64], values: Values, share: float
) -> Kind:
    """``numbers`` are those of the ``distinct`` texts that are not missing."""
    if not (numbers[np.isfinite(numbers)] % 1 == 0).all():
        return Kind(ColumnKind.NUMERIC)
    if share > 0.999 and len(values.train) > 20:
        if ID_NAME.search(name):
            return Kind(ColumnKind.ID_LIKE, "a number of its own in every row")
        every = np.full(len(values.distinct), np.nan)
        every[~values.missing] = numbers
        steps = np.diff(every[values.train])
        if (steps == steps[0]).all() and not TIME_NAME.search(name):
            return Kind(ColumnKind.ID_LIKE, "counts the rows")
    if distinct.str.fullmatch(r"0\d+").any() and distinct.str.fullmatch(r"\d+").all():
        return _category(len(distinct), "digits with leading zeros are codes")
    if share < 0.5 and CODE_NAME.search(name):
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
