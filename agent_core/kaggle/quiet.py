"""Keeping a library that prints from standard output."""

import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class _OneThreadMuted(io.TextIOBase):
    """Drops what the thread that made it writes. Other threads write to ``stream`` as before."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._muted = threading.get_ident()

    def write(self, text: str) -> int:
        if threading.get_ident() == self._muted:
            return len(text)
        return self._stream.write(text)

    def flush(self) -> None:
        self._stream.flush()

    def isatty(self) -> bool:
        return self._stream.isatty()


@contextmanager
def quiet() -> Iterator[None]:
    """Within, this thread prints nothing on standard output."""
    before = sys.stdout
    muted = _OneThreadMuted(before)
    sys.stdout = muted
    try:
        yield
    finally:
        # Another thread may have been quiet in between and have put its own in place.
        if sys.stdout is muted:
            sys.stdout = before
