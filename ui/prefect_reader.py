"""What the ways in read from Prefect: the only module of this room that imports its client."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun, StateType, Worker, WorkerStatus, WorkPool
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import PREFECT_API_URL, temporary_settings

from agent_core.errors import SurroundingsFailed
from agent_core.state_of_things import EndedRun, LimitState, PoolState, ServerState, WorkerState

_FLOW = "solve-competition"
_PAGE = 200
_ENDED = [StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED]
_WAITING = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
_LATE = FlowRunFilterState(name=FlowRunFilterStateName(any_=["Late"]))
_RUNNING = FlowRunFilterState(
    type=FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING, StateType.CANCELLING])
)


class PrefectReader:
    """Reads from one server. `reading` makes one."""

    def __init__(self, client: SyncPrefectClient) -> None:
        self._client = client

    def server(self) -> ServerState:
        """The server itself, and whether its database answers."""
        version = self._client.api_version()
        ready = self._client._client.get("/ready").status_code == httpx.codes.OK
        return ServerState(address=str(self._client.api_url), version=version, database=ready)

    def pools(self) -> tuple[PoolState, ...]:
        """Every work pool with its workers and its queue."""
        return tuple(self._pool(pool) for pool in self._client.read_work_pools())

    def limits(self) -> tuple[LimitState, ...]:
        """The limits across runs."""
        found = self._client.read_global_concurrency_limits(limit=_PAGE, offset=0)
        return tuple(
            LimitState(name=limit.name, limit=limit.limit, taken=limit.active_slots)
            for limit in found
        )

    def ended(self, most: int) -> tuple[EndedRun, ...]:
        """The ``most`` runs that ended last, newest first."""
        runs = self._client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=[_FLOW])),
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(_ENDED)))
            ),
            sort=FlowRunSort.END_TIME_DESC,
            limit=min(most, _PAGE),
        )
        return tuple(_ended(run) for run in runs)

    def _pool(self, pool: WorkPool) -> PoolState:
        workers = self._client.read_workers_for_work_pool(pool.name)
        return PoolState(
            name=pool.name,
            type=pool.type,
            paused=bool(pool.is_paused),
            limit=pool.concurrency_limit,
            running=self._count(pool, _RUNNING),
            queued=self._count(pool, _WAITING),
            late=self._count(pool, _LATE),
            workers=tuple(_worker(worker) for worker in workers),
        )

    def _count(self, pool: WorkPool, state: FlowRunFilterState) -> int:
        return self._client.count_flow_runs(
            flow_run_filter=FlowRunFilter(state=state),
            work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[pool.name])),
        )


def _worker(worker: Worker) -> WorkerState:
    heard = worker.last_heartbeat_time
    return WorkerState(
        name=worker.name,
        online=worker.status is WorkerStatus.ONLINE,
        silent=(datetime.now(UTC) - heard).total_seconds() if heard else None,
    )


def _ended(run: FlowRun) -> EndedRun:
    assert run.state is not None
    message = (run.state.message or "").strip()
    solved = run.state.is_completed()
    return EndedRun(
        name=run.name,
        state=run.state.name or run.state.type.value,
        solved=solved,
        seconds=run.total_run_time.total_seconds(),
        why="" if solved else message.partition("\n")[0],
    )


@contextmanager
def reading(api_url: str) -> Iterator[PrefectReader]:
    """A reader of the server there. Raises SurroundingsFailed where it does not answer."""
    try:
        with (
            temporary_settings({PREFECT_API_URL: api_url}),
            get_client(sync_client=True, httpx_settings={"timeout": 15}) as client,
        ):
            yield PrefectReader(client)
    except (httpx.HTTPError, PrefectHTTPStatusError, OSError) as error:
        raise SurroundingsFailed(
            f"The Prefect server at {api_url} does not answer as it should ({error}).",
            means="Runs that wait cannot begin; those that run go on and report when it is back.",
            next="Start it (kaggle-agent up), or correct PREFECT_API_URL.",
        ) from error
