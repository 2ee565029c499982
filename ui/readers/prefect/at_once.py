"""Handing in many runs in one request: a route that the stack's own server has (`flows.run_intake`).

Prefect's own takes a run a request and a tenth of a second for each, so that of 50 clients at once
the last would wait for seconds.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun

from agent_core.intake.source import name_of
from ui.readers.prefect.handing_in import parameters_of, scoped
from ui.readers.prefect.rows import owner_tag
from ui.readers.runs import NewRun


def hand_in_at_once(
    client: SyncPrefectClient, deployment: UUID, wanted: Sequence[NewRun]
) -> list[FlowRun] | None:
    """All or none of the runs, in their order; None where the server has no such route.

    None too where it has no such deployment: handing them in one by one says so.
    """
    response = client._client._client.post(
        f"/kaggle_agent/deployments/{deployment}/runs", json=[_new_run(new) for new in wanted]
    )
    if response.status_code in {httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED}:
        return None
    response.raise_for_status()
    return [FlowRun.model_validate(run) for run in response.json()]


def _new_run(new: NewRun) -> dict[str, Any]:
    return {
        "name": name_of(new.request.source),
        "parameters": parameters_of(new.request),
        "tags": [owner_tag(new.owner)] if new.owner else [],
        "idempotency_key": scoped(new.owner, new.idempotency_key) or str(uuid4()),
    }
