"""Handing in many runs in one request, by a route of the stack's own server (`flows.run_intake`).

Prefect's own takes one run a request and a tenth of a second for each, so that of 50 clients at
once the last would wait for seconds.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import PrefectHTTPStatusError

from ui.readers.prefect.handing_in import flow_run_of
from ui.readers.runs import NewRun

#: Of a server that is not the stack's own, or knows no such deployment.
_NO_ROUTE = {httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED}


def hand_in_at_once(
    client: SyncPrefectClient, deployment: UUID, wanted: Sequence[NewRun]
) -> list[FlowRun] | None:
    """All of the runs, in their order, or none of them.

    None where the server cannot do so, or has no such deployment: to hand them in one by one tells
    which. Raises BadSource.
    """
    path = f"/kaggle_agent/deployments/{deployment}/runs"
    try:
        response = client._client.post(path, json=[_told(new) for new in wanted])
    except PrefectHTTPStatusError as error:
        if error.response.status_code in _NO_ROUTE:
            return None
        raise
    return [FlowRun.model_validate(run) for run in response.json()]


def _told(new: NewRun) -> dict[str, Any]:
    told = flow_run_of(new.request, new.owner, new.idempotency_key)
    return told | {"idempotency_key": told["idempotency_key"] or str(uuid4())}
