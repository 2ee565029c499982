"""Read-only folders of files, addressed by content and found again by where they came from.

<shelf>/<content hash>/...     the files, 0444 in folders of 0555
<shelf>/<source key>.json      which content a source has, with the hash of every file
<shelf>/.staging-*             being filled by a running process, or left by a killed one
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from agent_core.dataset import DataFile
from agent_core.storage.hashing import sha256_of
from agent_core.value import Value, fingerprint

#: Size, time of content change, time of any change (which no program can set), in bytes and ns.
Stamp = tuple[int, int, int]


class Shelved(Value):
    """What lies in one folder of the shelf, with the stamps of its files when last hashed."""

    content: str
    files: tuple[DataFile, ...]
    stamps: dict[str, Stamp]


class Shelf:
    """The folders below ``root``. Only one process may write to it at a time (see `holding`)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, shelved: Shelved) -> Path:
        """Where the files of ``shelved`` lie."""
        return self.root / shelved.content

    def find(self, key: str) -> Shelved | None:
        """What was stored under ``key``, if all of it is there and undamaged.

        Files whose stamp has changed are hashed again; the others were not touched.
        """
        try:
            shelved = Shelved.model_validate_json(self._record(key).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
        folder = self.folder(shelved)
        stamps = _stamps(folder)
        if set(stamps) != {file.name for file in shelved.files}:
            return None
        changed = {name for name in stamps if stamps[name] != shelved.stamps.get(name)}
        for file in shelved.files:
            if file.name in changed and sha256_of(folder / file.name) != file.sha256:
                return None
        return self._recorded(key, shelved.files) if changed else shelved

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """An empty folder to fill and `put`. It is gone afterwards, whatever happened."""
        self.root.mkdir(parents=True, exist_ok=True)
        for left in self.root.glob(".staging-*"):
            remove_tree(left)
        folder = Path(tempfile.mkdtemp(prefix=".staging-", dir=self.root))
        try:
            yield folder
        finally:
            remove_tree(folder)

    def put(self, key: str, staging: Path) -> Shelved:
        """Move what lies in ``staging`` to its place, for good, and remember it under ``key``."""
        files = tuple(
            DataFile(name=name, bytes=stamp[0], sha256=sha256_of(staging / name))
            for name, stamp in sorted(_stamps(staging).items())
        )
        folder = self.root / _content_hash(files)
        if not _holds(folder, files):
            _sync(staging)
            aside = self.root / f".staging-replaced-{folder.name}"
            if folder.exists():
                folder.rename(aside)
            staging.rename(folder)
            remove_tree(aside)
            _sync_folder(self.root)
        return self._recorded(key, files)

    def _recorded(self, key: str, files: tuple[DataFile, ...]) -> Shelved:
        content = _content_hash(files)
        _make_read_only(self.root / content)
        shelved = Shelved(content=content, files=files, stamps=_stamps(self.root / content))
        with tempfile.NamedTemporaryFile("w", dir=self.root, delete=False) as stream:
            stream.write(shelved.model_dump_json())
            stream.flush()
            os.fsync(stream.fileno())
        Path(stream.name).replace(self._record(key))
        _sync_folder(self.root)
        return shelved

    def _record(self, key: str) -> Path:
        return self.root / f"{key}.json"


def remove_tree(folder: Path) -> None:
    """Remove ``folder`` and all below it, read-only or not. Nothing happens if it is not there."""
    if not folder.exists():
        return
    for place, _, _ in os.walk(folder):
        Path(place).chmod(0o700)
    shutil.rmtree(folder)


def _content_hash(files: tuple[DataFile, ...]) -> str:
    return fingerprint([[file.name, file.sha256] for file in files])


def _holds(folder: Path, files: tuple[DataFile, ...]) -> bool:
    """Whether ``folder`` has exactly ``files``: another source may have brought the same."""
    return set(_stamps(folder)) == {file.name for file in files} and all(
        sha256_of(folder / file.name) == file.sha256 for file in files
    )


def _walk(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        yield from (Path(place) / name for name in names)


def _stamps(folder: Path) -> dict[str, Stamp]:
    """The stamp of everything below ``folder`` that is a plain file."""
    stamps = {}
    for path in _walk(folder):
        about = path.lstat()
        if stat.S_ISREG(about.st_mode):
            name = path.relative_to(folder).as_posix()
            stamps[name] = (about.st_size, about.st_mtime_ns, about.st_ctime_ns)
    return stamps


def _make_read_only(folder: Path) -> None:
    for place, _, names in os.walk(folder):
        for name in names:
            (Path(place) / name).chmod(0o444)
        Path(place).chmod(0o555)


def _sync(folder: Path) -> None:
    """Have everything below ``folder`` on the disk before it gets its final name."""
    for path in _walk(folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    for place, _, _ in os.walk(folder):
        _sync_folder(Path(place))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
