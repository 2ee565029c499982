"""What a run hands over."""

from uuid import UUID

from fastapi import APIRouter, Response

from ui.http.access import Known
from ui.http.jobs import own_run
from ui.http.problems import Refused, declared
from ui.http.server import Ours
from ui.readers.runs import JobState, RunRow

router = APIRouter(tags=["results"])

_CSV = {"text/csv": {"schema": {"type": "string", "format": "binary"}}}


@router.get(
    "/result/{job_id}/submission.csv",
    responses={**declared(404, 409), 200: {"description": "The file.", "content": _CSV}},
    response_class=Response,
    summary="Download the submission",
)
def submission(job_id: UUID, server: Ours, caller: Known) -> Response:
    """The checked submission.csv, byte for byte; 409 as long as there is none."""
    row = own_run(job_id, server, caller)
    if row.state is not JobState.SUCCESS:
        raise _not_there(row)
    return Response(
        server.results.submission(row.id),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="submission.csv"'},
    )


def _not_there(row: RunRow) -> Refused:
    if row.state.over:
        return Refused(
            409,
            f"The run has ended without a submission: {row.state.value}.",
            means=row.message.partition("\n")[0],
            next=f"GET /status/{row.id} says why, GET /logs/{row.id} how.",
        )
    return Refused(
        409,
        f"The run is not finished: {row.state.value}.",
        means="There is no submission yet.",
        next=f"GET /status/{row.id} says when; GET /logs/{row.id}?follow=true waits for the end.",
    )
