"""Finding and killing everything that a process has started, where no namespace does it."""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

from agent_core.sandbox.jail import kernel

#: Seconds after which a sweep gives up on processes that keep multiplying.
PATIENCE = 10.0


def descendants(root: int) -> list[int]:
    """The numbers of all living processes below ``root``."""
    if sys.platform != "linux":
        return _descendants_elsewhere(root)
    found: list[int] = []
    waiting = [root]
    while waiting:
        born = _children(waiting.pop())
        found += born
        waiting += born
    return found


def _children(process: int) -> list[int]:
    born: list[int] = []
    # A process that ends while it is looked at has no children any more.
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{process}/task"):  # noqa: PTH208 - called ten times a second
            with contextlib.suppress(OSError):
                text = Path(f"/proc/{process}/task/{task}/children").read_text(encoding="ascii")
                born += [int(number) for number in text.split()]
    return born


def _descendants_elsewhere(root: int) -> list[int]:
    import psutil  # noqa: PLC0415 - not needed on Linux, where this module runs without packages

    with contextlib.suppress(psutil.NoSuchProcess):
        return [child.pid for child in psutil.Process(root).children(recursive=True)]
    return []


def adopt_orphans() -> None:
    """Have all that lose their parent below this process come back to it.

    Without it they go to the machine's own init, out of a sweep's sight.
    """
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)


def kill_descendants(root: int) -> None:
    """Kill everything below ``root`` until nothing is left, and reap it if it is ours.

    That nothing gets away rests on ``root`` having called `adopt_orphans`.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = _stop_descendants(root, deadline)
        for process in found:
            _send(process, signal.SIGKILL)
        if not found or not _reap(root):
            return
        time.sleep(0.005)


def _stop_descendants(root: int, deadline: float) -> set[int]:
    """Stop everything below ``root``, so that it does not multiply faster than it is killed.

    Not all stand still on return: who is in the middle of a fork when the signal comes ends it
    first (Linux since 4.19). Its child is met in the next round.
    """
    stopped: set[int] = set()
    while time.monotonic() < deadline:
        born = set(descendants(root)) - stopped
        if not born:
            break
        for process in born:
            _send(process, signal.SIGSTOP)
        stopped |= born
    return stopped


def _send(process: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(process, number)


def _reap(root: int) -> bool:
    """Collect dead children. Says whether there may be more."""
    if root != os.getpid():
        return True
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
        return True
    return False
