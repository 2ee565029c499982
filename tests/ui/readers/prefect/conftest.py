"""A real Prefect server with our flow's deployments, and runs that nobody executes."""

from collections.abc import Iterator
from contextlib import closing
from uuid import UUID, uuid4

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import State

from agent_core.run import Request
from ui.readers.prefect.connection import Connection
from ui.readers.prefect.runs import PrefectRuns


@flow(name="solve-competition")
def solve_competition(  # noqa: PLR0917 - as a form shows them
    source: str,
    budget: float = 600.0,
    metric: str | None = None,
    planner: str = "auto",
    sandbox: str = "auto",
    seed: int = 0,
    max_usd: float = 1.0,
    max_trials: int = 12,
    drafts: int = 3,
) -> None:
    """As the real one is called."""


class Server:
    """What a worker and a run would do to the server, and the reader of it."""

    def __init__(self, client: SyncPrefectClient, runs: PrefectRuns) -> None:
        self.client = client
        self.runs = runs
        flow_id = client.create_flow(solve_competition)
        for name in ("docker", "process"):
            client.create_deployment(flow_id, name, parameter_openapi_schema=_SCHEMA)

    def a_run(self, *states: State[None], slug: str = "", owner: str = "") -> str:
        """A run of the deployment "process" that went through ``states``."""
        request = Request(source=slug or f"competition-{uuid4().hex[:8]}")
        row = self.runs.start(request, "process", owner)
        for state in states:
            self.client.set_flow_run_state(UUID(row.id), state, force=True)
        return row.id


#: As `prefect deploy` finds it in the flow: budgets that are no numbers are refused.
_SCHEMA = {"type": "object", "properties": {"budget": {"type": "number"}}, "required": ["source"]}


@pytest.fixture
def server(prefect_server: str) -> Iterator[Server]:
    with (
        get_client(sync_client=True) as client,
        closing(Connection(lambda: prefect_server)) as connection,
    ):
        yield Server(client, PrefectRuns(connection))
