"""`ui.readers.runs.Runs`, as a Prefect server knows them. `connect` makes one."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterName,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, TaskRun
from prefect.client.schemas.sorting import FlowRunSort, TaskRunSort

from agent_core.errors import NoSuchDeployment, NoSuchRun
from agent_core.run import Request
from agent_core.settings import Settings
from agent_core.trial_tree import TrialTree
from ui.readers.prefect.at_once import hand_in_at_once
from ui.readers.prefect.connection import Connection, server_of
from ui.readers.prefect.deployments import OURS, Deployments
from ui.readers.prefect.handing_in import hand_in, stop
from ui.readers.prefect.kept import read_lines, read_tree
from ui.readers.prefect.log_cursor import LogCursor
from ui.readers.prefect.rows import log_line, owner_tag, run_row, run_state, stage_row
from ui.readers.prefect.states import in_states
from ui.readers.runs import JobState, LogPage, NewRun, RunFilter, RunPage, RunRow, StageRow

#: The most that the server gives at once.
_PAGE = 200


def connect(settings: Settings) -> "PrefectRuns":
    """The runs of the server that the settings name, or of the stack that runs for this home.

    Asks nobody yet, and never fails. Make one and keep it: it keeps its connections.
    """
    return PrefectRuns(Connection(lambda: server_of(settings)))


class PrefectRuns:
    """The runs of one server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ask = connection.ask
        self._deployments = Deployments(connection)

    def page(self, wanted: RunFilter, limit: int, offset: int) -> RunPage:  # noqa: D102
        chosen = _filter(wanted)

        def read(client: SyncPrefectClient) -> tuple[list[FlowRun], int]:
            # When a run was first to begin is when it was handed in, and it never changes.
            runs = client.read_flow_runs(
                flow_filter=OURS,
                flow_run_filter=chosen,
                sort=FlowRunSort.EXPECTED_START_TIME_DESC,
                limit=min(limit, _PAGE),
                offset=offset,
            )
            return runs, _count(client, chosen)

        runs, total = self._ask(read)
        return RunPage(rows=tuple(self._row(run) for run in runs), total=total)

    def counts(self, owner: str | None = None) -> dict[JobState, int]:  # noqa: D102
        wanted = {state: RunFilter(states=(state,), owner=owner) for state in JobState}
        return self._ask(
            lambda client: {state: _count(client, _filter(one)) for state, one in wanted.items()}
        )

    def run(self, run_id: str) -> RunRow:  # noqa: D102
        return self._row(self._read(run_id))

    def stages(self, run_id: str) -> tuple[StageRow, ...]:  # noqa: D102
        run = self._read(run_id)
        tasks = self._ask(lambda client: list(_tasks(client, run.id)))
        tasks.sort(key=_began)
        return tuple(stage_row(task, run_state(run)) for task in tasks)

    def logs(self, run_id: str, after: str = "", limit: int = 200) -> LogPage:  # noqa: D102
        cursor, run = LogCursor.parse(after), _uuid(run_id)
        lines, behind = self._ask(lambda client: read_lines(client, run, cursor, limit))
        if not lines and not after:
            self._read(run_id)  # a run that has said nothing yet is not one that there is not
        if not lines:
            return LogPage(lines=(), cursor=after)
        return LogPage(lines=tuple(log_line(line) for line in lines), cursor=behind.text())

    def trials(self, run_id: str) -> TrialTree | None:  # noqa: D102
        run = _uuid(run_id)
        tree = self._ask(lambda client: read_tree(client, run))
        if tree is None:
            self._read(run_id)
        return tree

    def deployments(self) -> tuple[str, ...]:  # noqa: D102
        return self._deployments.names()

    def start(  # noqa: D102
        self, request: Request, deployment: str, owner: str = "", idempotency_key: str = ""
    ) -> RunRow:
        def hand_in_to(made: UUID) -> FlowRun | None:
            return self._ask(lambda client: hand_in(client, made, request, owner, idempotency_key))

        run = hand_in_to(self._deployments.id(deployment))
        if run is None:  # the deployment was deleted, and perhaps made anew
            self._deployments.forget()
            run = hand_in_to(self._deployments.id(deployment))
        if run is None:
            raise NoSuchDeployment(f"The deployment {deployment} was deleted at this moment.")
        return self._row(run)

    def start_many(  # noqa: D102
        self, deployment: str, wanted: Sequence[NewRun]
    ) -> tuple[RunRow, ...]:
        made = self._deployments.id(deployment)
        runs = self._ask(lambda client: hand_in_at_once(client, made, wanted))
        if runs is None:
            return tuple(
                self.start(new.request, deployment, new.owner, new.idempotency_key)
                for new in wanted
            )
        return tuple(self._row(run) for run in runs)

    def cancel(self, run_id: str) -> RunRow:  # noqa: D102
        run = self._read(run_id)
        if run_state(run).over:
            return self._row(run)
        self._ask(lambda client: stop(client, run))
        return self.run(run_id)

    def _read(self, run_id: str) -> FlowRun:
        one = FlowRunFilter(id=FlowRunFilterId(any_=[_uuid(run_id)]))
        found = self._ask(
            lambda client: client.read_flow_runs(flow_filter=OURS, flow_run_filter=one, limit=1)
        )
        if not found:
            raise _no_such_run(run_id)
        return found[0]

    def _row(self, run: FlowRun) -> RunRow:
        url = f"{self._connection.pages}/runs/flow-run/{run.id}"
        return run_row(run, self._deployments.name(run.deployment_id), url)


def _filter(wanted: RunFilter) -> FlowRunFilter:
    tags = None if wanted.owner is None else FlowRunFilterTags(all_=[owner_tag(wanted.owner)])
    return FlowRunFilter(
        state=in_states(wanted.states),
        name=FlowRunFilterName(like_=wanted.text) if wanted.text else None,
        tags=tags,
    )


def _count(client: SyncPrefectClient, chosen: FlowRunFilter) -> int:
    return client.count_flow_runs(flow_filter=OURS, flow_run_filter=chosen)


def _tasks(client: SyncPrefectClient, run: UUID) -> Iterator[TaskRun]:
    of_run = FlowRunFilter(id=FlowRunFilterId(any_=[run]))
    offset = 0
    while True:
        page = client.read_task_runs(
            flow_run_filter=of_run, sort=TaskRunSort.ID_DESC, limit=_PAGE, offset=offset
        )
        yield from page
        if len(page) < _PAGE:
            return
        offset += _PAGE


def _began(task: TaskRun) -> datetime:
    began = task.start_time or task.created
    assert began is not None  # the server gives every task run the time of its making
    return began


def _uuid(run_id: str) -> UUID:
    try:
        return UUID(run_id)
    except ValueError:
        raise _no_such_run(run_id) from None


def _no_such_run(run_id: str) -> NoSuchRun:
    return NoSuchRun(
        f"There is no run {run_id[:40]!r}.",
        means="It was deleted, or belongs to another server.",
        next="Look for it in the list of runs.",
    )
