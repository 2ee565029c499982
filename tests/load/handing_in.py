"""Many clients hand in runs at the same moment, each with a connection of its own."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun

DEPLOYMENT = "solve-competition/process"
#: The most that the server gives at once.
_PAGE = 200
_LOOK_SECONDS = 2.0


@dataclass(frozen=True)
class Accepted:
    """A run that the server has taken, and when the client's call began and was answered."""

    run_id: UUID
    handed_in: datetime
    answered: datetime


def client_of(api_url: str) -> SyncPrefectClient:
    """Straight to the server, whatever proxies are set."""
    return SyncPrefectClient(api=api_url, httpx_settings={"trust_env": False})


def hand_in_at_once(api_url: str, asked: Sequence[dict[str, Any]]) -> list[Accepted]:
    """A run for each set of parameters. Raises what the first client that was refused was told."""
    with client_of(api_url) as client:
        deployment = client.read_deployment_by_name(DEPLOYMENT).id
    ready = threading.Barrier(len(asked))

    def hand_in(parameters: dict[str, Any]) -> Accepted:
        with client_of(api_url) as client:
            ready.wait()
            begun = datetime.now(UTC)
            run = client.create_flow_run_from_deployment(deployment, parameters=parameters)
            return Accepted(run.id, begun, datetime.now(UTC))

    with ThreadPoolExecutor(len(asked)) as clients:
        return list(clients.map(hand_in, asked))


def wait_for_all(api_url: str, seconds: float) -> list[FlowRun]:
    """All runs of the deployment, once none goes on, or when that many seconds have passed."""
    deadline = time.monotonic() + seconds
    with client_of(api_url) as client:
        deployment = client.read_deployment_by_name(DEPLOYMENT).id
        of_it = DeploymentFilter(id=DeploymentFilterId(any_=[deployment]))
        while True:
            runs = client.read_flow_runs(deployment_filter=of_it, limit=_PAGE)
            ended = all(run.state and run.state.is_final() for run in runs)
            if ended or time.monotonic() > deadline:
                return runs
            time.sleep(_LOOK_SECONDS)
