"""Handing in runs, and stopping them."""

from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import PrefectHTTPStatusError
from prefect.states import Cancelling

from agent_core.errors import RequestRefused
from agent_core.intake.source import name_of
from agent_core.run import Request
from ui.readers.prefect.rows import owner_tag

_REFUSED = {httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY}


def hand_in(
    client: SyncPrefectClient, deployment: UUID, request: Request, owner: str, key: str
) -> FlowRun | None:
    """The run, which waits now; None where the deployment is gone.

    Raises BadSource, and RequestRefused where the deployment takes no such parameters.
    """
    try:
        return client.create_flow_run_from_deployment(
            deployment, **flow_run_of(request, owner, key)
        )
    except PrefectHTTPStatusError as error:
        status = error.response.status_code
        if status == httpx.codes.NOT_FOUND:
            return None
        if status in _REFUSED:
            raise RequestRefused(
                f"The deployment does not take this run: {_detail(error.response)}",
                means="It was made by another version of the program, or for other settings. The "
                "run was not started.",
                next="Make the deployments anew (kaggle-agent up, or prefect deploy --all).",
            ) from error
        raise


def flow_run_of(request: Request, owner: str, key: str) -> dict[str, Any]:
    """What Prefect is told of a new run. Raises BadSource."""
    return {
        "name": name_of(request.source),
        "parameters": request.model_dump(mode="json", exclude={"competition"}),
        "tags": [owner_tag(owner)] if owner else [],
        # Two owners may have chosen the same key.
        "idempotency_key": f"{owner}:{key}" if key else None,
    }


def stop(client: SyncPrefectClient, run: FlowRun) -> None:
    """Have whoever executes ``run`` stop it. One that waits is cancelled at once instead.

    Raises RequestRefused where it is no deployment's run.
    """
    if run.deployment_id is None:
        raise RequestRefused(
            f"{run.name} runs on a command line.",
            means="Only whoever has started it can stop it. It goes on.",
            next="Press Ctrl-C there.",
        )
    client.set_flow_run_state(run.id, Cancelling(message="Stopped on request."))


def _detail(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return response.text[:500]
