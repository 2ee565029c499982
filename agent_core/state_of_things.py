"""How things stand with what runs depend on: the answer of ``kaggle-agent status``."""

from datetime import date
from statistics import median

from agent_core.value import Value


class WorkerState(Value):
    """``silent`` is in seconds since its last sign of life, None where there was none."""

    name: str
    online: bool
    silent: float | None


class PoolState(Value):
    """``queued`` runs wait, of which ``late`` should have begun. No ``limit``: as many as come."""

    name: str
    type: str
    paused: bool
    limit: int | None
    running: int
    queued: int
    late: int
    workers: tuple[WorkerState, ...]


class LimitState(Value):
    """A limit that runs share: how many may, how many do."""

    name: str
    limit: int
    taken: int


class ServerState(Value):
    """Prefect's server. ``problem`` is empty, or says why nothing was learned from it."""

    address: str
    version: str = ""
    database: bool = False
    problem: str = ""


class EngineState(Value):
    """The Docker engine. ``problem`` is empty if scripts can run in containers."""

    version: str = ""
    problem: str = ""


class DiskState(Value):
    """Of the home folder's disk, in bytes."""

    home: str
    free: int
    total: int


class EndedRun(Value):
    """One run that is over. ``state`` is Prefect's name of how, ``why`` the first line of why."""

    name: str
    state: str
    solved: bool
    seconds: float
    why: str


class History(Value):
    """Of the last ``runs`` that ended: the part that was solved, how long they took, why not.

    ``success`` is from 0 to 1, ``seconds`` the median, both None without runs.
    """

    runs: int
    success: float | None
    seconds: float | None
    failures: dict[str, int]


class FailureCount(Value):
    """``runs`` failed of ``failure`` on ``day`` (UTC): an error's name, or TimedOut, Crashed.

    It is a trial's `agent_core.failures` class where that is why there was no submission.
    """

    day: date
    failure: str
    runs: int


class ServiceState(Value):
    """A service of the stack. ``problem`` is empty, or says why it does not serve."""

    name: str
    address: str
    problem: str = ""


class Status(Value):
    """``server`` is None where none runs all the time: then each run brings its own.

    ``services`` are those beside it, and ``failures`` those of the last days, oldest first.
    """

    server: ServerState | None
    mlflow: str
    pools: tuple[PoolState, ...]
    limits: tuple[LimitState, ...]
    engine: EngineState
    disk: DiskState
    history: History
    services: tuple[ServiceState, ...] = ()
    failures: tuple[FailureCount, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether a server told of pools, limits and runs; without one, they are empty."""
        return self.server is not None and not self.server.problem

    @property
    def queued(self) -> int:
        """How many runs wait for a place, in all pools."""
        return sum(pool.queued for pool in self.pools)

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps runs from being executed, in one sentence each."""
        found = []
        if self.server and self.server.problem:
            found.append(self.server.problem)
        for pool in self.pools:
            if pool.paused:
                found.append(
                    f"The pool {pool.name} is paused. Its runs wait. Resume it: prefect work-pool "
                    f"resume {pool.name}"
                )
            if not any(worker.online for worker in pool.workers):
                found.append(
                    f"The pool {pool.name} has no worker that is online. Its runs wait. Start one: "
                    f"prefect worker start --pool {pool.name}"
                )
        return tuple(found)


def history_of(runs: tuple[EndedRun, ...]) -> History:
    """What came of ``runs``."""
    failures: dict[str, int] = {}
    for run in runs:
        if not run.solved:
            kind = f"{run.state}: {run.why}" if run.why else run.state
            failures[kind] = failures.get(kind, 0) + 1
    return History(
        runs=len(runs),
        success=sum(run.solved for run in runs) / len(runs) if runs else None,
        seconds=median(run.seconds for run in runs) if runs else None,
        failures=dict(sorted(failures.items(), key=lambda kind: -kind[1])),
    )
