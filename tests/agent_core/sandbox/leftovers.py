"""What a sandbox could leave behind on the machine."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from agent_core.engine import Engine
from agent_core.errors import SurroundingsFailed
from agent_core.sandbox.container.orphans import LABEL, OWNER, own_name


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    """Fail unless ``condition`` comes true within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def processes_of(token: str) -> list[int]:
    """Living processes that were started with ``token`` in their command line, forks included."""
    found = []
    for process in psutil.process_iter():
        try:
            command = " ".join(process.cmdline())
            dead = process.status() == psutil.STATUS_ZOMBIE
        except psutil.Error:
            continue
        if not dead and token in command:
            found.append(process.pid)
    return found


@dataclass(frozen=True)
class Leftovers:
    """What was there before. Other tests may run at the same time, but not for long."""

    token: str
    folders: frozenset[str]
    mounts: frozenset[str]

    @classmethod
    def before(cls, token: str) -> Self:
        return cls(token, _folders(), _mounts())

    def check(self) -> None:
        """Fail if anything stays that was not there before."""
        deadline = time.monotonic() + 10
        while self._found() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert self._found() == []

    def _found(self) -> list[object]:
        jails = [
            child.pid
            for child in psutil.Process().children(recursive=True)
            if child.status() != psutil.STATUS_ZOMBIE
            and "agent_core.sandbox.jail" in " ".join(child.cmdline())
        ]
        new = (_folders() - self.folders) | (_mounts() - self.mounts)
        return [*processes_of(self.token), *jails, *new, *_containers()]


def _containers() -> list[str]:
    """Containers of this process's sandboxes. Quick where none was used."""
    if "docker" not in sys.modules:
        return []
    try:
        with Engine.connect() as engine:
            return [
                container.id
                for container in engine.containers(LABEL)
                if container.labels[OWNER] == own_name()
            ]
    except SurroundingsFailed:
        return []


def _folders() -> frozenset[str]:
    """Those of this process: other tests, and other people, have theirs in the same place."""
    folder = Path(tempfile.gettempdir())
    return frozenset(path.name for path in folder.glob(f"kaggle-agent-sandbox-{os.getpid()}-*"))


def _mounts() -> frozenset[str]:
    """The mounts of the kinds that a jail makes; not those of the engine for other containers."""
    table = Path("/proc/self/mountinfo")
    lines = table.read_text().splitlines() if table.exists() else []
    kinds = (" - tmpfs ", " - proc ")
    return frozenset(
        line for line in lines if any(kind in line for kind in kinds) and "/docker/" not in line
    )
