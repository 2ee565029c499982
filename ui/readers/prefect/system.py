"""How a Prefect server stands: itself, its pools and limits, and what became of its runs."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun, StateType, Worker, WorkerStatus, WorkPool
from prefect.client.schemas.sorting import FlowRunSort

from agent_core.state_of_things import (
    EndedRun,
    FailureCount,
    LimitState,
    PoolState,
    ServerState,
    WorkerState,
)
from ui.readers.prefect.connection import Connection
from ui.readers.prefect.deployments import OURS
from ui.readers.prefect.rows import failure_class, run_state
from ui.readers.prefect.states import in_states
from ui.readers.runs import JobState

_PAGE = 200
_ENDED = tuple(state for state in JobState if state.over)
_FAILED = (JobState.FAILED, JobState.TIMEOUT)
_WAITING = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
_LATE = FlowRunFilterState(name=FlowRunFilterStateName(any_=["Late"]))
_RUNNING = FlowRunFilterState(
    type=FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING, StateType.CANCELLING])
)


class PrefectSystem:
    """One server. Every method raises SurroundingsFailed where it does not answer."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask

    def server(self) -> ServerState:
        """The server itself, and whether its database answers."""
        return self._ask(_server)

    def pools(self) -> tuple[PoolState, ...]:
        """Every work pool with its workers and its queue."""
        return self._ask(
            lambda client: tuple(_pool(client, pool) for pool in client.read_work_pools())
        )

    def limits(self) -> tuple[LimitState, ...]:
        """The limits across runs."""
        found = self._ask(
            lambda client: client.read_global_concurrency_limits(limit=_PAGE, offset=0)
        )
        return tuple(
            LimitState(name=limit.name, limit=limit.limit, taken=limit.active_slots)
            for limit in found
        )

    def ended(self, most: int) -> tuple[EndedRun, ...]:
        """The ``most`` runs that ended last, newest first, and no more than 200."""
        chosen = FlowRunFilter(state=in_states(_ENDED))
        runs = self._ask(lambda client: _read(client, chosen, min(most, _PAGE), 0))
        return tuple(_ended(run) for run in runs)

    def failures(self, days: int) -> tuple[FailureCount, ...]:
        """How many runs failed of what on each of the last ``days`` days (UTC), oldest first."""
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        since = FlowRunFilterEndTime(after_=today - timedelta(days=days - 1))
        chosen = FlowRunFilter(state=in_states(_FAILED), end_time=since)
        found = Counter(self._ask(lambda client: [_failure(r) for r in _all(client, chosen)]))
        return tuple(
            FailureCount(day=day, failure=failure, runs=runs)
            for (day, failure), runs in sorted(found.items())
        )


def _server(client: SyncPrefectClient) -> ServerState:
    version = client.api_version()
    ready = client._client.get("/ready").status_code == httpx.codes.OK
    return ServerState(address=str(client.api_url), version=version, database=ready)


def _pool(client: SyncPrefectClient, pool: WorkPool) -> PoolState:
    workers = client.read_workers_for_work_pool(pool.name)
    return PoolState(
        name=pool.name,
        type=pool.type,
        paused=bool(pool.is_paused),
        limit=pool.concurrency_limit,
        running=_count(client, pool, _RUNNING),
        queued=_count(client, pool, _WAITING),
        late=_count(client, pool, _LATE),
        workers=tuple(_worker(worker) for worker in workers),
    )


def _count(client: SyncPrefectClient, pool: WorkPool, state: FlowRunFilterState) -> int:
    return client.count_flow_runs(
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


def _read(
    client: SyncPrefectClient, chosen: FlowRunFilter, limit: int, offset: int
) -> list[FlowRun]:
    return client.read_flow_runs(
        flow_filter=OURS,
        flow_run_filter=chosen,
        sort=FlowRunSort.END_TIME_DESC,
        limit=limit,
        offset=offset,
    )


def _all(client: SyncPrefectClient, chosen: FlowRunFilter) -> Iterator[FlowRun]:
    offset = 0
    while page := _read(client, chosen, _PAGE, offset):
        yield from page
        offset += _PAGE


def _failure(run: FlowRun) -> tuple[date, str]:
    assert run.end_time is not None  # the filter asks for it
    return run.end_time.astimezone(UTC).date(), failure_class(run)


def _ended(run: FlowRun) -> EndedRun:
    assert run.state is not None
    message = (run.state.message or "").strip()
    solved = run_state(run) is JobState.SUCCESS
    return EndedRun(
        name=run.name,
        state=run.state.name or run.state.type.value,
        solved=solved,
        seconds=run.total_run_time.total_seconds(),
        why="" if solved else message.partition("\n")[0],
    )
