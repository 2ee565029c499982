"""The command ``runs``: what each run is, what it waits for, and since when.

The runs of the home are told by their folders. Where a Prefect server is known, those that only it
knows of are told too: they wait for a worker, or were made on another machine.
"""

import sys
from datetime import datetime
from typing import Any

from agent_core.errors import SurroundingsFailed
from agent_core.home import Home
from agent_core.receipt import Receipt, receipt_of
from agent_core.run import Run, list_runs
from agent_core.run_lookup import folder_of
from agent_core.settings import Settings
from agent_core.stack import running_stack
from agent_core.value import Value
from ui.answers import print_json
from ui.readers.runs import JobState, RunFilter, RunRow

#: Of so many of its runs the server tells, the newest.
_OF_SERVER = 200


class Listed(Value):
    """One run. ``waits_for`` is empty where it waits for nothing outside, or is over.

    ``on_server``: it is known from the Prefect server only.
    """

    run_id: str
    name: str
    state: str
    created: datetime
    waits_for: str = ""
    since: datetime | None = None
    score: float | None = None
    score_std: float | None = None
    metric: str = ""
    public_score: float | None = None
    seconds: float | None = None
    on_server: bool = False


def show_runs(home: Home, settings: Settings, as_json: bool) -> int:
    """Print all runs, newest first."""
    runs, unreadable = list_runs(home)
    for folder in unreadable:
        print(f"{folder} holds no record that can be read.", file=sys.stderr)  # noqa: T201
    receipts = {run.run_id: _receipt(run, home) for run in runs}
    others = _of_server(settings, {run.run_id for run in runs})
    listed = [_of_home(run, receipts[run.run_id]) for run in runs] + others
    listed.sort(key=lambda one: one.created, reverse=True)
    if as_json:
        told = [_run_json(run, receipts[run.run_id]) for run in runs]
        print_json({"runs": told, "on_server": [one.model_dump(mode="json") for one in others]})
    elif listed:
        from ui.tables import print_runs  # noqa: PLC0415 - rich takes a while to import

        print_runs(listed)
    else:
        print(f"No runs in {home.runs} yet.")  # noqa: T201
    return 0


def _of_home(run: Run, receipt: Receipt | None) -> Listed:
    solved = run.solved
    return Listed(
        run_id=run.run_id,
        name=run.name,
        state=run.state.value,
        created=run.started,
        waits_for=run.waits_for,
        since=run.since,
        score=solved.cv_score if solved else None,
        score_std=solved.cv_std if solved else None,
        metric=solved.metric if solved else "",
        public_score=receipt.public_score if receipt else None,
        seconds=(run.ended - run.started).total_seconds() if run.ended else None,
    )


def _receipt(run: Run, home: Home) -> Receipt | None:
    try:
        return receipt_of(folder_of(run, home))
    except ValueError as error:
        print(f"The receipt of {run.run_id} cannot be read: {error}", file=sys.stderr)  # noqa: T201
        return None


def _run_json(run: Run, receipt: Receipt | None) -> dict[str, Any]:
    told = run.model_dump(mode="json", exclude={"request": {"competition"}, "process": True})
    return told | {"receipt": receipt.model_dump(mode="json") if receipt else None}


def _of_server(settings: Settings, known: set[str]) -> list[Listed]:
    """The runs that no folder of this home tells of. A server that is away costs no list."""
    stack = running_stack(settings.folders())
    if not settings.prefect_api_url and not stack:
        return []
    from ui.readers.prefect.runs import connect  # noqa: PLC0415 - takes seconds

    try:
        rows = connect(settings).page(RunFilter(), _OF_SERVER, 0).rows
    except SurroundingsFailed as error:
        print(f"Runs on the server are not shown: {error}", file=sys.stderr)  # noqa: T201
        return []
    return [_of_row(row) for row in rows if row.id not in known]


def _of_row(row: RunRow) -> Listed:
    waits = row.state is JobState.QUEUED
    return Listed(
        run_id=row.id,
        name=row.name,
        state=row.state.value,
        created=row.created,
        waits_for=(row.message or "a place in its pool") if waits else "",
        since=row.created if waits and not row.message else None,
        score=row.score,
        score_std=row.score_std,
        metric=row.metric,
        seconds=row.seconds or None,
        on_server=True,
    )
