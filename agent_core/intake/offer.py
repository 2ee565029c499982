"""What the names of a competition's files promise, before any is fetched or read.

Only what is certain from names (and, for a local folder, from counting lines) is held against a
competition; the profile finds the tables' roles from their content.
"""

import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath

from agent_core.competition import Competition
from agent_core.intake.blocker import Blocker
from agent_core.storage.archive import archive_kind, inner_name
from agent_core.storage.hashing import CHUNK

_TABLES = {".csv", ".tsv", ".tab", ".psv", ".txt", ".dat", ".data", ".parquet", ".pq"}
_PACKED = {".zst", ".zstd"}
_MEDIA = {
    "image": {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".dcm", ".nii"},
    "audio": {".wav", ".mp3", ".flac", ".ogg", ".m4a", ".aac"},
    "video": {".mp4", ".avi", ".mov", ".mkv", ".webm"},
}
#: Larger files are not read to count their lines.
_CHEAP = 64 << 20
_NEEDED = "A table for training, one for test and a sample submission are needed."


def data_blockers(competition: Competition) -> list[Blocker]:
    """Why the files are certainly nothing that can be solved; empty if they may be."""
    names = _offered(competition)
    tables = [name for name in names if _suffix(name) in _TABLES]
    unseen = [name for name in names if _suffix(name) not in _TABLES and archive_kind(name)]
    media = _media(names)
    samples = [name for name in tables if _says("sample", name)]
    others = [name for name in tables if name not in samples]
    found: list[Blocker] = []
    if not tables and not unseen:
        return [_unsupported(media, names)]
    if media and len(others) + len(unseen) < 2:
        found.append(_unsupported(media, names))
    if not samples and not unseen and not _hidden_sample(competition, tables):
        found.append(_no_sample(tables))
    # Of several "samples" one may be the training data.
    if not unseen and len(samples) < 2 and all(_says("test", name) for name in others):
        found.append(_no_training_table(tables))
    return found


def _offered(competition: Competition) -> list[str]:
    """The names of all files; for a zip archive in a local folder those of its members."""
    names: list[str] = []
    for file in competition.files:
        path = competition.folder / file.name if competition.folder else None
        names += _zip_names(path) if path and archive_kind(file.name) == "zip" else [file.name]
    return names


def _zip_names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError):
        # Storing the data says what is wrong with it, in more detail than is known here.
        return [path.name]


def _suffix(name: str) -> str:
    """The suffix that tells the content: ``.csv`` for ``train.csv.zip``."""
    path = PurePosixPath(inner_name(name).lower())
    return PurePosixPath(path.stem).suffix if path.suffix in _PACKED else path.suffix


def _says(role: str, name: str) -> bool:
    # Here, since it imports pandas.
    from agent_core.profiling import naming  # noqa: PLC0415

    title = PurePosixPath(inner_name(name)).name.split(".")[0]
    return naming.says_sample(title) if role == "sample" else naming.says_test(title)


def _media(names: list[str]) -> Counter[str]:
    kinds = {suffix: kind for kind, suffixes in _MEDIA.items() for suffix in suffixes}
    return Counter(kinds[_suffix(name)] for name in names if _suffix(name) in kinds)


def _hidden_sample(competition: Competition, tables: list[str]) -> bool:
    """Whether a table without a telling name may be the sample submission.

    It has as many rows as the test table. On Kaggle that is not known before the download.
    """
    if len(tables) < 3:
        return False
    if competition.folder is None:
        return True
    counts: Counter[int] = Counter()
    for name in tables:
        path = competition.folder / name
        if _suffix(name) != path.suffix.lower() or path.suffix.lower() in {".parquet", ".pq"}:
            return True  # packed: its rows cannot be counted cheaply
        if path.stat().st_size > _CHEAP:
            return True
        counts[_lines(path)] += 1
    return max(counts.values()) > 1


def _lines(path: Path) -> int:
    count, last = 0, b"\n"
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            count += chunk.count(b"\n")
            last = chunk[-1:]
    return count + (last != b"\n")


def _unsupported(media: Counter[str], names: list[str]) -> Blocker:
    parts = [f"{count} {kind} files" for kind, count in media.most_common()]
    what = ", ".join(parts) or "files such as " + ", ".join(sorted(names)[:3])
    return Blocker(
        code="unsupported_data",
        what=f"The data are {what}, not tables.",
        means="Only competitions whose data are tables (CSV, TSV or Parquet) are solved.",
        next="Choose another competition, or make tables of the data and give the folder.",
    )


def _no_sample(tables: list[str]) -> Blocker:
    return Blocker(
        code="no_sample_submission",
        what=f"There is no sample submission among the files ({_some(tables)}).",
        means="Without it nobody knows which rows and columns a submission has. " + _NEEDED,
        next="Add a file such as sample_submission.csv: the test rows' ids, and a column per "
        "prediction.",
    )


def _no_training_table(tables: list[str]) -> Blocker:
    return Blocker(
        code="no_training_table",
        what=f"There is no training table among the files ({_some(tables)}).",
        means="There is nothing to learn from. " + _NEEDED,
        next="Add a file such as train.csv, with the test table's columns and the target.",
    )


def _some(names: list[str]) -> str:
    return ", ".join(sorted(names)[:5]) + (" ..." if len(names) > 5 else "")
