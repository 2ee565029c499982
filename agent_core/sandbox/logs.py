"""The script's prints: kept within bounds, made harmless for terminals, handed on line by line."""

import codecs
import os
import time
from collections.abc import Callable
from typing import BinaryIO

from agent_core.sandbox.sandbox import Limits

BLOCK = 64 * 1024
LONGEST_LINE = 2000
TAIL_CHARACTERS = 16 * 1024
#: Lines handed on in one second; the rest is in the log file only.
LINES_PER_SECOND = 50
CONTROLS = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t"}
#: Delete, the C1 controls, and characters that reorder or hide text.
HIDDEN = (*range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
CONTROLS |= dict.fromkeys(HIDDEN, "\ufffd")


def from_pipe(pipe: int) -> Callable[[], bytes]:
    """What comes out of a ``pipe`` that does not block."""
    return lambda: os.read(pipe, BLOCK)


def harmless(text: str) -> str:
    """``text`` with every control character but tab and line feed made visible."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(CONTROLS)


class Log:
    """Writes what ``source`` yields to ``file``, and calls ``on_line``.

    ``source`` returns the next block, nothing at the end, and raises BlockingIOError where there is
    none yet. ``full`` is set once more than `Limits.log_bytes` came; what comes later is dropped.
    """

    def __init__(
        self,
        source: Callable[[], bytes],
        file: BinaryIO,
        limits: Limits,
        on_line: Callable[[str], None] | None,
    ) -> None:
        self.full = False
        self.ended = False
        self.tail = ""
        self._source = source
        self._file = file
        self._left = limits.log_bytes
        self._on_line = on_line
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._line = ""
        self._second = 0.0
        self._handed = 0
        self._skipped = 0

    def read(self) -> bool:
        """Take one block. False if nothing is there now, or nothing will come any more."""
        try:
            block = self._source()
        except BlockingIOError:
            return False
        self.ended = not block
        if self.full or not block:
            return bool(block)
        if len(block) > self._left:
            self.full = True
            block = block[: self._left]
        self._left -= len(block)
        self._accept(self._decoder.decode(block))
        return True

    def drain(self, seconds: float) -> None:
        """Take what is still in the pipe after the end, for at most so many seconds."""
        deadline = time.monotonic() + seconds
        while self.read() and not self.full and time.monotonic() < deadline:
            pass
        self._accept(self._decoder.decode(b"", final=True))
        if self._line:
            self._hand_on(self._line)
        if self._skipped:
            self._tell_skipped()

    def _accept(self, text: str) -> None:
        text = harmless(text)
        self._file.write(text.encode())
        self._file.flush()
        self.tail = (self.tail + text)[-TAIL_CHARACTERS:]
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            self._hand_on(line)
        # A line without end must not be collected without end.
        self._line = self._line[:LONGEST_LINE]

    def _hand_on(self, line: str) -> None:
        if self._on_line is None:
            return
        now = time.monotonic()
        if now - self._second >= 1:
            if self._skipped:
                self._tell_skipped()
            self._second, self._handed = now, 0
        if self._handed >= LINES_PER_SECOND:
            self._skipped += 1
            return
        self._handed += 1
        self._on_line(line[:LONGEST_LINE])

    def _tell_skipped(self) -> None:
        if self._on_line is not None:
            self._on_line(f"… {self._skipped} more lines are in the log file")
        self._skipped = 0
