"""Reading a table, in one way for the host and for every generated solution.

Every value is read as the text that stands in the file: "0012" stays an id, "None" and "NA" stay
labels. Numbers and dates are made from that text afterwards, by the functions of `converting`.
A ``table_format`` is the dictionary form of `agent_core.profile.TableFormat`.

Arrow reads delimited files some thirty times faster than pandas does when all values stay text, and
in little memory. What it refuses (short rows, stray bytes, runs of blanks as separator) goes to
pandas, which is more forgiving.
"""

import csv
import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from pyarrow import ArrowInvalid, string
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, open_csv
from pyarrow.parquet import ParquetFile

from agent_core.template.converting import arrow_text, parse_numbers
from agent_core.template.files import find_file, open_bytes

ROWS_AT_ONCE = 100_000
BYTES_AT_ONCE = 1 << 24
LONGEST_VALUE = 1 << 24


def read_text(
    folder: Path, name: str, table_format: dict[str, Any], columns: list[str] | None = None
) -> pd.DataFrame:
    """The table as text: a frame of strings without missing values, rows in the file's order.

    ``columns`` limits it to those, in that order. Raises FileNotFoundError, KeyError for a column
    that is not there, and ValueError for a file that is no table of this format.
    """
    return read_table(folder, name, table_format, columns)


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
    path = find_file(folder, name)
    if table_format["kind"] == "parquet":
        return joined_parts(parquet_parts(path, columns), table_format, numeric)
    names = column_names(path, table_format)
    wanted = names if columns is None else columns
    unknown = [column for column in wanted if column not in names]
    if unknown:
        raise KeyError(f"{name} has no column {unknown[0]!r}; it has {names[:20]}")
    try:
        parts = arrow_parts(path, table_format, names, wanted)
        return joined_parts(parts, table_format, numeric)
    except (ArrowInvalid, UnicodeError):
        parts = pandas_parts(path, table_format, names, wanted)
        return joined_parts(parts, table_format, numeric)


def read_training(
    folder: Path, tables: list[dict[str, Any]], columns: list[str] | None = None
) -> pd.DataFrame:
    """The training table as text, its labels joined to it where they have a file of their own.

    ``tables`` are dictionary forms of `agent_core.profile.Table`; rows are in the order of the one
    whose role is "train". ``columns`` limits it to those, in that order.
    """
    train = next(table for table in tables if table["role"] == "train")
    labels = next((table for table in tables if table["role"] == "labels"), None)
    if labels is None:
        return read_text(folder, train["name"], train["format"], columns)
    join = labels["join"]
    wanted = columns if columns is None else [*columns, *join["main_columns"]]
    known = None if wanted is None else [name for name in train["columns"] if name in wanted]
    main = read_text(folder, train["name"], train["format"], known or train["columns"][:1])
    side = read_text(folder, labels["name"], labels["format"])
    joined = join_labels(main, side, join)
    return joined if columns is None else joined[columns]


def join_labels(main: pd.DataFrame, side: pd.DataFrame, join: dict[str, Any]) -> pd.DataFrame:
    """``main`` with the columns of ``side`` that it lacks; "" where a row finds no label.

    Joined row by row all columns count, with "label_" before a name that ``main`` has too.
    """
    if not join["main_columns"]:
        taken = {name: f"label_{name}" for name in side.columns if name in main.columns}
        return pd.concat([main, side.rename(columns=taken)], axis=1)
    new = [name for name in side.columns if name not in main.columns]
    new = [name for name in new if name not in join["side_columns"]]
    wanted = row_keys(main[list(join["main_columns"])])
    found = side[new].set_axis(pd.Index(row_keys(side[list(join["side_columns"])])), axis=0)
    found = found[~found.index.duplicated()].reindex(wanted).fillna("").reset_index(drop=True)
    return pd.concat([main, found], axis=1)


def row_keys(frame: pd.DataFrame) -> pd.Series:
    """One text per row to find it by: its values without blanks around them, and 1 for 1.0."""
    parts: list[Any] = []
    for name in frame.columns:
        stripped = frame[name].str.strip()
        if stripped.str.endswith(".0").any():
            stripped = stripped.str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)
        parts.append(stripped)
    joined: pd.Series = parts[0] if len(parts) == 1 else parts[0].str.cat(parts[1:], sep="\x1f")
    return joined


def joined_parts(
    parts: Iterator[pd.DataFrame], table_format: dict[str, Any], numeric: list[str] | None
) -> pd.DataFrame:
    """One frame of the parts, each with its numbers made before the next is read."""
    finished = []
    for part in parts:
        columns = [column for column in numeric or () if column in part.columns]
        numbers = {column: parse_numbers(part[column], table_format) for column in columns}
        finished.append(part.assign(**numbers) if numbers else part)
    filled = [part for part in finished if len(part)] or finished[:1]
    return filled[0] if len(filled) == 1 else pd.concat(filled, ignore_index=True)


def arrow_parts(
    path: Path, table_format: dict[str, Any], names: list[str], wanted: list[str]
) -> Iterator[pd.DataFrame]:
    """The pieces of a delimited file that Arrow can read, at least one."""
    separator = table_format["separator"]
    with open_bytes(path, table_format["member"]) as stream:
        start = stream.read(4).removeprefix(b"\xef\xbb\xbf")
    if separator == " " or len(separator) > 1 or start[:1] in (b"\r", b"\n"):
        raise ArrowInvalid(
            "Arrow skips no blanks between values, nor empty lines before the header"
        )
    options = {
        "read_options": ReadOptions(
            block_size=BYTES_AT_ONCE,
            encoding=table_format["encoding"],
            use_threads=False,
            column_names=names,
            skip_rows_after_names=1 if table_format["header"] else 0,
        ),
        "parse_options": ParseOptions(
            delimiter=separator,
            quote_char='"' if table_format["quoted"] else False,
            newlines_in_values=table_format["quoted"],
        ),
        "convert_options": ConvertOptions(
            column_types=dict.fromkeys(names, string()), include_columns=wanted
        ),
    }
    with open_bytes(path, table_format["member"]) as stream, open_csv(stream, **options) as reader:
        yield pd.DataFrame({name: [] for name in wanted}, dtype=str)
        for batch in reader:
            yield batch.select(wanted).to_pandas().astype(str)


def pandas_parts(
    path: Path, table_format: dict[str, Any], names: list[str], wanted: list[str]
) -> Iterator[pd.DataFrame]:
    """The pieces of a delimited file that Arrow refuses. Short rows are filled up with ""."""
    separator = table_format["separator"]
    options: dict[str, Any] = {
        "sep": r"\s+" if separator == " " else separator[:1],
        "skipinitialspace": len(separator) > 1,
        "encoding": table_format["encoding"],
        "encoding_errors": "replace",
        "quoting": csv.QUOTE_MINIMAL if table_format["quoted"] else csv.QUOTE_NONE,
        "header": 0 if table_format["header"] else None,
        "names": names,
        "dtype": str,
        "na_filter": False,
        "index_col": False,
    }
    with warnings.catch_warnings(), open_bytes(path, table_format["member"]) as stream:
        warnings.simplefilter("error", pd.errors.ParserWarning)
        for part in pd.read_csv(stream, chunksize=ROWS_AT_ONCE, **options):
            yield part[wanted]


def column_names(path: Path, table_format: dict[str, Any]) -> list[str]:
    """The columns' names, made unique as pandas does: a, a.1, a.2.

    A first column of row names, which R writes without a heading, is called "Unnamed: 0".
    """
    records = first_records(path, table_format, 2)
    width = len(records[-1])
    if not table_format["header"]:
        return [f"column_{place}" for place in range(width)]
    heads = [head.removeprefix("\ufeff") for head in records[0]]
    if width == len(heads) + 1:
        heads = [*heads, ""] if not records[-1][-1] else ["", *heads]
    names: list[str] = []
    for place, head in enumerate(heads):
        plain = head or f"Unnamed: {place}"
        repeats = (f"{plain}.{number}" for number in range(1, len(heads) + 1))
        names.append(plain if plain not in names else next(n for n in repeats if n not in names))
    return names


def first_records(path: Path, table_format: dict[str, Any], count: int) -> list[list[str]]:
    """The first ``count`` records that are not empty. Raises ValueError where there is none."""
    separator = table_format["separator"]
    records: list[list[str]] = []
    csv.field_size_limit(LONGEST_VALUE)
    with open_bytes(path, table_format["member"]) as stream:
        lines = io.TextIOWrapper(stream, table_format["encoding"], errors="replace", newline="")
        reader = csv.reader(
            (" ".join(line.split()) for line in lines) if separator == " " else lines,
            delimiter=separator[:1],
            skipinitialspace=len(separator) > 1,
            quoting=csv.QUOTE_MINIMAL if table_format["quoted"] else csv.QUOTE_NONE,
        )
        while len(records) < count and (record := next(reader, None)) is not None:
            records += [record] if record else []
    if not records:
        raise ValueError(f"{path.name} is empty")
    return records


def parquet_parts(path: Path, columns: list[str] | None) -> Iterator[pd.DataFrame]:
    """The pieces of a Parquet file, in the text form that a CSV of it would have."""
    file = ParquetFile(path)
    names = [name for name in file.schema_arrow.names if not name.startswith("__index_level_")]
    wanted = names if columns is None else columns
    table = file.read(columns=wanted)
    yield pd.DataFrame({name: arrow_text(table.column(name)) for name in wanted})
