"""Reading what a generated script left behind, which may be anything at all.

The file has to be a plain CSV as Kaggle takes it: UTF-8, separated by commas, exactly the expected
header, one row per expected row. Whatever else it is becomes a problem in plain words.
"""

import csv
import errno
import io
import itertools
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from agent_core.template.reading import LONGEST_VALUE

#: A file is read only up to so many bytes per expected value.
BYTES_PER_VALUE = 512
LARGEST_FILE = 2 * 1024**3
ROWS_AT_ONCE = 50_000


@dataclass(frozen=True)
class Answer:
    """``frame`` has the file's values as text, or is None where ``problems`` say why not.

    ``content`` is the file as it was when it was checked, byte for byte.
    """

    frame: pd.DataFrame | None
    problems: tuple[str, ...]
    content: bytes = b""


class _Unusable(Exception):
    """Why the file is no answer. Never leaves this module."""


def read_answer(
    path: Path, header: tuple[str, ...], rows: int, optional: tuple[str, ...] = ()
) -> Answer:
    """The table at ``path``, which should have these columns and so many rows, as text.

    Columns named in ``optional`` may be left out.
    """
    limit = min(LARGEST_FILE, BYTES_PER_VALUE * (rows + 1) * len(header))
    try:
        content = _read_bytes(path, limit)
        return Answer(_read_rows(_decode(content), header, rows, optional), (), content)
    except _Unusable as problem:
        return Answer(None, (f"{path.name} {problem}",))


def _read_bytes(path: Path, limit: int) -> bytes:
    """The content of a regular file; links are not followed and pipes are not waited for."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise _Unusable("was not written") from None
    except OSError as error:
        link = error.errno == errno.ELOOP
        raise _Unusable("is a link" if link else f"cannot be opened: {error.strerror}") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or device"
            raise _Unusable(f"is {kind}, not a file")
        if status.st_size > limit:
            raise _Unusable(f"is larger than the {limit:,} bytes that such a table can need")
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(limit)
    finally:
        os.close(descriptor)


def _decode(content: bytes) -> str:
    if not content.strip():
        raise _Unusable("is empty")
    if b"\0" in content:
        raise _Unusable(f"has a NUL byte at position {content.index(0)}: it is no text file")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Unusable(f"is not UTF-8 text: byte {error.start} is invalid") from None


def _read_rows(
    text: str, header: tuple[str, ...], rows: int, optional: tuple[str, ...]
) -> pd.DataFrame:
    csv.field_size_limit(LONGEST_VALUE)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        found = tuple(next(reader))
        header = tuple(name for name in header if name in found or name not in optional)
        _check_header(found, header)
        parts = list(_parts(reader, header))
    except csv.Error as error:
        raise _Unusable(f"is no valid CSV at line {reader.line_num}: {error}") from None
    frame = pd.concat(parts, ignore_index=True)
    if len(frame) != rows:
        raise _Unusable(f"has {len(frame):,} rows, {rows:,} are expected")
    return frame


def _parts(reader: Iterator[list[str]], header: tuple[str, ...]) -> Iterator[pd.DataFrame]:
    """The rows in pieces, at least one piece, so that little is held as Python objects."""
    yield pd.DataFrame({name: [] for name in header}, dtype=str)
    done = 0
    # An empty line is the one empty field of a table with one column.
    records = (record or [""] for record in reader)
    while batch := list(itertools.islice(records, ROWS_AT_ONCE)):
        for number, record in enumerate(batch, start=done + 1):
            if len(record) != len(header):
                raise _Unusable(
                    f"has {len(record)} fields in row {number:,}, the header has {len(header)}"
                )
        done += len(batch)
        yield pd.DataFrame(batch, columns=list(header), dtype=str)


def _check_header(found: tuple[str, ...], header: tuple[str, ...]) -> None:
    if found == header:
        return
    missing = [name for name in header if name not in found]
    extra = [name for name in found if name not in header]
    if missing or extra:
        parts = [f"lacks the columns {some(missing)}"] if missing else []
        parts += [f"has unexpected columns {some(extra)}"] if extra else []
        raise _Unusable(" and ".join(parts))
    if len(found) != len(header):
        raise _Unusable("has a column twice in its header")
    raise _Unusable(f"has its columns in the wrong order; expected: {some(header, most=10)}")


def id_problems(found: pd.Series, expected: pd.Series, name: str) -> list[str]:
    """Where the ids, compared as text, are not the expected ones in the expected order."""
    wrong = found.to_numpy(dtype=object) != expected.to_numpy(dtype=object)
    if not wrong.any():
        return []
    problems = []
    if repeated := list(found[found.duplicated() & ~found.isin(expected[expected.duplicated()])]):
        problems.append(f"{name}: ids occur more than once: {some(repeated)}")
    if unknown := list(found[~found.isin(expected)]):
        problems.append(f"{name}: unknown ids: {some(unknown)}")
    if absent := list(expected[~expected.isin(found)]):
        problems.append(f"{name}: ids are missing: {some(absent)}")
    if not problems:
        row = int(wrong.argmax())
        problems.append(
            f"{name}: the ids are in the wrong order from row {row + 1:,} on "
            f"({found.iloc[row]!r} instead of {expected.iloc[row]!r})"
        )
    return problems


def some(values: list[str] | tuple[str, ...], most: int = 3) -> str:
    """The first few of ``values``, shortened, for a message."""
    shown = ", ".join(
        repr(value if len(value) <= 60 else value[:57] + "...") for value in values[:most]
    )
    return f"{shown} and {len(values) - most:,} more" if len(values) > most else shown
