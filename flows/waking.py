"""Wakes deployed runs that wait for Kaggle: one process looks at the kernels of all of them.

A suspended run costs nothing but a line in Prefect's database, and a look one question to Kaggle,
so a hundred of them hold no worker's place and start no process until there is something to go on
with. What makes a run go on:

    its kernel has ended, or is gone
    it has waited as long as it may
    a place for a kernel may be free again, since a kernel has ended just now
    nobody here can look (no credentials, another account's kernel): now and then, to look itself
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType

from agent_core.errors import KaggleError, KaggleUnavailable, NotFound
from agent_core.kaggle.connection import Connection
from agent_core.kaggle.kernels import Kernels
from agent_core.kaggle.patience import Patience
from agent_core.value import Value
from flows.suspending import WaitingFor

_FLOW = "solve-competition"
_PAGE = 200
#: Of the interval: how often a run is woken whose kernel nobody here can look at.
_BLIND = 10

log = logging.getLogger("kaggle_agent.waking")

#: Whether a kernel has ended; None where that cannot be said here.
HasEnded = Callable[[str], bool | None]


class Times(Value):
    """``interval`` between two looks at a kernel.

    ``settle`` is more than a worker takes to be done with a run that has just been suspended; see
    `flows.recovery.Rules`.
    """

    interval: timedelta = timedelta(minutes=1)
    settle: timedelta = timedelta(seconds=20)


@dataclass(frozen=True)
class Sleeper:
    """A run that waits, since when it sleeps, and for what."""

    id: UUID
    name: str
    asleep: datetime
    waiting: WaitingFor


@dataclass
class Waker:
    """Looks for the runs on the server of ``client``."""

    client: SyncPrefectClient
    has_ended: HasEnded
    times: Times
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    _looked: dict[UUID, datetime] = field(default_factory=dict)

    def look(self) -> list[str]:
        """Look once; returns the names of those that were woken.

        Raises what Prefect's client raises where the server is away. Where Kaggle is, the next
        look comes after another interval.
        """
        rested = [run for run in self._sleepers() if self._since(run.asleep) >= self.times.settle]
        rested.sort(key=lambda run: run.waiting.since)
        self._looked = {run.id: self._looked[run.id] for run in rested if run.id in self._looked}
        woken = [run for run in rested if self._is_over(run)]
        ended = sum(bool(run.waiting.kernel) for run in woken)
        waits_for_place = [run for run in rested if not run.waiting.kernel and run not in woken]
        for run in (*woken, *waits_for_place[:ended]):
            self.client.resume_flow_run(run.id)
            log.info("%s (%s) goes on: it waited for %s.", run.name, run.id, run.waiting.what)
        return [run.name for run in (*woken, *waits_for_place[:ended])]

    def listen_again(self) -> None:
        """The server was away, which changes nothing here."""

    def _is_over(self, run: Sleeper) -> bool:
        if self.clock() >= run.waiting.until:
            return True
        if not run.waiting.kernel:
            return self._since(run.asleep) >= _BLIND * self.times.interval
        if self._since(self._looked.get(run.id, run.asleep)) < self.times.interval:
            return False
        self._looked[run.id] = self.clock()
        ended = self.has_ended(run.waiting.kernel)
        return self._since(run.asleep) >= _BLIND * self.times.interval if ended is None else ended

    def _since(self, moment: datetime) -> timedelta:
        return self.clock() - moment

    def _sleepers(self) -> Iterable[Sleeper]:
        for run in self._suspended():
            waiting = WaitingFor.of(run.labels)
            if waiting is not None and run.state is not None:
                yield Sleeper(run.id, run.name, run.state.timestamp, waiting)

    def _suspended(self) -> Iterable[FlowRun]:
        wanted = FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED])),
            deployment_id=FlowRunFilterDeploymentId(is_null_=False),
        )
        offset = 0
        while True:
            page = self.client.read_flow_runs(
                flow_filter=FlowFilter(name=FlowFilterName(any_=[_FLOW])),
                flow_run_filter=wanted,
                limit=_PAGE,
                offset=offset,
            )
            yield from page
            if len(page) < _PAGE:
                return
            offset += _PAGE


class KaggleEyes:
    """Asks Kaggle whether kernels have ended, and leaves it alone for a while if it is away."""

    def __init__(self, patience: Patience, clock: Callable[[], float] = time.monotonic) -> None:
        # One try: the next look comes soon, and meanwhile other runs are waiting for theirs.
        self._kernels = Kernels(Connection(patience.model_copy(update={"tries": 1})))
        self._pause = patience.longest_wait
        self._clock = clock
        self._not_before = 0.0

    def has_ended(self, kernel: str) -> bool | None:
        """See `HasEnded`. A kernel that is gone has ended: its run will say what that means."""
        if self._clock() < self._not_before:
            return False
        try:
            return self._kernels.status(kernel).state.ended
        except KaggleUnavailable as error:
            self._not_before = self._clock() + (error.retry_after or self._pause)
            log.warning("%s Kernels are looked at again later.", error.what)
            return False
        except NotFound:
            return True
        except KaggleError as error:
            log.warning("%s Its run has to look itself.", error.what)
            return None
