"""Whether a column holds dates, and in which format; the whole column decides."""

import re
from functools import cache

import numpy as np
import pandas as pd

from agent_core.template.converting import parse_timestamps

DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y",
    "%m/%d/%y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%y", "%y-%m-%d", "%d-%b-%Y", "%d %b %Y", "%d-%b-%y",
    "%d/%b/%Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%d%b%Y", "%Y-%b-%d",
    "%a %b %d %Y", "%a, %d %b %Y", "%A, %B %d, %Y", "%Y%m%d",
)  # fmt: skip
MONTHS = ("%Y-%m", "%b-%y", "%b-%Y", "%b %Y", "%B %Y", "%m/%Y")
CLOCKS = (
    "", "%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%H:%M:%S %z",
    "%H:%M:%S%z", "%H:%M %z", "%H:%M:%S %Z", "%H:%M:%S.%f%z", "%H:%M:%S.%f %Z", "%H:%M %Z",
)  # fmt: skip
GAPS = (" ", "T", "  ", ":", ", ")
PARTS = {
    "Y": r"(19|20|21)\d\d", "m": r"(0?[1-9]|1[0-2])", "d": r"(0?[1-9]|[12]\d|3[01])", "y": r"\d\d",
    "b": r"[A-Za-z]{3}", "B": r"[A-Za-z]{3,9}", "a": r"[A-Za-z]{3}", "A": r"[A-Za-z]{6,9}",
    "H": r"([01]?\d|2[0-3])", "I": r"(0?[1-9]|1[0-2])", "M": r"[0-5]\d", "S": r"[0-5]\d",
    "f": r"\d{1,9}", "p": r"[AaPp][Mm]", "z": r"(Z|[+-]\d\d:?\d\d)", "Z": r"(UTC|GMT)",
}  # fmt: skip
LEAST_FITTING = 0.98
MOST_VALUES = 5000
TIME_NAME = re.compile(
    r"(^|[^a-z])(date|time|timestamp|datetime|ts|epoch|day|created|updated|dt)|(date|time|_at|_ts)$",
    re.IGNORECASE,
)
LIKE_A_NUMBER = re.compile(r"-?\d*[.,]?\d+([eE][-+]?\d+)?")
EPOCHS = (("epoch_s", 1e9), ("epoch_ms", 1e12), ("epoch_us", 1e15), ("epoch_ns", 1e18))


def find_date_format(values: pd.Series, name: str, day_first: bool) -> str | None:
    """The format in which (nearly) all values are dates, or None.

    ``values``: distinct texts without missing ones and without blanks around them, in the file's
    order. ``day_first`` decides where day and month cannot be told apart.
    """
    if values.empty:
        return None
    step = max(1, len(values) // MOST_VALUES)
    some = values.iloc[::step]
    if _like_numbers(some.iloc[:50]):
        return _numeric_format(some, name)
    ends = (some.iloc[0], some.iloc[-1])
    if any(re.match(r"\d{4}-", text) for text in ends) and _fits_iso(some):
        return "ISO8601"
    likely = _formats_like(*ends)
    found = [one for one in likely if _fits(some, one)]
    return _best(found, values, day_first) if found else None


def _like_numbers(texts: pd.Series) -> bool:
    """Whether (nearly) all may be numbers, with whichever mark; 31.12.2024 is none."""
    fitting = sum(LIKE_A_NUMBER.fullmatch(text) is not None for text in texts.tolist())
    return fitting > LEAST_FITTING * len(texts)


def _fits_iso(some: pd.Series) -> bool:
    """ISO 8601, also where some values have a time or a zone and others do not."""
    day = r"(19|20|21)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    clock = r"([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?)?\s?(Z|[+-]\d\d(:?\d\d)?)?"
    if some.str.fullmatch(f"{day}{clock}").mean() < LEAST_FITTING:
        return False
    return bool(parse_timestamps(some, "ISO8601").notna().mean() >= LEAST_FITTING)


def _fits(some: pd.Series, date_format: str) -> bool:
    if some.str.fullmatch(_pattern(date_format)).mean() < LEAST_FITTING:
        return False
    return bool(parse_timestamps(some, date_format).notna().mean() >= LEAST_FITTING)


def _formats_like(*texts: str) -> list[str]:
    shapes = {_shape(text) for text in texts}
    return [one for shape in shapes for one in _formats_by_shape().get(shape, [])]


def _shape(text: str) -> str:
    """``9-9-9 9:9`` for ``2024-01-31 08:30``: runs of digits and of letters, and a final zone."""
    text = re.sub(r"([+-]\d\d:?\d\d|Z)$", "z", text) if ":" in text else text
    return re.sub(r"[A-Ya-y]+", "a", re.sub(r"\d+", "9", text))


@cache
def _formats_by_shape() -> dict[str, list[str]]:
    timed = [f"{day}{gap}{clock}" for day in DAYS for clock in CLOCKS[1:] for gap in GAPS]
    years_last = [f"%a %b %d %H:%M:%S {zone}%Y" for zone in ("", "%Z ", "%z ")]
    found: dict[str, list[str]] = {}
    for date_format in (*DAYS, *MONTHS, *timed, *years_last):
        letters = re.sub(r"%[bBaApZ]", "a", re.sub(r"%[YmdyHIMSf]", "%", date_format))
        shape = re.sub(r"%+", "9", letters.replace("%z", "z"))
        found.setdefault(shape, []).append(date_format)
    return found


@cache
def _pattern(date_format: str) -> str:
    escaped = re.escape(date_format).replace(r"\%", "%")
    return re.sub(r"%([A-Za-z])", lambda match: PARTS[match[1]], escaped)


def _best(found: list[str], values: pd.Series, day_first: bool) -> str:
    """Of formats that all fit: the one in which the file is sorted, else as is usual there."""
    for date_format in found:
        parsed = parse_timestamps(values, date_format).dropna()
        if len(parsed) > 2 and (parsed.is_monotonic_increasing or parsed.is_monotonic_decreasing):
            return date_format
    first_day = (
        [one for one in found if one.index("%d") < one.index("%m")] if _ambiguous(found) else []
    )
    return first_day[0] if day_first and first_day else found[0]


def _ambiguous(found: list[str]) -> bool:
    return all("%d" in one and "%m" in one for one in found)


def _numeric_format(some: pd.Series, name: str) -> str | None:
    """20240131, or a count since 1970; only where the column's name speaks of time too."""
    if not TIME_NAME.search(name):
        return None
    numbers = pd.to_numeric(some, errors="coerce").dropna()
    if len(numbers) < LEAST_FITTING * len(some):
        return None
    if numbers.between(19000101, 21001231).all():
        whole = numbers.astype("int64").astype(str)
        return "%Y%m%d" if parse_timestamps(whole, "%Y%m%d").notna().all() else None
    for unit, size in EPOCHS:
        # From the year 1985 to 2065.
        if numbers.between(0.47 * size, 3 * size).all() and np.ptp(numbers) > 0:
            return unit
    return None
