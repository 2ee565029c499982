"""A stop that is asked for once and not lost.

An interrupt is an exception at whatever line is being executed, and where that is a destructor or a
library that catches everything, it is gone. So it is raised again until somebody has heard it; from
then on further interrupts are ignored, for they would only stop the clearing up.
"""

import os
import signal
import threading
from types import FrameType

_AGAIN_SECONDS = 5.0

_asked = threading.Event()
_heard = threading.Event()


def stop_on_interrupt() -> None:
    """Have SIGINT raise KeyboardInterrupt in the main thread until `stop_is_heard` is called."""
    signal.signal(signal.SIGINT, _interrupt)
    threading.Thread(target=_insist, daemon=True).start()


def stop_is_heard() -> None:
    """The stop is on its way."""
    _heard.set()


def _interrupt(number: int, frame: FrameType | None) -> None:
    if not _heard.is_set():
        _asked.set()
        raise KeyboardInterrupt


def _insist() -> None:
    _asked.wait()
    while not _heard.wait(_AGAIN_SECONDS):
        os.kill(os.getpid(), signal.SIGINT)
