"""The log of a kernel, as it grows, in the form in which every sandbox keeps logs."""

from collections import deque
from collections.abc import Callable
from typing import BinaryIO

from agent_core.kaggle.kernel_log import LogEntry, log_text
from agent_core.sandbox.logs import Log
from agent_core.sandbox.sandbox import Limits


class KernelPrints:
    """Takes what Kaggle has of the log, again and again, and passes on what is new in it."""

    def __init__(
        self, file: BinaryIO, limits: Limits, on_line: Callable[[str], None] | None
    ) -> None:
        self._blocks: deque[bytes] = deque()
        self._seen = 0
        self._log = Log(self._next, file, limits, on_line)

    @property
    def tail(self) -> str:
        """The end of it."""
        return self._log.tail

    @property
    def full(self) -> bool:
        """Whether more was printed than is kept."""
        return self._log.full

    def show(self, entries: tuple[LogEntry, ...]) -> None:
        """All there is of it so far."""
        fresh = entries[self._seen :]
        self._seen = max(self._seen, len(entries))
        if fresh:
            self._blocks.append(log_text(fresh).encode())
        while self._log.read():
            pass

    def end(self) -> None:
        """Nothing more will come."""
        self._log.drain(0)

    def _next(self) -> bytes:
        if not self._blocks:
            raise BlockingIOError
        return self._blocks.popleft()
