"""Decimal and thousands marks, judged over all columns of a table that was read as text."""

import re
from collections import Counter

import pandas as pd
import pyarrow.compute as pc
from pyarrow import array, large_string

MOST_VALUES = 2000
MISSING = ("", "NA", "NaN", "nan", "null", "NULL", "None", "N/A", "?", "-")

#: A quick look before the close one.
LIKE_A_NUMBER = re.compile(r"[-+.,\d' \u00a0\u202feE]+").fullmatch

#: Most columns of numbers hold nothing else; 1.234 may be a group of thousands.
PLAIN = r"^[-+]?(\d+|\d*\.\d+)([eE][-+]?\d+)?$"
GROUP_OR_POINT = r"^[-+]?[1-9]\d{0,2}\.\d{3}$"

#: What a column of numbers may look like, as (decimal mark, thousands mark), strictest first.
SHAPES = (
    (("whole", None, None), re.compile(r"[-+]?\d+([eE][-+]?\d+)?")),
    (("both", ".", ","), re.compile(r"[-+]?\d{1,3}(,\d{3})+\.\d+")),
    (("both", ",", "."), re.compile(r"[-+]?\d{1,3}(\.\d{3})+,\d+")),
    (("both", ".", "'"), re.compile(r"[-+]?\d{1,3}('\d{3})+(\.\d+)?")),
    (("both", ",", " "), re.compile(r"[-+]?\d{1,3}([ \u00a0\u202f]\d{3})+,\d+")),
    (("group", ".", ","), re.compile(r"[-+]?[1-9]\d{0,2}(,\d{3})+")),
    (("group", ",", "."), re.compile(r"[-+]?[1-9]\d{0,2}(\.\d{3})+")),
    (("decimal", ",", None), re.compile(r"[-+]?\d*,\d+([eE][-+]?\d+)?")),
    (("decimal", ".", None), re.compile(r"[-+]?\d*\.\d+([eE][-+]?\d+)?")),
)


def find_marks(
    frame: pd.DataFrame, separator: str, units: tuple[str, ...]
) -> tuple[str, str | None]:
    """The decimal mark and the thousands mark (None for none) of the table's numbers.

    ``units`` may stand behind them.
    """
    votes: Counter[tuple[str, str | None]] = Counter()
    for name in frame.columns:
        some = frame[name].iloc[:: max(1, len(frame) // MOST_VALUES)]
        plain = _plain_vote(some)
        votes.update(_column_vote(some, separator, units) if plain is None else plain)
    decimals = {mark: sum(n for (d, _), n in votes.items() if d == mark) for mark in (".", ",")}
    decimal = "," if decimals[","] > decimals["."] else "."
    fitting = (decimal, "either") if decimal == "," else (decimal,)
    thousands = [mark for (d, mark), _ in votes.most_common() if d in fitting and mark]
    return decimal, thousands[0] if thousands else None


def _column_vote(
    values: pd.Series, separator: str, units: tuple[str, ...]
) -> list[tuple[str, str | None]]:
    """What this column says: at most one pair of marks, none where it holds no marked numbers."""
    behind = re.compile("|".join(rf"\s*{re.escape(unit)}$" for unit in units) or "$")
    texts = [behind.sub("", text.strip()).lstrip("$€£ ") for text in values.unique()]
    texts = [text for text in texts if text not in MISSING]
    if sum(bool(LIKE_A_NUMBER(text)) for text in texts[:50]) < 0.8 * len(texts[:50]):
        return []
    shapes = Counter(shape for shape in map(_shape, texts) if shape)
    if not texts or sum(shapes.values()) < 0.9 * len(texts):
        return []
    for shape, _ in SHAPES[1:5]:
        if shapes[shape]:
            return [shape[1:]]
    comma, point = shapes["decimal", ",", None], shapes["decimal", ".", None]
    if comma and not point:
        return [(",", "." if shapes["group", ",", "."] else None)]
    if point and not comma:
        return [(".", "," if shapes["group", ".", ","] else None)]
    return _grouped(shapes, separator)


def _plain_vote(values: pd.Series) -> list[tuple[str, str | None]] | None:
    """The same for a column of nothing but digits and points, found fast; None for any other."""
    texts = pc.utf8_trim_whitespace(array(values, type=large_string()))
    texts = texts.filter(pc.invert(pc.is_in(texts, value_set=array(MISSING, large_string()))))
    if not pc.all(pc.match_substring_regex(texts, PLAIN), min_count=0).as_py():
        return None
    pointed = texts.filter(pc.match_substring(texts, "."))
    if not len(pointed):
        return []
    groups = pc.all(pc.match_substring_regex(pointed, GROUP_OR_POINT)).as_py()
    return [("either", ".") if groups else (".", None)]


def _grouped(shapes: Counter[tuple], separator: str) -> list[tuple[str, str | None]]:  # type: ignore[type-arg]
    """Only whole numbers and such as 1,234 or 1.234, which may be groups or decimals."""
    if shapes["group", ".", ","]:
        return [(".", ",")] if separator[0] == "," or shapes["whole", None, None] else [(",", None)]
    if shapes["group", ",", "."]:
        return [("either", ".")]
    return []


def _shape(text: str) -> tuple[str, str | None, str | None] | None:
    return next((shape for shape, pattern in SHAPES if pattern.fullmatch(text)), None)
