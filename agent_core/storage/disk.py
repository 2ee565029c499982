"""How much room the disk has, and the error when it is not enough."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent_core.competition import Competition
from agent_core.errors import SurroundingsFailed

#: Kept free whatever happens, for logs, models and the rest of the machine.
RESERVE = 200 << 20
#: With less than this free, what fails fails of that: databases and logs need more.
_NOTHING = 16 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT}


def free_bytes(path: Path) -> int:
    """Bytes that may still be written at ``path``, which need not exist yet. Negative if full."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free - RESERVE


def needed_bytes(competition: Competition) -> int:
    """Bytes that storing the data takes at its peak, as far as the file list tells.

    From Kaggle comes one archive that lies beside its content until that is stored.
    """
    total = sum(file.bytes for file in competition.files)
    return 2 * total if competition.origin == "kaggle" else total


def readable(size: float) -> str:
    """A number of bytes for people.

    >>> readable(2_500_000)
    '2.5 MB'
    """
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def require_space(path: Path, needed: int) -> None:
    """Raise `SurroundingsFailed` unless ``needed`` bytes may be written at ``path``."""
    free = free_bytes(path)
    if needed > free:
        raise SurroundingsFailed(
            f"The disk that holds {path} is too full: {readable(needed)} are needed, "
            f"{readable(max(0, free))} may be used.",
            next="Free some space, or set KAGGLE_AGENT_HOME to a folder on a larger disk.",
        )


def full_disk(path: Path) -> SurroundingsFailed | None:
    """What to say of an error that nobody foresaw, where the disk that holds ``path`` is full."""
    if free_bytes(path) + RESERVE > _NOTHING:
        return None
    return SurroundingsFailed(
        f"The disk that holds {path} is full.",
        means="The run could not go on. Finished stages are kept; nothing half-written is used.",
        next="Free some space and run the same command again: it goes on from there.",
    )


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what the operating system says of a failed write below ``path`` into our own error."""
    try:
        yield
    except OSError as error:
        full = error.errno in _FULL
        raise SurroundingsFailed(
            f"The disk that holds {path} is full."
            if full
            else f"{error.filename or path} could not be written or read ({error.strerror}).",
            means="Nothing half-written is used.",
            next="Free some space and run again."
            if full
            else "Check the folder's permissions, or set KAGGLE_AGENT_HOME to another one.",
        ) from error
