"""One process at a time, also after one was killed."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent_core.progress import Report, silent


@contextmanager
def holding(path: Path, waiting_for: str, report: Report = silent) -> Iterator[None]:
    """Hold the lock file ``path``; wait for as long as another process or thread holds it.

    The kernel frees the lock when its holder ends, however that happens. The file itself stays:
    removing it would let two holders lock two files of the same name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        told = False
        while not _locked(handle):
            if not told:
                report(waiting_for, None)
                told = True
            time.sleep(0.1)
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
