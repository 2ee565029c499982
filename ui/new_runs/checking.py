"""Preflights in the background: Kaggle may take minutes to answer, and a page should not wait."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from agent_core.intake.preflight import Preflight

#: Seconds for which an answer counts: rules may be accepted meanwhile, files be changed.
_KEPT = 60.0
_MOST_ANSWERS = 64
_AT_ONCE = 4


class _Asked(NamedTuple):
    at: float
    answer: "Future[Preflight]"


class Preflights:
    """Answers of ``check``, each found out once for all who ask within a minute."""

    def __init__(
        self, check: Callable[[str], Preflight], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._check = check
        self._clock = clock
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="preflight")
        self._lock = threading.Lock()
        self._asked: OrderedDict[str, _Asked] = OrderedDict()

    def look(self, source: str) -> Preflight | None:
        """The preflight of ``source``, None as long as it goes on. Raises what ``check`` raises."""
        with self._lock:
            asked = self._asked.get(source)
            if asked is None or (asked.answer.done() and self._clock() - asked.at > _KEPT):
                asked = _Asked(self._clock(), self._pool.submit(self._check, source))
                self._asked[source] = asked
                self._asked.move_to_end(source)
                while len(self._asked) > _MOST_ANSWERS:
                    self._asked.popitem(last=False)
        return asked.answer.result() if asked.answer.done() else None

    def forget(self, source: str) -> None:
        """Ask again the next time."""
        with self._lock:
            self._asked.pop(source, None)
