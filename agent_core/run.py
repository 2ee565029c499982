"""A run: what was asked for, how far it is, what came of it. Kept as ``run.json`` in its folder."""

import os
import socket
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import psutil
from pydantic import ValidationError

from agent_core.competition import Competition
from agent_core.decision import Decision
from agent_core.errors import (
    BadSource,
    DataError,
    Forbidden,
    KaggleAgentError,
    NoModel,
    NotAuthenticated,
    NotFound,
    PreflightFailed,
    RulesNotAccepted,
)
from agent_core.evaluation import Gate
from agent_core.home import Home
from agent_core.receipt import Receipt
from agent_core.value import Value

_FILE = "run.json"
_BAD_INPUT = (
    BadSource,
    DataError,
    Forbidden,
    NoModel,
    NotAuthenticated,
    NotFound,
    PreflightFailed,
    RulesNotAccepted,
)


class Request(Value):
    """What a person asks for. ``budget`` is in seconds of wall time for the whole run.

    ``planner`` "auto" is Claude where there is a key, else the rules. The rules need neither
    ``max_usd``, the limit on what Claude may cost, nor ``max_trials`` and ``drafts``, how many
    scripts it may have tried in all and begin with. ``competition`` is what ``source`` names,
    where a preflight has found that out already. ``submit_to_kaggle``: the submission is sent.
    """

    source: str
    budget: float = 600.0
    metric: str | None = None
    planner: str = "auto"
    sandbox: str = "auto"
    seed: int = 0
    max_usd: float = 1.0
    max_trials: int = 12
    drafts: int = 3
    competition: Competition | None = None
    submit_to_kaggle: bool = False


class StageTime(Value):
    """``cached``: an earlier run's result was taken."""

    seconds: float
    cached: bool


class Solved(Value):
    """What a run hands over. The three files lie in the run's folder.

    ``cv_score`` and ``cv_std`` are the host's own, over the folds; ``baseline`` is what a dummy
    scores. ``tracking_problem`` says why there is no ``mlflow_run_id``, or is empty. ``planner``
    says who planned, and ``planner_reason`` why; ``winner`` is the name of the trial that won,
    ``trials`` how many were run, ``stopped`` why there were no more, and ``tree`` the file with all
    of them. ``receipt`` is what Kaggle said, where the run has submitted; ``decision`` is why the
    winner may be handed in.
    """

    run_id: str
    slug: str
    task_type: str
    metric: str
    higher_is_better: bool
    cv_score: float
    cv_std: float
    baseline: float | None
    gates: tuple[Gate, ...]
    warnings: tuple[str, ...]
    rows: int
    submission: Path
    solution: Path
    report: Path
    seconds: float
    stages: dict[str, StageTime]
    mlflow_run_id: str | None
    tracking_problem: str = ""
    planner: str = "rules"
    planner_reason: str = ""
    winner: str = "template"
    trials: int = 1
    cost_usd: float = 0.0
    stopped: str = ""
    tree: Path | None = None
    receipt: Receipt | None = None
    decision: Decision | None = None


class Failure(Value):
    """Why there is no submission: what happened, what it means, what to do next.

    ``bad_input``: the source is no competition that can be solved, or may not be used.
    """

    what: str
    means: str = ""
    next: str = ""
    bad_input: bool = False


def failure_of(error: Exception) -> Failure:
    """What to tell a person about ``error``."""
    if isinstance(error, KaggleAgentError):
        bad_input = isinstance(error, _BAD_INPUT)
        return Failure(what=error.what, means=error.means, next=error.next, bad_input=bad_input)
    return Failure(
        what=f"An unexpected error: {type(error).__name__}: {error}",
        means="This is either a fault of this program or of the machine it runs on. "
        "Finished stages are kept.",
        next="Run the same command again; if it happens again, report it with the run's log.txt.",
    )


def was_stopped(error: BaseException) -> bool:
    """Whether ``error`` comes of an interrupt: it is one, or was raised on the way out of one.

    An interrupt can hit a library where that is not prepared for one and fails at something else.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, KeyboardInterrupt):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


class RunState(StrEnum):
    """DIED is never written: it is what a RUNNING run is whose process is gone.

    WAITING has no process either, and is no failure: it goes on when what it waits for is there.
    """

    RUNNING = "running"
    WAITING = "waiting"
    SOLVED = "solved"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DIED = "died"


#: The first process namespace of a machine has this number in every Linux.
_FIRST_SPACE = "pid:[4026531836]"


def this_host() -> str:
    """Where process numbers mean what they mean here: the machine, or one container on it.

    A container on the machine's own network has the machine's name, but its own numbers.
    """
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:  # not Linux
        space = _FIRST_SPACE
    name = socket.gethostname()
    return name if space == _FIRST_SPACE else f"{name} {space}"


class Process(Value):
    """The process that writes the run. A process number alone may be given out again."""

    host: str
    pid: int
    started: float

    @classmethod
    def current(cls) -> "Process":
        """The calling process."""
        started = psutil.Process().create_time()
        return cls(host=this_host(), pid=os.getpid(), started=started)

    def is_gone(self) -> bool:
        """Whether it has ended. A process of another host counts as alive."""
        if self.host != this_host():
            return False
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
            return abs(process.create_time() - self.started) > 1.0
        except psutil.NoSuchProcess:
            return True


class Run(Value):
    """One run. ``solved`` or ``failure`` is there once it has ended so.

    ``waits_for`` says what it waits for outside, or is empty, and ``since`` when; a RUNNING run may
    wait, and one that DIED may have waited.
    """

    run_id: str
    name: str
    request: Request
    state: RunState
    process: Process
    started: datetime
    ended: datetime | None = None
    solved: Solved | None = None
    failure: Failure | None = None
    waits_for: str = ""
    since: datetime | None = None


def save_run(run: Run, folder: Path) -> None:
    """Write ``run.json`` as a whole: a reader never sees half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f"{_FILE}.new"
    beside.write_text(run.model_dump_json(indent=2), encoding="utf-8")
    beside.replace(folder / _FILE)


def load_run(folder: Path) -> Run:
    """The run of that folder, as DIED if its process is gone. Raises OSError or ValueError."""
    run = Run.model_validate_json((folder / _FILE).read_text(encoding="utf-8"))
    if run.state is RunState.RUNNING and run.process.is_gone():
        return run.model_copy(update={"state": RunState.DIED})
    return run


def list_runs(home: Home) -> tuple[tuple[Run, ...], tuple[Path, ...]]:
    """All runs, newest first, and the folders whose record cannot be read."""
    runs, unreadable = [], []
    folders = home.runs.iterdir() if home.runs.is_dir() else ()
    for folder in folders:
        try:
            runs.append(load_run(folder))
        except (OSError, ValidationError):
            unreadable.append(folder)
    runs.sort(key=lambda run: run.started, reverse=True)
    return tuple(runs), tuple(sorted(unreadable))
