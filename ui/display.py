"""Showing a run while it goes on: lines for logs and pipes, a live picture on a terminal."""

import os
import sys
from typing import Protocol, TextIO

from agent_core.events import (
    Event,
    as_text,
)


class Display(Protocol):
    """Shows events. Close it before anything else is written.

    ``draws_stages``: it shows where a run is apart from the lines of its log.
    """

    draws_stages: bool

    def show(self, event: Event) -> None:
        """Take in ``event``."""
        ...

    def close(self) -> None:
        """Leave the last picture as it is."""
        ...


def open_display(stream: TextIO) -> Display:
    """The live picture where ``stream`` is a terminal that can move its cursor, else lines."""
    if stream.isatty() and os.environ.get("TERM", "") not in {"", "dumb"}:
        from ui.live_display import LiveDisplay  # noqa: PLC0415 - rich takes a while to import

        return LiveDisplay(stream)
    return PlainDisplay(stream)


class PlainDisplay:
    """One line per event, as in the run's log."""

    draws_stages = False

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream

    def show(self, event: Event) -> None:
        """Print it, if it is news."""
        text = as_text(event)
        if text:
            print(text, file=self._stream, flush=True)

    def close(self) -> None:
        """Nothing to do."""
