"""How a running stage tells how far it is: to whoever watches the run, and to Prefect."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.context import TaskRunContext

from agent_core.events import Event, Line, Listener, StageProgress
from agent_core.progress import Report

_ARTIFACT_SECONDS = 3.0
_EVENT_SECONDS = 0.2
_LINE_SECONDS = 0.05
_LONGEST_LINE = 300


# Not a context variable: a sandbox calls back from a thread of its own. One process, one flow run.
_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Send the events of stages to ``listener`` too, from whatever thread they come."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def tell(event: Event) -> None:
    """Send one event to all who listen."""
    for listener in tuple(_listeners):
        listener(event)


class StageReport:
    """A `Report` of a stage: events several times a second, a Prefect artifact now and then."""

    def __init__(self, stage: str) -> None:
        self._stage = stage
        # Outside a task run (a unit test of the function) there is no Prefect to tell.
        self._artifact = _new_artifact(stage) if TaskRunContext.get() else None
        self._told = self._kept = float("-inf")

    def __call__(self, message: str, fraction: float | None = None) -> None:
        """Pass it on, unless the last one was a moment ago."""
        now = time.monotonic()
        if fraction is None or fraction >= 1.0 or now - self._told >= _EVENT_SECONDS:
            self._told = now
            tell(StageProgress(stage=self._stage, message=message, fraction=fraction))
        if self._artifact and fraction is not None and now - self._kept >= _ARTIFACT_SECONDS:
            self._kept = now
            self._keep(fraction)

    def finish(self) -> None:
        """Say that all is done."""
        self._keep(1.0)

    def _keep(self, fraction: float) -> None:
        if self._artifact:
            percent = 100.0 * min(max(fraction, 0.0), 1.0)
            update_progress_artifact(artifact_id=self._artifact, progress=percent)


def _new_artifact(stage: str) -> UUID:
    key = f"{stage}-progress".replace(" ", "-")  # it may hold nothing else
    made = create_progress_artifact(progress=0.0, key=key, description=stage)
    assert isinstance(made, UUID)
    return made


def log_line(stage: str) -> Callable[[str], None]:
    """Passes printed lines on, as a sample: a program may print faster than anyone can read.

    All of it is in the trial's own log. What could steer a terminal is taken out.
    """
    last = float("-inf")

    def line(text: str) -> None:
        nonlocal last
        now = time.monotonic()
        shown = "".join(c if c.isprintable() else " " for c in text).strip()
        if shown and now - last >= _LINE_SECONDS:
            last = now
            tell(Line(stage=stage, text=shown[:_LONGEST_LINE]))

    return line


@contextmanager
def by_the_clock(report: Report, seconds: float, message: str) -> Iterator[None]:
    """Report the time used of ``seconds`` while the body runs: all that is known of a program."""
    done = threading.Event()

    def tick() -> None:
        start = time.monotonic()
        while not done.wait(0.5):
            report(message, min((time.monotonic() - start) / seconds, 0.99))

    # Prefect's settings are in the context, which a thread does not get by itself.
    ticking = threading.Thread(target=copy_context().run, args=(tick,), daemon=True)
    ticking.start()
    try:
        yield
    finally:
        done.set()
        ticking.join()
