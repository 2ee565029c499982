"""From the text of a table's values to numbers, dates and class codes."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

EPOCH_UNITS = {"epoch_s": "s", "epoch_ms": "ms", "epoch_us": "us", "epoch_ns": "ns"}


def is_missing(text: pd.Series, table_format: dict[str, Any]) -> pd.Series:
    """Where the text, without the blanks around it, is one that means "no value"."""
    return text.str.strip().isin(list(table_format["missing"]))


def parse_numbers(text: pd.Series, table_format: dict[str, Any]) -> pd.Series:
    """Text as float64; NaN for missing values and for whatever is no number.

    Blanks around the value, thousands marks, currency and percent signs are ignored.
    """
    if table_format["decimal"] == "." or table_format["kind"] == "parquet":
        numbers = pd.to_numeric(text, errors="coerce").astype("float64")
        if not numbers.isna().any():
            return numbers
        rest = text[numbers.isna()]
        numbers.loc[rest.index] = pd.to_numeric(plain_numbers(rest, table_format), errors="coerce")
        return numbers
    return pd.to_numeric(plain_numbers(text, table_format), errors="coerce").astype("float64")


def plain_numbers(text: pd.Series, table_format: dict[str, Any]) -> pd.Series:
    """Numbers as a programming language writes them: no marks but a decimal point."""
    plain = text.str.strip().str.replace(r"[$€£¥%]|\s+(?=\d)", "", regex=True).str.strip()
    if table_format["thousands"]:
        plain = plain.str.replace(table_format["thousands"], "", regex=False)
    if table_format["decimal"] != ".":
        plain = plain.str.replace(table_format["decimal"], ".", regex=False)
    return plain


def parse_dates(text: pd.Series, date_format: str) -> pd.Series:
    """Text as datetime64[ns] in UTC without a zone; NaT where it does not fit ``date_format``.

    ``date_format`` is that of `datetime.strptime`, or "ISO8601", or "epoch_s" (or ms, us, ns).
    """
    stripped = text.str.strip()
    if date_format in EPOCH_UNITS:
        numbers = pd.to_numeric(stripped, errors="coerce")
        dates = pd.to_datetime(numbers, unit=EPOCH_UNITS[date_format], errors="coerce", utc=True)
    else:
        dates = pd.to_datetime(stripped, format=date_format, errors="coerce", utc=True)
    return dates.dt.tz_localize(None).astype("datetime64[ns]")


def seconds(dates: pd.Series) -> NDArray[np.float64]:
    """Dates as seconds since 1970, NaN where there is none."""
    numbers = dates.astype("int64").to_numpy().astype(np.float64) / 1e9
    numbers[dates.isna().to_numpy()] = np.nan
    return numbers


def label_codes(text: pd.Series, labels: list[str]) -> NDArray[np.int64]:
    """The place of each text (without the blanks around it) in ``labels``, -1 where it is none."""
    places = {label: place for place, label in enumerate(labels)}
    return text.str.strip().map(places).fillna(-1).to_numpy(dtype=np.int64)
