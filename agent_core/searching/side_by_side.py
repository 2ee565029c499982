"""Works that go on side by side, and are left alone when time is up."""

import threading
import time
from collections.abc import Callable, Sequence
from contextvars import copy_context

Work = Callable[[], None]


def side_by_side(works: Sequence[Work], seconds: float) -> None:
    """Run all ``works``, each in a thread of its own, for at most so many ``seconds``.

    What has not ended by then is left alone; it cannot keep the process from ending. Raises the
    error of the first work that failed, in the order given.
    """
    started = [_Running(work) for work in works]
    deadline = time.monotonic() + seconds
    for running in started:
        running.wait(max(0.0, deadline - time.monotonic()))
    for running in started:
        if running.error is not None:
            raise running.error


class _Running:
    """One work under way. ``error`` is what it has ended with, if anything."""

    def __init__(self, work: Work) -> None:
        self.error: BaseException | None = None
        self._work = work
        self._ended = threading.Event()
        # The flow run that this belongs to is known by context variables.
        threading.Thread(target=copy_context().run, args=(self._run,), daemon=True).start()

    def wait(self, seconds: float) -> None:
        self._ended.wait(min(seconds, threading.TIMEOUT_MAX))

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - raised again by whoever waits
            self.error = error
        finally:
            self._ended.set()
