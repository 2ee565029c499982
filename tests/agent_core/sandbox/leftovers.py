"""What a sandbox could leave behind on the machine."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil


def processes_of(token: str) -> list[int]:
    """Living processes that were started with ``token`` in their command line, forks included.

    Also jails that lost their parent: no token is in theirs.
    """
    found = []
    for process in psutil.process_iter():
        try:
            command = " ".join(process.cmdline())
            orphan = "agent_core.sandbox.jail" in command and process.ppid() == 1
            dead = process.status() == psutil.STATUS_ZOMBIE
        except psutil.Error:
            continue
        if not dead and (orphan or token in command):
            found.append(process.pid)
    return found


@dataclass(frozen=True)
class Leftovers:
    folders: frozenset[str]
    mounts: str

    @classmethod
    def now(cls) -> Self:
        folder = Path(tempfile.gettempdir())
        names = frozenset(path.name for path in folder.glob("kaggle-agent-sandbox-*"))
        mounts = Path("/proc/self/mountinfo")
        return cls(names, mounts.read_text() if mounts.exists() else "")

    def check(self, token: str) -> None:
        """Fail if anything is there now that was not there before."""
        deadline = time.monotonic() + 3
        while processes_of(token) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not processes_of(token)
        after = Leftovers.now()
        assert after.folders <= self.folders
        assert after.mounts == self.mounts
