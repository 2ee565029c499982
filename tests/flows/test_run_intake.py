"""Many runs in one request, on the stack's own Prefect server."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
from prefect.client.orchestration import SyncPrefectClient

from tests.ui.http.own_prefect import client_of, own_prefect

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with own_prefect(tmp_path_factory.mktemp("prefect")) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[SyncPrefectClient]:
    with client_of(address) as client:
        yield client


def hand_in(address: str, deployment: object, runs: list[dict[str, Any]]) -> requests.Response:
    url = f"{address}/kaggle_agent/deployments/{deployment}/runs"
    return requests.post(url, json=runs, timeout=60)


def new_run(number: int, key: str = "") -> dict[str, Any]:
    return {
        "name": f"run-{number}",
        "parameters": {"source": "titanic", "seed": number},
        "tags": ["owner:anna"],
        "idempotency_key": key or str(uuid4()),
    }


def test_they_are_as_prefect_itself_would_have_made_them(
    address: str, client: SyncPrefectClient
) -> None:
    deployment = client.read_deployment_by_name("solve-competition/process")
    answer = hand_in(address, deployment.id, [new_run(number) for number in range(3)])
    assert answer.status_code == 200
    known = answer.json()
    assert [run["name"] for run in known] == ["run-0", "run-1", "run-2"]
    theirs = client.create_flow_run_from_deployment(
        deployment.id, name="theirs", parameters={"source": "titanic", "seed": 1}
    )
    ours = client.read_flow_run(UUID(known[1]["id"]))
    same = {
        "flow_id", "deployment_id", "deployment_version", "work_queue_id", "work_queue_name",
        "work_pool_name", "parameters", "labels", "auto_scheduled", "state_type", "state_name",
        "run_count", "job_variables", "empirical_policy",
    }  # fmt: skip
    assert ours.model_dump(include=same) == theirs.model_dump(include=same)
    assert set(ours.tags) == {*deployment.tags, "owner:anna"}
    assert ours.state is not None
    assert ours.state.is_scheduled()
    assert ours.state.state_details.scheduled_time == ours.next_scheduled_start_time
    assert ours.id < theirs.id  # by which runs are listed in their order


def test_one_key_is_one_run_within_a_request_and_across(
    address: str, client: SyncPrefectClient
) -> None:
    deployment = client.read_deployment_by_name("solve-competition/process").id
    before = client.count_flow_runs()
    key = str(uuid4())
    first = hand_in(address, deployment, [new_run(1, key), new_run(2, key), new_run(3)]).json()
    again = hand_in(address, deployment, [new_run(4, key)]).json()
    assert first[0] == first[1] == again[0]
    assert first[0]["parameters"]["seed"] == 1
    assert client.count_flow_runs() == before + 2


def test_what_is_refused(address: str, client: SyncPrefectClient) -> None:
    deployment = client.read_deployment_by_name("solve-competition/process").id
    assert hand_in(address, uuid4(), [new_run(1)]).status_code == 404
    before = client.count_flow_runs()
    assert hand_in(address, deployment, [new_run(1), {"name": "half"}]).status_code == 422
    assert client.count_flow_runs() == before
    assert hand_in(address, deployment, []).json() == []
