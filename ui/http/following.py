"""A run's log and state as events, for as long as it goes on."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel
from sse_starlette import ServerSentEvent

from agent_core.errors import KaggleAgentError, NoSuchRun, SurroundingsFailed
from ui.http.models import JobDetails, Log, Problem, details_of
from ui.readers.runs import LogPage, RunRow, Runs

_PAGE = 200
#: Between two looks; while Prefect is away it is twice as long each time.
_LOOK_SECONDS = 1.0
_LONGEST_SECONDS = 10.0
#: A run hands in its lines every two seconds, so the last come after its end.
_LAST_LINES = timedelta(seconds=5)


async def follow(runs: Runs, run_id: str, cursor: str) -> AsyncIterator[ServerSentEvent]:
    """Lines after ``cursor`` and every change of state, until the run is over.

    Each event with lines has the cursor behind them as its id, so whoever comes back with the last
    id that arrived misses no line and gets none twice.
    """
    told: JobDetails | None = None
    wait = _LOOK_SECONDS
    while True:
        try:
            row, page = await asyncio.to_thread(_look, runs, run_id, cursor)
        except NoSuchRun as error:  # deleted while it was followed
            yield _event("problem", _problem(error))
            return
        except SurroundingsFailed as error:
            yield _event("problem", _problem(error))
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_SECONDS)
            continue
        wait = _LOOK_SECONDS
        if page.lines:
            cursor = page.cursor
            yield _event("log", Log(lines=list(page.lines), cursor=cursor), cursor)
        details = details_of(row)
        if told is None or _news(details) != _news(told):
            told = details
            yield _event("status", details)
        if not page.lines and _settled(row):
            yield _event("end", details)
            return
        if len(page.lines) < _PAGE:
            await asyncio.sleep(_LOOK_SECONDS)


def _look(runs: Runs, run_id: str, cursor: str) -> tuple[RunRow, LogPage]:
    """First the state, then the lines: those of a run that is over are all there."""
    return runs.run(run_id), runs.logs(run_id, cursor, _PAGE)


def _settled(row: RunRow) -> bool:
    return row.state.over and (row.ended is None or datetime.now(UTC) - row.ended > _LAST_LINES)


def _news(details: JobDetails) -> JobDetails:
    """Without what changes all the time."""
    return details.model_copy(update={"seconds": 0.0})


def _problem(error: KaggleAgentError) -> Problem:
    return Problem(what=error.what, means=error.means, next=error.next)


def _event(kind: str, content: BaseModel, cursor: str | None = None) -> ServerSentEvent:
    return ServerSentEvent(content.model_dump_json(), event=kind, id=cursor)
