"""Where new runs go, and whether there is room: looked up beforehand, so that no client waits."""

import asyncio
import time
from typing import NamedTuple, NoReturn, Protocol

from agent_core.errors import NoSuchDeployment, SurroundingsFailed
from agent_core.settings import Settings
from agent_core.state_of_things import PoolState, ServerState
from ui.http.problems import Refused
from ui.readers.runs import Runs

_LOOK_SECONDS = 5.0
#: What is older is looked at anew before it counts.
_STALE_SECONDS = 15.0
#: When a place gets free nobody knows beforehand.
_RETRY_SECONDS = 60


class System(Protocol):
    """Who knows how the Prefect server and its pools stand. Raises SurroundingsFailed."""

    def server(self) -> ServerState:
        """The server itself."""
        ...

    def pools(self) -> tuple[PoolState, ...]:
        """Its pools, with their queues and workers."""
        ...


class _Seen(NamedTuple):
    at: float
    deployment: str
    queued: int


class Places:
    """Looks at the pools now and then, and counts what is handed in between."""

    def __init__(self, runs: Runs, system: System, settings: Settings) -> None:
        self._runs = runs
        self._system = system
        self._wanted = settings.api_deployment
        self._most = settings.api_queue_limit
        self._seen: _Seen | None = None
        self._since = 0

    async def keep_looking(self) -> NoReturn:
        """For as long as the API is up."""
        while True:
            try:
                await self._look()
            except (SurroundingsFailed, NoSuchDeployment):
                self._seen = None  # whoever asks next is told why
            await asyncio.sleep(_LOOK_SECONDS)

    async def take(self) -> str:
        """The deployment of one more run.

        Raises Refused where the queue is full, and SurroundingsFailed or NoSuchDeployment where
        nobody would execute it.
        """
        seen = self._seen
        if seen is None or time.monotonic() - seen.at > _STALE_SECONDS:
            seen = await self._look()
        if seen.queued + self._since >= self._most:
            raise _full(seen.queued + self._since)
        self._since += 1
        return seen.deployment

    async def _look(self) -> _Seen:
        counted = self._since
        pools, names = await asyncio.to_thread(
            lambda: (self._system.pools(), self._runs.deployments())
        )
        deployment = choose_deployment(self._wanted, names, pools)
        queued = sum(pool.queued for pool in pools)
        self._since -= counted  # of these it is not sure; in doubt the queue counts as shorter
        self._seen = _Seen(time.monotonic(), deployment, queued)
        return self._seen


def choose_deployment(wanted: str, names: tuple[str, ...], pools: tuple[PoolState, ...]) -> str:
    """The one that is ``wanted``; else docker if a worker is there for it, else process."""
    online = {pool.name for pool in pools if any(worker.online for worker in pool.workers)}
    order = (wanted,) if wanted else ("docker", "process")
    there = [name for name in order if name in names]
    if not there:
        raise NoSuchDeployment(
            f"Prefect has no deployment {' or '.join(order)}.",
            means="Nobody would execute a run. None was started.",
            next="Make the deployments (kaggle-agent up, or prefect deploy --all), or choose "
            "another: KAGGLE_AGENT_API_DEPLOYMENT.",
        )
    return next((name for name in there if name in online), there[-1])


def _full(queued: int) -> Refused:
    return Refused(
        429,
        f"{queued} runs wait already.",
        retry_after=_RETRY_SECONDS,
        means="The queue is as long as it may be. This run was not started.",
        next="Try again later. The operator sets KAGGLE_AGENT_API_QUEUE_LIMIT.",
    )
