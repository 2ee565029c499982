"""Unpacking one archive of unknown origin without harm."""

import bz2
import errno
import gzip
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple

from agent_core.errors import DataError, UnsafeArchive
from agent_core.storage.archive_names import MemberNames
from agent_core.storage.disk import free_bytes, readable, require_space
from agent_core.storage.hashing import CHUNK
from agent_core.storage.shelf import remove_tree
from agent_core.value import Value

Kind = Literal["zip", "tar", "gzip", "bzip2", "xz"]

_SUFFIXES: dict[str, Kind] = {
    ".tar.gz": "tar",
    ".tar.bz2": "tar",
    ".tar.xz": "tar",
    ".tgz": "tar",
    ".tbz2": "tar",
    ".txz": "tar",
    ".tar": "tar",
    ".zip": "zip",
    ".gz": "gzip",
    ".bz2": "bzip2",
    ".xz": "xz",
}
#: What the standard library raises for damaged archives, besides OSError without an error number.
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    struct.error,
    ValueError,
    IndexError,
)


class Limits(Value):
    """What an archive with all that is nested in it may become.

    ``ratio`` (unpacked to packed size) counts only beyond ``harmless_bytes``: small files of equal
    rows pack very well. Deflate reaches 1032 at most, and only for bombs.
    """

    members: int = 500_000
    ratio: float = 200.0
    harmless_bytes: int = 1 << 30
    depth: int = 4


class Budget:
    """What may still be unpacked. One budget covers an archive and all that is nested in it."""

    def __init__(self, place: Path, packed_bytes: int, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._free = free_bytes(place)
        self._place = place
        self._most = max(self.limits.harmless_bytes, packed_bytes * self.limits.ratio)
        self._bytes = 0
        self._members = 0

    def take(self, archive: str, size: int, members: int = 0) -> None:
        """Count what was written; raise as soon as it is too much."""
        self._bytes += size
        self._members += members
        if self._bytes > self._most or self._members > self.limits.members:
            raise UnsafeArchive(
                f"{archive} is not unpacked: it grows beyond {readable(self._bytes)} "
                f"in {self._members} files.",
                means="An archive that packs this well is made to fill the disk.",
                next="Check where it comes from; give a folder with the unpacked data.",
            )
        if self._bytes > self._free:
            require_space(self._place, free_bytes(self._place) + size)

    def announce(self, archive: str, size: int, members: int) -> None:
        """Refuse before anything is written what the archive itself says is too much."""
        before = self._bytes, self._members
        self.take(archive, size, members)
        self._bytes, self._members = before


class _Member(NamedTuple):
    name: str
    folder: bool
    open: Callable[[], IO[bytes] | None]


def archive_kind(name: str) -> Kind | None:
    """What kind of archive a file name speaks of."""
    return next((kind for end, kind in _SUFFIXES.items() if name.lower().endswith(end)), None)


def inner_name(name: str) -> str:
    """The archive's name without its suffix: ``train.csv`` for ``train.csv.zip``."""
    end = next((end for end in _SUFFIXES if name.lower().endswith(end)), "")
    return name[: len(name) - len(end)] or name


def unpack(archive: Path, into: Path, budget: Budget) -> None:
    """Unpack ``archive`` to the folder ``into``, which must not exist or be empty.

    If anything is wrong, ``into`` is removed and nothing of it remains.

    Raises
    ------
    UnsafeArchive
        A member would land outside, is a link or device, collides, or there is too much of it.
    DataError
        The archive is damaged, encrypted or of a kind that cannot be read.
    """
    into.mkdir(parents=True, exist_ok=True)
    try:
        with _explained(archive.name):
            _unpack(archive, into, budget)
    except BaseException:
        remove_tree(into)
        raise


def _unpack(archive: Path, into: Path, budget: Budget) -> None:
    names = MemberNames(archive.name)
    for member in _members(archive, budget):
        budget.take(archive.name, 0, members=1)
        path = names.admit(member.name, member.folder)
        if path is None:
            continue
        target = into / path
        (target if member.folder else target.parent).mkdir(parents=True, exist_ok=True)
        if not member.folder:
            _write(member, target, lambda size: budget.take(archive.name, size))


def _write(member: _Member, target: Path, count: Callable[[int], None]) -> None:
    source = member.open()
    assert source is not None  # folders, links and devices were sorted out before
    with source, target.open("xb") as stream:
        while chunk := source.read(CHUNK):
            count(len(chunk))
            stream.write(chunk)


def _members(archive: Path, budget: Budget) -> Iterator[_Member]:
    kind = archive_kind(archive.name)
    if kind == "zip":
        yield from _zip_members(archive, budget)
    elif kind == "tar":
        yield from _tar_members(archive)
    else:
        openers: dict[Kind | None, Callable[[Path], Any]]
        openers = {"gzip": gzip.GzipFile, "bzip2": bz2.BZ2File, "xz": lzma.LZMAFile}
        yield _Member(inner_name(archive.name), False, partial(openers[kind], archive))


def _zip_members(archive: Path, budget: Budget) -> Iterator[_Member]:
    with zipfile.ZipFile(archive) as opened:
        entries = opened.infolist()
        total = sum(entry.file_size for entry in entries)
        budget.announce(archive.name, total, len(entries))
        for entry in entries:
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
                raise _not_plain(archive.name, entry.filename)
            if entry.flag_bits & 1:
                raise DataError(
                    f"{archive.name} is protected by a password.",
                    next="Unpack it yourself and give the folder with the data.",
                )
            # The name as it stands in the archive: `filename` ends at the first NUL.
            folder = entry.is_dir()
            yield _Member(entry.orig_filename, folder, partial(opened.open, entry))


def _tar_members(archive: Path) -> Iterator[_Member]:
    with tarfile.open(archive) as opened:
        for entry in opened:
            if not (entry.isreg() or entry.isdir()):
                raise _not_plain(archive.name, entry.name)
            if entry.isdir() and entry.name.rstrip("/") == ".":
                continue
            name = entry.name.removeprefix("./")
            yield _Member(name, entry.isdir(), partial(opened.extractfile, entry))


def _not_plain(archive: str, name: str) -> UnsafeArchive:
    return UnsafeArchive(
        f"{archive} is not unpacked: its member {name[:200]!r} is a link or a device.",
        means="Data are plain files; a link could lead to files outside.",
        next="Check where the archive comes from; give a folder with the unpacked data.",
    )


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except (*_DAMAGED, OSError) as error:
        # Damaged offsets make the standard library seek to impossible places (EINVAL).
        if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:
            raise
        raise DataError(
            f"{name} cannot be unpacked: it is damaged, or of an unknown kind ({error}).",
            means="Nothing of it is used.",
            next="Run again to fetch it anew; if that does not help, unpack it yourself "
            "and give the folder with the data.",
        ) from error
