"""Taking over what a script left: regular files only, each checked, hashed and copied."""

import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

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


def collect_outputs(
    source: int, target: Path, limits: Limits
) -> tuple[tuple[OutputFile, ...], tuple[str, ...]]:
    """Copy the regular files of the open folder ``source`` into the folder ``target``.

    Returns the copies in the order of their names, and a sentence for each entry that was refused.
    No process of the script may be alive. Raises OSError where ``target`` cannot be written.
    """
    os.fchmod(source, 0o700)
    names = sorted(os.listdir(source))
    problems: list[str] = []
    if len(names) > MOST_FILES:
        problems.append(f"It left {len(names)} files; only the first {MOST_FILES} were looked at.")
    outputs: list[OutputFile] = []
    room = limits.output_bytes
    for name in names[:MOST_FILES]:
        try:
            output = _take(source, name, target, min(room, limits.file_bytes))
        except OutputRefused as refused:
            problems.append(str(refused))
        else:
            outputs.append(output)
            room -= output.bytes
    return tuple(outputs), tuple(problems)


def _take(source: int, name: str, target: Path, room: int) -> OutputFile:
    if not name.isprintable():
        raise OutputRefused(f"The output {name!a} has a name that cannot be printed.")
    state = os.stat(name, dir_fd=source, follow_symlinks=False)
    kind = KINDS.get(stat.S_IFMT(state.st_mode))
    if kind:
        raise OutputRefused(f"The output {name} is {kind} and not a regular file.")
    if state.st_nlink != 1:
        raise OutputRefused(f"The output {name} is a hard link to another file.")
    if state.st_size > room:
        raise OutputRefused(f"The output {name} is too large ({size(state.st_size)}).")
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        handle = os.open(name, flags, dir_fd=source)
    except PermissionError as error:
        raise OutputRefused(f"The output {name} was made unreadable.") from error
    with os.fdopen(handle, "rb") as file:
        return _copy(file, name, target / name, state.st_size)


def _copy(file: BinaryIO, name: str, target: Path, count: int) -> OutputFile:
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
