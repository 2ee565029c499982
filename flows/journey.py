"""A run on its way: takes it through its stages, tells who watches, and keeps the record."""

import os
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Generic, ParamSpec, Self, TypeVar

from prefect import Task
from prefect.artifacts import create_markdown_artifact
from prefect.context import FlowRunContext

from agent_core.errors import Waiting
from agent_core.events import (
    Event,
    Line,
    RunStarted,
    StageFinished,
    StageProgress,
    StageStarted,
    Waits,
    as_text,
)
from agent_core.home import Home
from agent_core.progress import Report
from agent_core.run import (
    Failure,
    Process,
    Request,
    Run,
    RunState,
    Solved,
    StageTime,
    failure_of,
    save_run,
    was_stopped,
)
from agent_core.settings import Settings
from agent_core.standing import failure_class
from agent_core.storage.cleaning import mark_used
from agent_core.storage.locking import holding
from agent_core.trial_tree import TrialTree, save_tree
from agent_core.value import Value
from flows.bulletin import Bulletin
from flows.embedded_server import EMBEDDED
from flows.report import failure_report, solved_report
from flows.run_log import RunLog
from flows.stopping import stop_is_heard
from tasks.caching import cache_key
from tasks.intact import is_intact
from tasks.progress import listening, tell
from tasks.record import Stage
from tasks.sharing import Sharing, folders_of

_GOING_ON = {RunState.RUNNING, RunState.WAITING}

P = ParamSpec("P")
R = TypeVar("R", bound=Value)
Fresh = TypeVar("Fresh")

#: When the clock of a run began to tick, of `time.monotonic`; None: when its flow began.
_BEGUN: ContextVar[float | None] = ContextVar("begun", default=None)


@contextmanager
def begun_at(clock: float) -> Iterator[None]:
    """Runs of the body have been waited for since ``clock`` (of `time.monotonic`)."""
    token = _BEGUN.set(clock)
    try:
        yield
    finally:
        _BEGUN.reset(token)


class Journey:
    """One run. Used as a context: the way in which the body ends is how the run has ended.

    Its folder holds ``run.json`` and ``log.txt`` from the start, and what it hands over at the end.
    """

    def __init__(self, run_id: str, name: str, request: Request, home: Home) -> None:
        self.run_id = run_id
        self.name = name
        self.home = home
        self.folder = home.runs / run_id
        self.started = datetime.now(UTC)
        self._begun = _BEGUN.get() or time.monotonic()
        self.stages: list[Stage] = []
        self.request = request
        self._solved: Solved | None = None
        self._waits = Waits(waits_for="")
        self._bulletin: Bulletin | None = None
        self._open = ExitStack()
        self._sharing = Sharing(Settings().storage, home)

    def __enter__(self) -> Self:
        self._save(RunState.RUNNING)
        log = (self.folder / "log.txt").open("a", encoding="utf-8", buffering=1)
        self._log = self._open.enter_context(log)
        self._open.enter_context(listening(self._write))
        self._tell_prefect()
        tell(RunStarted(run_id=self.run_id, name=self.name))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._open:
            if error is None:
                self._save(RunState.SOLVED)
            elif isinstance(error, Waiting):
                self._waits = Waits(waits_for=error.waits_for, since=error.since)
                self._log.write(f"{error}\n")
                self._save(RunState.WAITING)
            elif isinstance(error, Exception) and not was_stopped(error):
                self._log.write("".join(traceback.format_exception(error)))
                failure = failure_of(error)
                self._report(failure_report(self.name, failure))
                self._save(RunState.FAILED, failure)
                self.stands(failure=failure_class(error))
            else:
                stop_is_heard()
                self._save(RunState.CANCELLED)

    def _tell_prefect(self) -> None:
        run = FlowRunContext.get()
        if EMBEDDED in os.environ or run is None or run.flow_run is None:
            return  # nobody reads from a server that ends with the run
        self._bulletin = self._open.enter_context(Bulletin(run.flow_run.id))
        self._open.enter_context(listening(self._bulletin))
        self._open.enter_context(listening(RunLog()))

    def stands(self, **known: Any) -> None:
        """Let the ways in know: fields of `agent_core.standing.Standing`."""
        if self._bulletin:
            self._bulletin.say(**known)

    def keep_tree(self, tree: TrialTree) -> None:
        """Keep the trials as they are now, where people look while the run goes on."""
        save_tree(tree, self.folder)
        self.stands(trials=tree.tried, cost_usd=tree.cost_usd, **_score_of(tree))
        if self._bulletin:
            self._bulletin.show(tree)

    def stage(self, task: Task[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run ``task``, or take its result from the cache if that is still good."""
        return self.step("", task, *args, **kwargs).value

    def step(self, label: str, task: Task[P, R], *args: P.args, **kwargs: P.kwargs) -> "Taken[R]":
        """The same for one of several stages of a kind, told apart by ``label``.

        Two runs that want the same result at the same time compute it once: the second waits.
        Safe to call from several threads.
        """
        name = f"{task.name} {label}".strip()
        begun, clock = datetime.now(UTC), time.monotonic()
        tell(StageStarted(stage=name))
        taken = self._take(name, task, *args, **kwargs)
        seconds = time.monotonic() - clock
        self.stages.append(Stage(name=name, started=begun, seconds=seconds, cached=taken.cached))
        tell(StageFinished(stage=name, seconds=seconds, cached=taken.cached))
        return taken

    def fresh(self, task: Task[P, Fresh], *args: P.args, **kwargs: P.kwargs) -> Fresh:
        """Run ``task``, whose result is never kept: it asks how things stand outside."""
        begun, clock = datetime.now(UTC), time.monotonic()
        tell(StageStarted(stage=task.name))
        value = task(*args, **kwargs)
        seconds = time.monotonic() - clock
        self.stages.append(Stage(name=task.name, started=begun, seconds=seconds, cached=False))
        tell(StageFinished(stage=task.name, seconds=seconds, cached=False))
        return value

    def _take(self, name: str, task: Task[P, R], *args: P.args, **kwargs: P.kwargs) -> "Taken[R]":
        stored = task.with_options(result_storage=self.home.results, task_run_name=name)
        key = cache_key(task.name, task.fn, args, kwargs)
        lock = self.home.results / "locks" / key
        with holding(lock, f"another run is at the same {name}", _telling(name)):
            self._sharing.fetch(key)
            state = stored(*args, **kwargs, return_state=True)
            cached = state.name == "Cached"
            value: R = state.result()
            if cached and not is_intact(value):
                tell(Line(text=f"{name}: the kept result is incomplete, so it is done again"))
                cached = False
                value = stored.with_options(refresh_cache=True)(*args, **kwargs)
            if not cached:
                self._sharing.offer(key, value)
        mark_used(self.home.results / key, *folders_of(value, self.home).values())
        return Taken(value, cached)

    @property
    def seconds(self) -> float:
        """How long the run has been waited for."""
        return time.monotonic() - self._begun

    def times(self) -> dict[str, StageTime]:
        """The stages so far."""
        return {s.name: StageTime(seconds=s.seconds, cached=s.cached) for s in self.stages}

    def keep(self, name: str, text: str) -> None:
        """Write ``text`` to the run's folder."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def hand_over(self, solved: Solved) -> Solved:
        """Keep what the run has come to, and its report."""
        self._report(solved_report(solved))
        self._solved = solved
        return solved

    def show(self, key: str, text: str) -> None:
        """Keep ``text`` (Markdown) with the flow run, for Prefect's pages."""
        create_markdown_artifact(markdown=text, key=key)

    def _report(self, text: str) -> None:
        self.keep("report.md", text)
        self.show("solve-report", text)

    def _save(self, state: RunState, failure: Failure | None = None) -> None:
        run = Run(
            run_id=self.run_id,
            name=self.name,
            request=self.request,
            state=state,
            process=Process.current(),
            started=self.started,
            ended=None if state in _GOING_ON else datetime.now(UTC),
            solved=self._solved if state is RunState.SOLVED else None,
            failure=failure,
            waits_for=self._waits.waits_for if state in _GOING_ON else "",
            since=self._waits.since if state in _GOING_ON else None,
        )
        save_run(run, self.folder)

    def _wait(self, waits: Waits) -> None:
        if waits != self._waits:
            self._waits = waits
            self._save(RunState.RUNNING)

    def _write(self, event: Event) -> None:
        if isinstance(event, Waits | StageFinished):
            self._wait(event if isinstance(event, Waits) else Waits(waits_for=""))
        text = as_text(event)
        if text:
            self._log.write(f"{datetime.now(UTC):%H:%M:%S} {text}\n")


@dataclass(frozen=True)
class Taken(Generic[R]):
    """The result of a stage, and whether it was kept from an earlier run."""

    value: R
    cached: bool


def _score_of(tree: TrialTree) -> dict[str, Any]:
    best = tree.best
    if best is None:
        return {}
    return {
        "metric": best.metric,
        "higher_is_better": best.higher_is_better,
        "score": best.value,
        "score_std": best.std,
    }


def _telling(stage: str) -> Report:
    def report(message: str, fraction: float | None = None) -> None:
        tell(StageProgress(stage=stage, message=message, fraction=fraction))

    return report
