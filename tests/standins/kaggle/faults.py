"""What goes wrong, by script."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """What goes wrong at ``where`` for the next ``times`` requests.

    ``where`` is an API method, "storage" or "upload". Without ``status`` the answer is right, but
    comes after ``delay`` seconds, and is cut after ``cut_after`` bytes (an upload: is no longer
    read after so many); ``pace`` seconds pass before every 64 KiB. ``status`` 0 closes the
    connection without an answer. With ``done`` the request takes effect all the same: its answer
    is what gets lost. ``no_ranges`` ignores the Range header, ``etag`` replaces the ETag.
    ``after`` requests pass unharmed first.
    """

    where: str
    times: float = float("inf")
    after: int = 0
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut_after: int | None = None
    pace: float = 0.0
    done: bool = False
    no_ranges: bool = False
    etag: str | None = None


class Faults:
    """Every scripted fault, and how often each place was asked."""

    def __init__(self) -> None:
        self.scripted: list[Fault] = []
        self.calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def now(self, where: str) -> Fault:
        """The fault for a request at ``where`` that is being answered now."""
        with self._lock:
            self.calls[where] += 1
            for fault in self.scripted:
                if fault.where == where and fault.times > 0:
                    if fault.after > 0:
                        fault.after -= 1
                        break
                    fault.times -= 1
                    return fault
        return Fault(where)
