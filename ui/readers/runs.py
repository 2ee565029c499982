"""Runs as people see them, whoever is asked for them; `ui.readers.prefect` asks Prefect."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from pydantic import Field

from agent_core.run import Request
from agent_core.trial_tree import TrialTree
from agent_core.value import Value


class JobState(StrEnum):
    """Where a run is, in the words of every way in.

    QUEUED     waits for a place in its pool, or for what it needs (a kernel on Kaggle)
    RUNNING    is at work, or is being stopped
    SUCCESS    has a checked submission
    FAILED     has none, and says why; or died and may be taken up again
    TIMEOUT    was ended by its hard limit on time
    CANCELLED  was stopped by a person
    """

    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self not in {JobState.QUEUED, JobState.RUNNING}


class RunRow(Value):
    """One run. ``id`` is that of its flow run, ``detail`` Prefect's own name of its state.

    ``stage`` is where it is, and ``progress`` how far in that, from 0 to 1, None where nobody
    knows. ``score`` with its spread ``score_std`` is the best cross-validated one so far, in
    ``metric``. ``owner`` is the key it was handed in with, empty for none. ``asked`` are the
    parameters it was started with. ``failure`` is the class of what went wrong, a word for
    programs, empty unless it is FAILED or TIMEOUT; ``message`` says it for people. ``url`` is its
    page in Prefect, empty where nobody serves one.
    """

    id: str
    name: str
    state: JobState
    detail: str
    message: str = ""
    failure: str = ""
    source: str = ""
    deployment: str = ""
    owner: str = ""
    stage: str = ""
    progress: float | None = None
    metric: str = ""
    higher_is_better: bool | None = None
    score: float | None = None
    score_std: float | None = None
    trials: int | None = None
    cost_usd: float | None = None
    created: datetime
    started: datetime | None = None
    ended: datetime | None = None
    seconds: float = 0.0
    asked: dict[str, Any] = Field(default_factory=dict)
    url: str = ""


class StageRow(Value):
    """One stage of a run. ``cached``: its result came from an earlier run."""

    name: str
    state: JobState
    started: datetime | None
    seconds: float
    cached: bool
    message: str = ""


class LogLine(Value):
    """``level`` is a name as Python's logging has it."""

    at: datetime
    level: str
    text: str


class LogPage(Value):
    """Lines in order; ``cursor`` asks for those after them. Without any it is the old one."""

    lines: tuple[LogLine, ...]
    cursor: str


class NewRun(Value):
    """What `Runs.start` is asked for, as a value."""

    request: Request
    owner: str = ""
    idempotency_key: str = ""


class RunFilter(Value):
    """Which runs: of these states (empty: all), with ``text`` in the name, of this ``owner``."""

    states: tuple[JobState, ...] = ()
    text: str = ""
    owner: str | None = None


class RunPage(Value):
    """Some of ``total`` runs, newest first."""

    rows: tuple[RunRow, ...]
    total: int


class Runs(Protocol):
    """Who knows of runs, and can start and stop them. Safe to call from several threads.

    Every method raises SurroundingsFailed where the server does not answer, and NoSuchRun where it
    knows no such run (any text may be asked for).
    """

    def page(self, wanted: RunFilter, limit: int, offset: int) -> RunPage:
        """No more than is shown at once."""
        ...

    def counts(self, owner: str | None = None) -> dict[JobState, int]:
        """How many runs are in each state."""
        ...

    def run(self, run_id: str) -> RunRow:
        """One run."""
        ...

    def stages(self, run_id: str) -> tuple[StageRow, ...]:
        """Its stages in the order in which they began."""
        ...

    def logs(self, run_id: str, after: str = "", limit: int = 200) -> LogPage:
        """Lines after the cursor ``after``, from the beginning where that is empty."""
        ...

    def trials(self, run_id: str) -> TrialTree | None:
        """What it has tried so far, None before there is anything."""
        ...

    def deployments(self) -> tuple[str, ...]:
        """By what name runs can be started ("docker", "process")."""
        ...

    def start(
        self, request: Request, deployment: str, owner: str = "", idempotency_key: str = ""
    ) -> RunRow:
        """Hand in one run. The same key again gives the run that it made the first time.

        Raises NoSuchDeployment, and RequestRefused where that takes no such parameters.
        """
        ...

    def start_many(self, deployment: str, wanted: Sequence[NewRun]) -> tuple[RunRow, ...]:
        """Hand in many at once, up to 100. Answers in their order, and raises what `start` does."""
        ...

    def cancel(self, run_id: str) -> RunRow:
        """Ask it to stop. One that is over stays as it is."""
        ...
