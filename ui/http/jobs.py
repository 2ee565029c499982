"""Runs over HTTP: hand one in, look at it, list them, stop one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, status

from agent_core.errors import RequestRefused
from agent_core.intake.checks import check_metric
from agent_core.run import Request
from ui.http.access import Caller, Known
from ui.http.models import Job, JobDetails, Jobs, RunWish, details_of, job_of
from ui.http.problems import Refused, declared
from ui.http.server import Ours, Server
from ui.http.sources import remote_source
from ui.readers.runs import JobState, NewRun, RunFilter, RunRow

router = APIRouter(tags=["jobs"])

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$",
        description="Any text that you have not used before. The same key again makes no second "
        "run, but answers with the first; with another body it is refused (409). It counts for "
        "your API key only, and as long as Prefect knows the run.",
    ),
]  # fmt: skip


@router.post(
    "/run",
    status_code=status.HTTP_201_CREATED,
    responses=declared(400, 409, 429),
    summary="Hand in a run",
    response_description="The run waits in Prefect.",
)
async def hand_in(
    wish: RunWish, server: Ours, caller: Known, idempotency_key: IdempotencyKey = None
) -> Job:
    """Have a competition solved. The answer comes once the run waits in Prefect.

    What is checked is the request. Whether Kaggle lets us have the data shows when the run begins.
    """
    request = _request(wish, server)
    server.rate.take(caller.name)
    deployment = await server.places.take()
    new = NewRun(request=request, owner=caller.owner, idempotency_key=idempotency_key or "")
    row = await server.intake.hand_in(deployment, new)
    if idempotency_key:
        _check_same(row, request, idempotency_key)
    return job_of(row)


def _request(wish: RunWish, server: Server) -> Request:
    source = remote_source(wish.kaggle_url, server.settings.api_data)
    check_metric(wish.settings.metric)
    return Request(source=source, **wish.settings.model_dump())


def _check_same(row: RunRow, request: Request, key: str) -> None:
    """Raise Refused if the run was made for another request."""
    asked = request.model_dump(mode="json", exclude={"competition"})
    if all(row.asked.get(name) == value for name, value in asked.items()):
        return
    raise Refused(
        409,
        f"The Idempotency-Key {key!r} was used for another run.",
        means=f"That was {row.id}, with other settings. No run was started.",
        next="Send another key for another run.",
    )


@router.get(
    "/status/{job_id}",
    responses=declared(404),
    summary="Look at a run",
    response_description="The run.",
)
def look(job_id: UUID, server: Ours, caller: Known) -> JobDetails:
    """Where it is, and what it has come to so far."""
    return details_of(own_run(job_id, server, caller))


@router.get(
    "/jobs", responses=declared(), summary="List runs", response_description="A page of them."
)
def list_jobs(
    server: Ours,
    caller: Known,
    status_filter: Annotated[
        list[JobState], Query(description="Only runs in these states; all, if none is given.")
    ] = [],  # noqa: B006 - FastAPI copies it
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Jobs:
    """Yours, newest first."""
    wanted = RunFilter(states=tuple(status_filter), owner=caller.sees)
    page = server.runs.page(wanted, limit, offset)
    jobs = [details_of(row) for row in page.rows]
    return Jobs(jobs=jobs, total=page.total, limit=limit, offset=offset)


@router.post(
    "/jobs/{job_id}/cancel",
    responses=declared(404, 409),
    summary="Stop a run",
    response_description="The run as it is now.",
)
def cancel(job_id: UUID, server: Ours, caller: Known) -> JobDetails:
    """Ask it to stop, which takes some seconds. One that is over stays as it is."""
    row = own_run(job_id, server, caller)
    try:
        return details_of(server.runs.cancel(row.id))
    except RequestRefused as error:
        raise Refused(409, error.what, means=error.means, next=error.next) from error


def own_run(job_id: UUID, server: Server, caller: Caller) -> RunRow:
    """The run, if ``caller`` may see it. Raises NoSuchRun."""
    return caller.own(server.runs.run(str(job_id)))
