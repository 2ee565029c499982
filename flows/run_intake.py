"""One more route of the stack's Prefect server: many runs of a deployment in one request.

Prefect's own route takes one run, and most of its time are checks that are the same for each: of 50
clients at once the last waits for seconds. Its scheduler has a quicker way in, for runs that nobody
has to check, and that is what is used here. Whoever calls vouches for the parameters. As with the
scheduler, no event tells of the new runs; workers and pages find them like any other.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import Depends, HTTPException, status
from prefect._internal.uuid7 import uuid7
from prefect.server import models
from prefect.server.database import PrefectDBInterface, provide_database_interface
from prefect.server.schemas.states import Scheduled, State, StateType
from prefect.server.utilities.server import PrefectRouter
from prefect.types._datetime import now
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

ROUTE = "/kaggle_agent/deployments/{id}/runs"

#: Untyped: its functions are wrapped by a decorator that hides what they return.
_deployments: Any = models.deployments

router = PrefectRouter(tags=["Kaggle Agent"])


class NewRun(BaseModel):
    """A run to make, unless there is one with its ``idempotency_key``."""

    name: str
    parameters: dict[str, Any]
    tags: list[str] = []
    idempotency_key: str


class KnownState(BaseModel):
    """Where a run is."""

    type: StateType
    name: str


class KnownRun(BaseModel):
    """A run that is there now, made by this request or by an earlier one with the same key.

    What Prefect's clients know as a flow run, without what would take further queries.
    """

    id: UUID
    name: str
    flow_id: UUID
    deployment_id: UUID | None
    parameters: dict[str, Any]
    tags: list[str]
    labels: dict[str, Any]
    created: datetime
    state: KnownState


@router.post(ROUTE)
async def hand_in(
    id: UUID,
    runs: list[NewRun],
    db: PrefectDBInterface = Depends(provide_database_interface),  # noqa: B008 - FastAPI's way
) -> list[KnownRun]:
    """Make the runs, all or none. Answers in their order; 404 if there is no such deployment."""
    async with db.session_context(begin_transaction=True) as session:
        deployment = await _deployments.read_deployment(session, id)
        if deployment is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND, detail="Deployment not found")
        common = await _common(session, deployment)
        rows = [_row(run, deployment, common) for run in runs]
        await _deployments._insert_scheduled_flow_runs(session=session, runs=rows)
        known = await _known(db, session, deployment.flow_id, runs)
    return [known[run.idempotency_key] for run in runs]


async def _common(session: AsyncSession, deployment: Any) -> dict[str, Any]:
    """What the runs of a deployment have in common."""
    labels = await _deployments.with_system_labels_for_deployment_flow_run(
        session=session, deployment=deployment
    )
    at = now("UTC")
    return {
        "flow_id": deployment.flow_id,
        "deployment_id": deployment.id,
        "deployment_version": deployment.version,
        "infrastructure_document_id": deployment.infrastructure_document_id,
        "work_queue_name": deployment.work_queue_name,
        "work_queue_id": deployment.work_queue_id,
        "labels": labels,
        "created": at,
        "auto_scheduled": False,
        "state_type": StateType.SCHEDULED,
        "state_name": "Scheduled",
        "next_scheduled_start_time": at,
        "expected_start_time": at,
    }


def _row(run: NewRun, deployment: Any, common: dict[str, Any]) -> dict[str, Any]:
    state: State = Scheduled(scheduled_time=common["expected_start_time"])
    return common | {
        "id": uuid7(),  # runs are listed by it, so it has to begin with the time
        "name": run.name,
        "parameters": deployment.parameters | run.parameters,
        "tags": sorted({*deployment.tags, *run.tags}),
        "idempotency_key": run.idempotency_key,
        "state": state.model_dump(),
    }


async def _known(
    db: PrefectDBInterface, session: AsyncSession, flow_id: UUID, runs: list[NewRun]
) -> dict[str, KnownRun]:
    """The runs by their keys, in one query."""
    run = db.FlowRun
    wanted = KnownRun.model_fields.keys() - {"state"} | {"state_type", "state_name"}
    columns = [getattr(run, name) for name in (*sorted(wanted), "idempotency_key")]
    keys = [new.idempotency_key for new in runs]
    query = sa.select(*columns).where(run.flow_id == flow_id, run.idempotency_key.in_(keys))
    found = (await session.execute(query)).mappings()
    return {row["idempotency_key"]: _known_run(dict(row)) for row in found}


def _known_run(row: dict[str, Any]) -> KnownRun:
    state = KnownState(type=row["state_type"], name=row["state_name"])
    return KnownRun(
        state=state, **{name: row[name] for name in KnownRun.model_fields.keys() & row.keys()}
    )
