"""What a run says: a page at a time, or followed until its end."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query
from sse_starlette import EventSourceResponse

from ui.http.access import Known
from ui.http.following import follow as events_of
from ui.http.jobs import own_run
from ui.http.models import Log
from ui.http.problems import declared
from ui.http.server import Ours

router = APIRouter(tags=["logs"])

_ANSWER = {
    "description": "The lines, or as events: `log` (a Log, whose cursor is the event's id), "
    "`status` (a JobDetails, whenever that changes), `problem` (a Problem, while Prefect is away; "
    "it goes on), and `end` (a JobDetails; nothing comes after it).",
    "content": {"text/event-stream": {}},
}
_MOST = 200
#: A cursor names the lines of the last seconds, of which there can be many.
_CURSOR: dict[str, Any] = {
    "max_length": 50_000,
    "pattern": "^(?:[0-9]{1,17}(?:-[0-9a-f]{8})*)?$",
}


@router.get(
    "/logs/{job_id}",
    response_model=Log,
    responses={**declared(404), 200: _ANSWER},
    summary="Read or follow a run's log",
)
def read(  # noqa: PLR0913, PLR0917 - what may be asked
    job_id: UUID,
    server: Ours,
    caller: Known,
    cursor: Annotated[
        str, Query(description="Of the answer that you have; else empty.", **_CURSOR)
    ] = "",
    limit: Annotated[int, Query(ge=1, le=_MOST, description="Lines at the most.")] = _MOST,
    follow: Annotated[bool, Query(description="Go on until the run is over, as events.")] = False,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
    last_event_id: Annotated[
        str, Header(description="Of the last event that you have got.", **_CURSOR)
    ] = "",
) -> Any:
    """Lines after the cursor, as JSON; or, with `follow=true` or `Accept: text/event-stream`,
    server-sent events from there until the run is over. Lines may come some seconds late.
    """
    run = own_run(job_id, server, caller)
    after = last_event_id or cursor
    if follow or "text/event-stream" in accept:
        server.runs.logs(run.id, after, 1)  # a cursor that is none is refused while one still can
        return EventSourceResponse(events_of(server.runs, run.id, after))
    page = server.runs.logs(run.id, after, limit)
    return Log(lines=list(page.lines), cursor=page.cursor)
