"""Runs in memory, for tests of whoever shows them: none, one, many, a failed one, no server.

RunsStandIn()                    a server that has had no run yet
RunsStandIn([a_run()])           one that is at work
RunsStandIn([failed_run()])      one that says why it has no submission
RunsStandIn(many_runs(2000))     in every state, newest first
RunsStandIn(down=True)           nobody answers; `down` can be set and unset at any time
"""

import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from agent_core.errors import NoSuchDeployment, NoSuchRun, RequestRefused, SurroundingsFailed
from agent_core.run import Request
from agent_core.trial_tree import TrialTree
from tests.standins.run_rows import queued_run
from ui.readers.runs import (
    JobState,
    LogLine,
    LogPage,
    NewRun,
    RunFilter,
    RunPage,
    RunRow,
    StageRow,
)


class RunsStandIn:
    """`ui.readers.runs.Runs`, in memory. Stages, logs and trees are put in as they shall be."""

    def __init__(self, rows: Iterable[RunRow] = (), *, down: bool = False) -> None:
        self.down = down
        self.rows = {row.id: row for row in rows}
        self.stage_rows: dict[str, tuple[StageRow, ...]] = {}
        self.log_lines: dict[str, list[LogLine]] = {}
        self.trees: dict[str, TrialTree] = {}
        self.deployment_names: tuple[str, ...] = ("docker", "process")
        #: What was asked of it, as (method, arguments): for "asks for no more than it shows".
        self.asked: list[tuple[str, tuple[object, ...]]] = []
        self._keys: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def page(self, wanted: RunFilter, limit: int, offset: int) -> RunPage:
        self._ask("page", wanted, limit, offset)
        found = sorted(self._matching(wanted), key=lambda row: row.created, reverse=True)
        return RunPage(rows=tuple(found[offset : offset + limit]), total=len(found))

    def counts(self, owner: str | None = None) -> dict[JobState, int]:
        self._ask("counts", owner)
        rows = self._matching(RunFilter(owner=owner))
        return {state: sum(row.state is state for row in rows) for state in JobState}

    def run(self, run_id: str) -> RunRow:
        self._ask("run", run_id)
        return self._row(run_id)

    def stages(self, run_id: str) -> tuple[StageRow, ...]:
        self._ask("stages", run_id)
        return self.stage_rows.get(self._row(run_id).id, ())

    def logs(self, run_id: str, after: str = "", limit: int = 200) -> LogPage:
        self._ask("logs", run_id, after, limit)
        begin = after.partition("-")[0] or "0"  # as of Prefect, where more may follow
        if not begin.isdecimal():
            raise RequestRefused(f"{after!r} is no place in a log.")
        start = int(begin)
        lines = self.log_lines.get(self._row(run_id).id, [])[start : start + limit]
        return LogPage(lines=tuple(lines), cursor=str(start + len(lines)) if lines else after)

    def trials(self, run_id: str) -> TrialTree | None:
        self._ask("trials", run_id)
        return self.trees.get(self._row(run_id).id)

    def deployments(self) -> tuple[str, ...]:
        self._ask("deployments")
        return self.deployment_names

    def start(
        self, request: Request, deployment: str, owner: str = "", idempotency_key: str = ""
    ) -> RunRow:
        self._ask("start", request, deployment, owner, idempotency_key)
        if deployment not in self.deployment_names:
            raise NoSuchDeployment(
                f"There is no deployment {deployment}.",
                means="The run was not started.",
                next=f"Known are: {', '.join(self.deployment_names) or 'none'}.",
            )
        key = (owner, idempotency_key)
        with self._lock:
            if key in self._keys:
                return self.rows[self._keys[key]]
            row = _handed_in(request, deployment, owner)
            self.rows[row.id] = row
            if idempotency_key:
                self._keys[key] = row.id
            return row

    def start_many(self, deployment: str, wanted: Sequence[NewRun]) -> tuple[RunRow, ...]:
        return tuple(
            self.start(new.request, deployment, new.owner, new.idempotency_key) for new in wanted
        )

    def cancel(self, run_id: str) -> RunRow:
        self._ask("cancel", run_id)
        row = self._row(run_id)
        match row.state:
            case JobState.QUEUED:
                return self.change(run_id, state=JobState.CANCELLED, detail="Cancelled")
            case JobState.RUNNING:
                return self.change(run_id, detail="Cancelling")
        return row

    def change(self, run_id: str, **known: Any) -> RunRow:
        """Let the run go on: the row with ``known`` in it."""
        row = self._row(run_id).model_copy(update=known)
        self.rows[row.id] = row
        return row

    def _ask(self, method: str, *arguments: object) -> None:
        self.asked.append((method, arguments))
        if self.down:
            raise SurroundingsFailed(
                "The Prefect server at http://127.0.0.1:4200/api does not answer (refused).",
                means="Runs that wait cannot begin; those that run go on and report when it is "
                "back.",
                next="Start it (kaggle-agent up), or correct PREFECT_API_URL.",
            )

    def _row(self, run_id: str) -> RunRow:
        row = self.rows.get(run_id)
        if row is None:
            raise NoSuchRun(
                f"There is no run {run_id}.",
                means="It was deleted, or belongs to another server.",
                next="Look for it in the list of runs.",
            )
        return row

    def _matching(self, wanted: RunFilter) -> list[RunRow]:
        return [
            row
            for row in tuple(self.rows.values())
            if (not wanted.states or row.state in wanted.states)
            and wanted.text.casefold() in row.name.casefold()
            and (wanted.owner is None or row.owner == wanted.owner)
        ]


def _handed_in(request: Request, deployment: str, owner: str) -> RunRow:
    asked = request.model_dump(mode="json", exclude={"competition"})
    name = request.source.rstrip("/").rpartition("/")[2]
    return queued_run(
        name=name,
        source=request.source,
        deployment=deployment,
        owner=owner,
        created=datetime.now(UTC),
        asked=asked,
    )
