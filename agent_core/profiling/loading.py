"""Every table of a dataset, read whole as text, with the format it was read in."""

import io
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

import pandas as pd

from agent_core.dataset import DataFile, Dataset
from agent_core.errors import DataError
from agent_core.profile import TableFormat
from agent_core.profiling.dialect import find_dialect
from agent_core.profiling.encodings import detect_encoding
from agent_core.profiling.marks import find_marks
from agent_core.profiling.units import find_units
from agent_core.progress import Report
from agent_core.template.files import open_bytes, packing, unpacked_name, zip_members
from agent_core.template.reading import read_text

TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".parquet", ".pq")
#: These may be tables, and may as well be something else.
DOUBTFUL_SUFFIXES = (".txt", ".dat", ".data", "")
PIECE = 1 << 20
#: Folders with thousands of small tables (one per patient, say) are not read as tables.
MOST_TABLES = 40


@dataclass(frozen=True, eq=False)
class LoadedTable:
    """A table's name below the dataset's root, its format and all its values as text.

    ``frame`` may have columns that were joined to it, ``file_columns`` has the file's own.
    """

    name: str
    format: TableFormat
    frame: pd.DataFrame
    file_columns: tuple[str, ...]

    @property
    def title(self) -> str:
        """The name without folders and suffixes, for guesses by name."""
        inner = PurePosixPath(self.format.member or unpacked_name(self.name)).name
        return inner.rsplit(".", 1)[0]

    @cached_property
    def columns(self) -> list[str]:
        """The column names, in order."""
        return list(self.frame.columns)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.frame)


@dataclass(frozen=True)
class Unreadable:
    """A file that has a table's name but could not be read as one."""

    name: str
    reason: str


def load_tables(dataset: Dataset, report: Report) -> tuple[list[LoadedTable], list[Unreadable]]:
    """All tables of the dataset, and the files that should have been tables but are not."""
    tables: list[LoadedTable] = []
    failed: list[Unreadable] = []
    candidates = _candidates(dataset)
    for done, (file, member) in enumerate(candidates):
        report(f"reading {file.name}", done / max(1, len(candidates)))
        certain = _suffix(member or file.name) in TABLE_SUFFIXES
        try:
            tables.append(_load(dataset, file.name, member))
        except (ValueError, OSError, EOFError, zipfile.BadZipFile, DataError) as error:
            failed += [Unreadable(file.name, str(error).strip())] if certain else []
    return tables, failed


def _candidates(dataset: Dataset) -> list[tuple[DataFile, str | None]]:
    """Files that may hold a table, each with its member where it is a zip of several."""
    found: list[tuple[DataFile, str | None]] = []
    for file in sorted(dataset.files, key=lambda file: (file.name.count("/"), -file.bytes)):
        members = _members(dataset, file)
        found += [(file, member) for member in members if _may_be_table(member or file.name)]
    return found[:MOST_TABLES]


def _members(dataset: Dataset, file: DataFile) -> list[str | None]:
    if not file.name.lower().endswith(".zip") or packing(dataset.path(file.name)) != "zip":
        return [None]
    with zipfile.ZipFile(dataset.path(file.name)) as archive:
        return list(zip_members(archive))


def _suffix(name: str) -> str:
    return PurePosixPath(unpacked_name(name)).suffix.lower()


def _may_be_table(name: str) -> bool:
    return _suffix(name) in (*TABLE_SUFFIXES, *DOUBTFUL_SUFFIXES)


def _load(dataset: Dataset, name: str, member: str | None) -> LoadedTable:
    table_format = sniff(dataset, name, member)
    frame = read_text(dataset.root, name, table_format.model_dump())
    found: dict[str, object] = {"units": (units := find_units(frame))}
    if table_format.kind == "csv":
        decimal, thousands = find_marks(frame, table_format.separator, units)
        found |= {"decimal": decimal, "thousands": thousands}
    table_format = table_format.model_copy(update=found)
    return LoadedTable(name, table_format, frame, tuple(frame.columns))


def sniff(dataset: Dataset, name: str, member: str | None = None) -> TableFormat:
    """The format of a file, without the decimal marks. Raises DataError where it is no table."""
    path = dataset.path(name)
    compression = packing(path)
    with open_bytes(path, member) as stream:
        start = stream.read(4)
    if start == b"PAR1":
        return TableFormat(kind="parquet")
    encoding = detect_encoding(path, member)
    dialect = find_dialect(_sample(dataset, name, member, encoding))
    if dialect is None:
        raise DataError(
            f"{name} is no table that can be read.",
            means="No separator divides its lines into the same number of fields.",
            next="Check that it is a CSV, TSV or Parquet file with one header line.",
        )
    return TableFormat.model_validate(
        {
            "separator": dialect.separator,
            "quoted": dialect.quoted,
            "header": dialect.header,
            "encoding": encoding,
            "compression": compression,
            "member": member,
        }
    )


def _sample(dataset: Dataset, name: str, member: str | None, encoding: str) -> str:
    """The first megabyte as text, without the line that was cut."""
    with open_bytes(dataset.path(name), member) as stream:
        data = stream.read(PIECE)
        whole = not stream.read(1)
    text = io.TextIOWrapper(io.BytesIO(data), encoding, errors="replace", newline="").read()
    end = text.rfind("\n")
    return text if whole or end < 0 else text[: end + 1]
