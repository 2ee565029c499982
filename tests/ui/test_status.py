"""``kaggle-agent status``, without a server, with a dead one, and with a real one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.states import Completed, Crashed, Running

from agent_core.settings import Settings
from agent_core.state_of_things import Status
from tests.prefect_server import served
from ui.status import read_status, show_status


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAGGLE_AGENT_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:9")


def test_without_a_server(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert show_status(100, as_json=False) == 0
    shown = capsys.readouterr().out
    assert "kaggle-agent up" in shown
    assert str(tmp_path / "home") in "".join(shown.split("\n"))


def test_a_server_that_does_not_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    assert show_status(100, as_json=True) == 1
    answer = json.loads(capsys.readouterr().out)
    assert "http://127.0.0.1:9/api" in answer["problems"][0]
    assert "Runs that wait cannot begin" in answer["problems"][0]
    assert answer["engine"]["problem"]
    assert 0 < answer["disk"]["free"] < answer["disk"]["total"]


@flow(name="solve-competition")
def solve_competition() -> None:
    pass


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[str]:
    """The address of one that knows of no runs yet."""
    with served(tmp_path / "prefect") as api_url:
        yield api_url


@pytest.mark.slow
def test_with_a_server(
    empty_server: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", empty_server)
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name="p", type="process", concurrency_limit=3))
        client.upsert_global_concurrency_limit_by_name("places", 2)
        flow_id = client.create_flow(solve_competition)
        deployment = client.create_deployment(flow_id=flow_id, name="d", work_pool_name="p")
        runs = [client.create_flow_run_from_deployment(deployment).id for _ in range(4)]
        client.set_flow_run_state(runs[0], Running(), force=True)
        client.set_flow_run_state(runs[1], Completed(), force=True)
        client.set_flow_run_state(runs[2], Crashed(message="Out of memory\nat once"), force=True)
    status = read_status(Settings(), 100)
    assert status.server
    assert (status.server.database, status.server.problem) == (True, "")
    (pool,) = status.pools
    assert (pool.running, pool.queued, pool.limit) == (1, 1, 3)
    assert [
        (limit.name, limit.limit, limit.taken) for limit in status.limits if limit.name == "places"
    ] == [("places", 2, 0)]
    assert status.history.runs == 2
    assert status.history.success == 0.5
    assert status.history.failures == {"Crashed: Out of memory": 1}
    assert "no worker" in status.problems[0]
    assert Status.model_validate_json(status.model_dump_json()) == status
    assert show_status(100, as_json=False) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "1 running (3 at once); 1 waiting; 0 of 0 workers online" in shown
