"""Taking over what a script left: regular files only, each checked, hashed and copied."""

import hashlib
import os
import stat
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from agent_core.sandbox.sandbox import Limits, OutputFile
from agent_core.sandbox.verdict import size

BLOCK = 1024 * 1024
MOST_FILES = 100
KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class OutputRefused(Exception):
    """An entry of the output folder is nothing that may be taken. Never leaves this package."""


@dataclass(frozen=True)
class Entry:
    """Something in the output folder, as `os.lstat` sees it: ``mode`` has its kind, too."""

    name: str
    mode: int
    links: int
    bytes: int


class Folder(Protocol):
    """Where a script has left its outputs. No process of the script is alive any more."""

    def entries(self) -> list[Entry]:
        """What lies in it, in any order."""
        ...

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """The content of a regular file. Raises PermissionError if the script has closed it."""
        ...


class LocalFolder:
    """An output folder by its open ``handle``."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def entries(self) -> list[Entry]:
        """See `Folder`."""
        os.fchmod(self._handle, 0o700)
        return [self._entry(name) for name in os.listdir(self._handle)]  # noqa: PTH208

    def _entry(self, name: str) -> Entry:
        state = os.stat(name, dir_fd=self._handle, follow_symlinks=False)
        return Entry(name, state.st_mode, state.st_nlink, state.st_size)

    def open(self, name: str) -> IO[bytes]:
        """See `Folder`."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        return os.fdopen(os.open(name, flags, dir_fd=self._handle), "rb")


def collect_outputs(
    source: Folder, target: Path, limits: Limits
) -> tuple[tuple[OutputFile, ...], tuple[str, ...]]:
    """Copy the regular files of ``source`` into the folder ``target``.

    Returns the copies in the order of their names, and a sentence for each entry that was refused.
    Raises OSError where ``target`` cannot be written.
    """
    entries = sorted(source.entries(), key=lambda entry: entry.name)
    problems: list[str] = []
    if len(entries) > MOST_FILES:
        problems.append(
            f"It left {len(entries)} files; only the first {MOST_FILES} were looked at."
        )
    outputs: list[OutputFile] = []
    room = limits.output_bytes
    for entry in entries[:MOST_FILES]:
        try:
            output = _take(source, entry, target, min(room, limits.file_bytes))
        except OutputRefused as refused:
            problems.append(str(refused))
        else:
            outputs.append(output)
            room -= output.bytes
    return tuple(outputs), tuple(problems)


def _take(source: Folder, entry: Entry, target: Path, room: int) -> OutputFile:
    name = entry.name
    if not name.isprintable():
        raise OutputRefused(f"The output {name!a} has a name that cannot be printed.")
    kind = KINDS.get(stat.S_IFMT(entry.mode))
    if kind:
        raise OutputRefused(f"The output {name} is {kind} and not a regular file.")
    if entry.links != 1:
        raise OutputRefused(f"The output {name} is a hard link to another file.")
    if entry.bytes > room:
        raise OutputRefused(f"The output {name} is too large ({size(entry.bytes)}).")
    try:
        content = source.open(name)
    except PermissionError as error:
        raise OutputRefused(f"The output {name} was made unreadable.") from error
    with content as file:
        return _copy(file, name, target / name, entry.bytes)


def _copy(file: IO[bytes], name: str, target: Path, count: int) -> OutputFile:
    digest = hashlib.sha256()
    copied = 0
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(target, flags, 0o644), "wb") as copy:
        # Not a byte more than was measured, even if the file could still grow.
        while block := file.read(min(BLOCK, count - copied)):
            digest.update(block)
            copy.write(block)
            copied += len(block)
    return OutputFile(name=name, bytes=copied, sha256=digest.hexdigest())
