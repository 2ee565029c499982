"""What a container prints, taken from the engine at once, whoever is busy with what."""

import queue
import threading

from agent_core.engine import Attachment


class Prints(threading.Thread):
    """Listens until the container ends, and keeps ``most`` bytes of what has not been read yet.

    An engine that cannot get rid of what a container prints waits for that, even with its end.
    """

    def __init__(self, script: Attachment, most: int) -> None:
        super().__init__(name="sandbox-prints", daemon=True)
        self._script = script
        self._left = most
        self._blocks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._first: bytes | None = None

    def run(self) -> None:
        """Take block after block; what is beyond the limit is dropped."""
        for block in self._script.blocks():
            kept = block[: self._left]
            self._left -= len(kept)
            if kept:
                self._blocks.put(kept)
        self._blocks.put(b"")

    def wait(self, seconds: float) -> bool:
        """Whether there is something to `read`, or the end, within ``seconds``."""
        if self._first is None:
            try:
                self._first = self._blocks.get(timeout=seconds)
            except queue.Empty:
                return False
        return True

    def read(self) -> bytes:
        """The next block, or nothing at the end. Raises BlockingIOError where there is none yet."""
        if not self.wait(0):
            raise BlockingIOError
        block, self._first = self._first or b"", None
        return block
