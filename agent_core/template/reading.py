"""Reading a table, in one way for the host and for every generated solution.

Every value is read as the text that stands in the file: "0012" stays an id, "None" and "NA" stay
labels. Numbers and dates are made from that text afterwards, by the functions of `converting`.
A ``table_format`` is the dictionary form of `agent_core.profile.TableFormat`.
"""

import bz2
import csv
import gzip
import io
import lzma
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from agent_core.template.converting import parse_numbers

MAGIC_NUMBERS = {
    b"PK\x03\x04": "zip",
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
PACKED_SUFFIXES = (".zip", ".gz", ".bz2", ".xz", ".zst")
ROWS_AT_ONCE = 100_000


def find_file(folder: Path, name: str) -> Path:
    """The file called ``name`` below ``folder``, also where it lies deeper or is (un)packed.

    Raises FileNotFoundError with the names that were tried.
    """
    bare = name
    while bare.lower().endswith(PACKED_SUFFIXES):
        bare = bare[: bare.rfind(".")]
    names = [name, bare, *(bare + suffix for suffix in PACKED_SUFFIXES)]
    for candidate in names:
        if (folder / candidate).is_file():
            return folder / candidate
    for candidate in names:
        found = sorted(path for path in folder.rglob(Path(candidate).name) if path.is_file())
        if found:
            return min(found, key=lambda path: len(path.parts))
    raise FileNotFoundError(f"no file called {name} below {folder} (also tried {names[1:]})")


def packing(path: Path) -> str | None:
    """How the file is compressed, by its first bytes (its name may say something else)."""
    with path.open("rb") as stream:
        start = stream.read(8)
    return next((kind for magic, kind in MAGIC_NUMBERS.items() if start.startswith(magic)), None)


def open_bytes(path: Path, member: str | None = None) -> BinaryIO:
    """The uncompressed content as a stream of bytes. ``member``: which file of a zip."""
    kind = packing(path)
    if kind == "gzip":
        return gzip.open(path)  # type: ignore[return-value]
    if kind == "bz2":
        return bz2.open(path)
    if kind == "xz":
        return lzma.open(path)
    if kind == "zip":
        archive = zipfile.ZipFile(path)
        return archive.open(member or largest_member(archive))  # type: ignore[return-value]
    if kind == "zstd":
        from pyarrow import CompressedInputStream  # noqa: PLC0415 - rarely needed

        return io.BufferedReader(CompressedInputStream(str(path), "zstd"))
    return path.open("rb")


def largest_member(archive: zipfile.ZipFile) -> str:
    """The name of the largest file of a zip; what macOS adds does not count."""
    files = [info for info in archive.infolist() if not info.is_dir()]
    files = [info for info in files if "__MACOSX" not in info.filename]
    return max(files, key=lambda info: info.file_size).filename


def read_text(
    folder: Path, name: str, table_format: dict[str, Any], columns: list[str] | None = None
) -> pd.DataFrame:
    """The table as text: a frame of strings without missing values, rows in the file's order.

    ``columns`` limits it to those, in that order.
    """
    parts = list(read_chunks(folder, name, table_format, columns))
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def read_table(
    folder: Path,
    name: str,
    table_format: dict[str, Any],
    columns: list[str] | None = None,
    numeric: list[str] | None = None,
) -> pd.DataFrame:
    """Like `read_text`, with the columns of ``numeric`` as float64 (NaN where there is no number).

    It is read piece by piece, so that a large file needs little more memory than its result.
    """
    wanted = set(numeric or ())
    parts = []
    for part in read_chunks(folder, name, table_format, columns):
        numbers = [column for column in part.columns if column in wanted]
        made = {column: parse_numbers(part[column], table_format) for column in numbers}
        parts.append(part.assign(**made))
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def read_chunks(
    folder: Path,
    name: str,
    table_format: dict[str, Any],
    columns: list[str] | None = None,
    rows: int = ROWS_AT_ONCE,
) -> Iterator[pd.DataFrame]:
    """The table as frames of text of at most about ``rows`` rows each; at least one frame."""
    path = find_file(folder, name)
    if table_format["kind"] == "parquet":
        yield read_parquet_text(path, columns)
        return
    yield from read_csv_text(path, table_format, columns, rows)


def read_csv_text(
    path: Path, table_format: dict[str, Any], columns: list[str] | None, rows: int
) -> Iterator[pd.DataFrame]:
    """The pieces of a delimited file."""
    options = csv_options(table_format)
    if not table_format["header"]:
        options |= {"header": None}
    with open_bytes(path, table_format["member"]) as stream:
        reader = pd.read_csv(stream, chunksize=rows, **options)
        for part in reader:
            if not table_format["header"]:
                part.columns = pd.Index([f"column_{place}" for place in part.columns])
            yield part if columns is None else part[columns]


def csv_options(table_format: dict[str, Any]) -> dict[str, Any]:
    """The arguments of `pandas.read_csv` that read every value as its text."""
    separator = table_format["separator"]
    blanks = separator == " "
    return {
        "sep": r"\s+" if blanks else separator[:1],
        "skipinitialspace": len(separator) > 1,
        "encoding": table_format["encoding"],
        "encoding_errors": "replace",
        "quoting": csv.QUOTE_MINIMAL if table_format["quoted"] else csv.QUOTE_NONE,
        "dtype": str,
        "na_filter": False,
        "index_col": False,
    }


def read_parquet_text(path: Path, columns: list[str] | None) -> pd.DataFrame:
    """A Parquet file in the same text form that a CSV of it would have."""
    frame = pd.read_parquet(path, columns=columns, dtype_backend="numpy_nullable")
    if not isinstance(frame.index, pd.RangeIndex):
        named = [name for name in frame.index.names if name is not None]
        frame = frame.reset_index(drop=not named)
    made = {str(name): as_text(frame[name]) for name in frame.columns}
    return pd.DataFrame(made)


def as_text(values: pd.Series) -> pd.Series:
    """Typed values as text: missing is "", and whole floats are written without ".0"."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(object)
    if pd.api.types.is_float_dtype(values.dtype):
        known = values.dropna().astype(float)
        if len(known) and np.isfinite(known).all() and (known == known.round()).all():
            values = values.astype("Int64") if known.abs().max() < 2**53 else values
    missing = values.isna()
    return values.astype(object).map(str).astype(str).mask(missing, "")
