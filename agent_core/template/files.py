"""Finding and opening data files, packed or not, here or in a Kaggle notebook."""

import bz2
import gzip
import io
import lzma
import zipfile
from pathlib import Path
from typing import Any

from pyarrow import CompressedInputStream

MAGIC_NUMBERS = {
    b"PK\x03\x04": "zip",
    b"\x1f\x8b": "gzip",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
PACKED_SUFFIXES = (".zip", ".gz", ".bz2", ".xz", ".zst")


def find_file(folder: Path, name: str) -> Path:
    """The file called ``name`` below ``folder``, also where it lies deeper or is (un)packed.

    Raises FileNotFoundError with the names that were tried.
    """
    names = [name, unpacked_name(name)]
    names += [names[1] + suffix for suffix in PACKED_SUFFIXES]
    for candidate in names:
        if (folder / candidate).is_file():
            return folder / candidate
    for candidate in names:
        found = sorted(path for path in folder.rglob(Path(candidate).name) if path.is_file())
        if found:
            return min(found, key=lambda path: len(path.parts))
    raise FileNotFoundError(f"no file called {name} below {folder} (also tried {names[1:]})")


def unpacked_name(name: str) -> str:
    """``train.csv`` for ``train.csv.zip``."""
    while name.lower().endswith(PACKED_SUFFIXES):
        name = name[: name.rfind(".")]
    return name


def packing(path: Path) -> str | None:
    """How the file is compressed, by its first bytes (its name may say something else)."""
    with path.open("rb") as stream:
        start = stream.read(8)
    return next((kind for magic, kind in MAGIC_NUMBERS.items() if start.startswith(magic)), None)


def open_bytes(path: Path, member: str | None = None) -> Any:
    """The uncompressed content as a stream of bytes. ``member``: which file of a zip."""
    kind = packing(path)
    if kind == "gzip":
        return gzip.open(path)
    if kind == "bz2":
        return bz2.open(path)
    if kind == "xz":
        return lzma.open(path)
    if kind == "zip":
        archive = zipfile.ZipFile(path)
        inside = zip_members(archive)
        return archive.open(member if member in inside else inside[0])
    if kind == "zstd":
        return io.BufferedReader(CompressedInputStream(str(path), "zstd"))
    return path.open("rb")


def zip_members(archive: zipfile.ZipFile) -> list[str]:
    """The names of the files of a zip, the largest first; what macOS adds does not count."""
    files = [info for info in archive.infolist() if not info.is_dir()]
    files = [info for info in files if "__MACOSX" not in info.filename]
    return [info.filename for info in sorted(files, key=lambda info: -info.file_size)]
