"""From the text of a table's values to numbers, dates and class codes."""

import re
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import (
    ArrowInvalid,
    ArrowNotImplementedError,
    array,
    float64,
    int64,
    large_string,
    nulls,
    types,
)

EPOCH_UNITS = {"epoch_s": 1, "epoch_ms": 1e3, "epoch_us": 1e6, "epoch_ns": 1e9}
DECIMAL_NUMBER = r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$"
#: Pandas' nanoseconds end in the year 2262.
LAST_SECOND = 9.2e9


def arrow_text(column: Any) -> pd.Series:
    """An Arrow column as text: missing is "", True and False so, whole floats without ".0"."""
    kind = column.type
    if types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if types.is_boolean(kind):
        column = pc.if_else(column, "True", "False")
    elif types.is_floating(kind):
        column = whole_numbers(column)
    try:
        column = column.cast(large_string())
    except (ArrowNotImplementedError, ArrowInvalid):
        column = array([None if item is None else str(item) for item in column.to_pylist()])
    return pd.Series(pc.fill_null(column, "").to_pandas()).astype(str)


def whole_numbers(column: Any) -> Any:
    """A float column as integers where no value has a fraction (pandas makes 1.0 of 1 and NaN)."""
    known = column.drop_null()
    known = known.filter(pc.is_finite(known))
    whole = len(known) and pc.all(pc.equal(known, pc.floor(known))).as_py()
    if not whole or pc.max(pc.abs(known)).as_py() >= 2**53:
        return column
    return pc.if_else(pc.is_finite(column), column, None).cast(int64())


def is_missing(text: pd.Series, table_format: dict[str, Any]) -> pd.Series:
    """Where the text, without the blanks around it, is one that means "no value"."""
    return text.str.strip().isin(list(table_format["missing"]))


def parse_numbers(text: pd.Series, table_format: dict[str, Any]) -> pd.Series:
    """Text as float64; NaN for missing values, infinities and whatever is no number.

    Blanks around the value, thousands marks, currency and percent signs and units are ignored.
    """
    values = array(text, type=large_string())
    try:
        if table_format["decimal"] != "." and table_format["kind"] == "csv":
            raise ArrowInvalid("other marks")
        numbers = bare_numbers(values)
    except ArrowInvalid:
        numbers = plain_numbers(values, table_format)
    made = numbers.to_numpy(zero_copy_only=False).astype(np.float64)
    made[~np.isfinite(made)] = np.nan
    return pd.Series(made, index=text.index, name=text.name)


def bare_numbers(values: Any) -> Any:
    """An Arrow array of float64 from text without marks, null for "". Raises ArrowInvalid."""
    try:
        return values.cast(float64())
    except ArrowInvalid:
        values = pc.utf8_trim_whitespace(values)
        return pc.if_else(pc.equal(values, ""), None, values).cast(float64())


def plain_numbers(values: Any, table_format: dict[str, Any]) -> Any:
    """An Arrow array of float64 from text with marks; null where it is no number."""
    for unit in table_format["units"]:
        values = pc.replace_substring_regex(values, rf"\s*{re.escape(unit)}\s*$", "")
    if table_format["kind"] == "csv":
        if table_format["thousands"]:
            values = pc.replace_substring(values, table_format["thousands"], "")
        if table_format["decimal"] != ".":
            values = pc.replace_substring(values, table_format["decimal"], ".")
    values = pc.replace_substring_regex(values, r"^[\s+$€£¥]+|[\s%$€£¥]+$", "")
    values = pc.replace_substring_regex(values, r"^-\s*[$€£¥]\s*", "-")
    fits = pc.match_substring_regex(values, DECIMAL_NUMBER)
    return pc.if_else(fits, values, nulls(len(values), large_string())).cast(float64())


def parse_timestamps(text: pd.Series, date_format: str) -> pd.Series:
    """Text as datetime64[ns] in UTC without a zone; NaT where it does not fit ``date_format``.

    ``date_format`` is that of `datetime.strptime`, or "ISO8601", or "epoch_s" (or ms, us, ns) for
    a count since 1970.
    """
    stripped = text.str.strip()
    if date_format in EPOCH_UNITS:
        count = pd.to_numeric(stripped, errors="coerce").astype("float64")
        stamps = count / EPOCH_UNITS[date_format]
        dates = pd.to_datetime(stamps.where(stamps.abs() < LAST_SECOND), unit="s", utc=True)
    else:
        dates = pd.to_datetime(stripped, format=date_format, errors="coerce", utc=True)
    return dates.dt.tz_localize(None).astype("datetime64[ns]")


def epoch_seconds(stamps: pd.Series) -> NDArray[np.float64]:
    """Timestamps as seconds since 1970, NaN where there is none."""
    numbers: NDArray[np.float64] = stamps.astype("int64").to_numpy() / 1e9
    numbers[stamps.isna().to_numpy()] = np.nan
    return numbers


def label_codes(text: pd.Series, labels: list[str]) -> NDArray[np.int64]:
    """The place of each text (without the blanks around it) in ``labels``, -1 where it is none."""
    places = {label: place for place, label in enumerate(labels)}
    codes: NDArray[np.int64] = np.asarray(text.str.strip().map(places).fillna(-1), dtype=np.int64)
    return codes
