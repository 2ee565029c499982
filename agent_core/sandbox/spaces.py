"""The writable places of a script, measured from outside."""

import contextlib
import os
import time
from pathlib import Path
from typing import Protocol

INTERVAL = 0.2


class Space(Protocol):
    """A writable place of the script's. ``in_memory``: what lies there is memory, too."""

    in_memory: bool

    def used(self) -> tuple[int, int]:
        """Bytes and entries in it now."""
        ...


class MemorySpace:
    """A memory file system of its own, by an open ``folder`` in it: exact, whatever is in it."""

    in_memory = True

    def __init__(self, folder: int, shared: bool = False) -> None:
        self.folder = folder
        self._before = (0, 0)
        if shared:
            # Others use it, too. What has been added since now is counted, whoever added it.
            self._before = self._state()

    def used(self) -> tuple[int, int]:
        """Bytes and entries, those of deleted files that are still open included."""
        size, entries = self._state()
        return max(0, size - self._before[0]), max(0, entries - self._before[1])

    def _state(self) -> tuple[int, int]:
        state = os.fstatvfs(self.folder)
        return (state.f_blocks - state.f_bfree) * state.f_frsize, state.f_files - state.f_ffree


class FolderSpace:
    """A folder on disk. Counts no further than ``most`` entries."""

    in_memory = False

    def __init__(self, path: Path, most: int) -> None:
        self.path = path
        self._most = most
        self._due = 0.0
        self._last = (0, 0)

    def used(self) -> tuple[int, int]:
        """Bytes on disk and entries, as far as they can be seen. Up to `INTERVAL` seconds old."""
        if time.monotonic() >= self._due:
            self._last = self._measure()
            self._due = time.monotonic() + INTERVAL
        return self._last

    def _measure(self) -> tuple[int, int]:
        size = entries = 0
        waiting = [str(self.path)]
        while waiting and entries < self._most:
            # A folder may vanish or close while it is looked at.
            with contextlib.suppress(OSError), os.scandir(waiting.pop()) as listing:
                for entry in listing:
                    state = entry.stat(follow_symlinks=False)
                    size += state.st_blocks * 512
                    entries += 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    if entries >= self._most:
                        break
        return size, entries
