"""Tables of a dataset with some rows taken out or put in, in the very format of their files.

A table is held as Arrow columns: those of a Parquet file with their types, those of a delimited
file as the text that stands in it, so that nothing changes but the rows.
"""

import bz2
import csv
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from agent_core.profile import Table, TableFormat
from agent_core.template.converting import arrow_text
from agent_core.template.files import find_file, zip_members
from agent_core.template.reading import first_records, read_text

ROWS_AT_ONCE = 50_000

#: How a whole file is packed, by what `TableFormat.compression` says.
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda content: bytes(pa.Codec("zstd").compress(content)),
}


def read_raw(root: Path, table: Table) -> pa.Table:
    """The whole table; all columns are text unless the file is Parquet."""
    if table.format.kind == "parquet":
        return pq.read_table(find_file(root, table.name))
    frame = read_text(root, table.name, table.format.model_dump())
    return pa.table({name: pa.array(frame[name], pa.string()) for name in frame.columns})


def text_of(rows: pa.Table, name: str) -> list[str]:
    """The values of a column as text without blanks around it; "" where there is none."""
    return [str(text).strip() for text in arrow_text(rows.column(name))]


def write_raw(rows: pa.Table, root: Path, table: Table, target: Path) -> None:
    """Write ``rows`` to ``target`` as the file of ``table`` below ``root`` is written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if table.format.kind == "parquet":
        pq.write_table(rows, target)
        return
    source = find_file(root, table.name)
    content = _delimited(rows, source, table.format)
    if table.format.compression == "zip":
        _write_zip(content, source, table.format.member, target)
        return
    pack = PACKERS.get(table.format.compression or "")
    target.write_bytes(pack(content) if pack else content)


def _delimited(rows: pa.Table, source: Path, marks: TableFormat) -> bytes:
    lines = io.StringIO()
    spaced = len(marks.separator) > 1
    writer = csv.writer(
        lines,
        delimiter=marks.separator[:1],
        lineterminator="\n",
        quoting=csv.QUOTE_MINIMAL if marks.quoted else csv.QUOTE_NONE,
    )
    for record in _records(rows, source, marks):
        if spaced:
            lines.write(marks.separator.join(_quoted(value, marks) for value in record) + "\n")
        else:
            writer.writerow(record)
    return lines.getvalue().encode(marks.encoding, errors="replace")


def _records(rows: pa.Table, source: Path, marks: TableFormat) -> Iterator[list[str]]:
    """The header as it stands in the file (names may have been made unique), then every row."""
    if marks.header:
        yield first_records(source, marks.model_dump(), 1)[0]
    # A run of blanks cannot hold an empty value.
    empty = "NA" if marks.separator == " " else ""
    for batch in rows.to_batches(max_chunksize=ROWS_AT_ONCE):
        columns = [[value or empty for value in column.to_pylist()] for column in batch.columns]
        yield from (list(record) for record in zip(*columns, strict=True))


def _quoted(value: str, marks: TableFormat) -> str:
    special = (marks.separator[:1], '"', "\n", "\r")
    if not marks.quoted or not any(mark in value for mark in special):
        return value
    return '"' + value.replace('"', '""') + '"'


def _write_zip(content: bytes, source: Path, member: str | None, target: Path) -> None:
    """A zip like the one at ``source``, with one member replaced.

    Where ``target`` is there already, it is the one of which a further member is replaced.
    """
    held = target if target.exists() else source
    with zipfile.ZipFile(held) as archive:
        names = zip_members(archive)
        wanted = member if member in names else names[0]
        kept: dict[str, Any] = {name: archive.read(name) for name in names if name != wanted}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, other in (kept | {wanted: content}).items():
            archive.writestr(name, other)


def as_type(values: pa.ChunkedArray | pa.Array, wanted: pa.DataType) -> Any:
    """The values in another column's type. Raises ValueError where they do not fit."""
    try:
        return values.cast(wanted)
    except pa.ArrowInvalid:
        return values.cast(pa.string()).cast(wanted)
