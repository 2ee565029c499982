"""The separator, quoting and header of a delimited text file."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice, pairwise

from agent_core.template.reading import LONGEST_VALUE

MOST_RECORDS = 3000
SEPARATORS = (",", "\t", ";", "|")
NUMBER = re.compile(r"\s*[-+]?(\d+[.,]?\d*|[.,]\d+)([eE][-+]?\d+)?\s*")


@dataclass(frozen=True)
class Dialect:
    """``agreement`` is the fraction of records that have the usual number of fields."""

    separator: str
    quoted: bool
    width: int
    agreement: float
    header: bool


def find_dialect(text: str) -> Dialect | None:
    """The dialect in which ``text`` (pieces of a file, its first lines included) is a table.

    None where it looks like no table at all.
    """
    found = [_try(text, separator, quoted) for separator, quoted in _candidates(text)]
    usable = [dialect for dialect in found if dialect is not None]
    several = [dialect for dialect in usable if dialect.width > 1 and dialect.agreement >= 0.8]
    if several:
        return max(several, key=lambda dialect: (round(dialect.agreement, 2), dialect.width))
    single = [dialect for dialect in usable if dialect.width == 1 and dialect.separator == ","]
    return single[0] if single and single[0].agreement == 1 else None


def _candidates(text: str) -> list[tuple[str, bool]]:
    """Separators and quoting to try; of equally good ones the first is taken."""
    plain = [(separator, True) for separator in SEPARATORS if separator in text]
    spaced = [(f"{sep} ", True) for sep in SEPARATORS if f'{sep} "' in text]
    unquoted = [(separator, False) for separator, _ in plain if '"' in text]
    return [*plain, *spaced, *unquoted, (" ", True)] if plain else [(" ", True), (",", True)]


def _try(text: str, separator: str, quoted: bool) -> Dialect | None:
    """The dialect with this separator, or None where it separates nothing."""
    records = _records(text, separator, quoted)
    if not records:
        return None
    rows = records[1:] or records
    widths = Counter(len(record) for record in rows)
    width = widths.most_common(1)[0][0]
    agreement = widths[width] / len(rows)
    # R writes row names without a heading; a decimal comma looks like that as well.
    headless = 0.95 if len(rows) > 1 else 0.5
    agreement *= {0: 1.0, 1: headless}.get(width - len(records[0]), 0.5)
    if _swallowed(records, text):
        agreement *= 0.9
    header = not _looks_like_data(records)
    return Dialect(separator, quoted, width, agreement, header)


def _swallowed(records: list[list[str]], text: str) -> bool:
    """Whether one record took in many of the lines, as behind a quote that nothing closes."""
    if '"' not in text:
        return False
    lines = max(sum(field.count("\n") for field in record) for record in records)
    return lines > 1 and lines > 0.3 * text.count("\n")


def _records(text: str, separator: str, quoted: bool) -> list[list[str]]:
    csv.field_size_limit(LONGEST_VALUE)
    lines = io.StringIO(text, newline="")
    reader = csv.reader(
        (" ".join(line.split()) for line in lines) if separator == " " else lines,
        delimiter=separator[:1],
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        skipinitialspace=len(separator) > 1,
    )
    try:
        records = [record for record in islice(reader, MOST_RECORDS) if record]
    except csv.Error:
        return []
    return records


def _looks_like_data(records: list[list[str]]) -> bool:
    """Whether the first record holds numbers where the others do, so that there is no header."""
    first, rest = records[0], records[1:200]
    numbers = [place for place, field in enumerate(first) if NUMBER.fullmatch(field)]
    if not rest or len(numbers) * 2 < len(first) or len(set(first)) < len(first) * 0.5:
        return bool(rest) and len(numbers) * 2 >= len(first)
    whole = [int(first[place]) for place in numbers if first[place].strip().isdigit()]
    steps = {after - before for before, after in pairwise(whole)}
    counted = len(whole) == len(numbers) and len(whole) > 2 and steps in ({1}, {-1})
    return not counted
