"""The API on a real Prefect server: what fifty clients at once, and twenty with one key, get."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import requests

from agent_core.settings import Settings
from tests.standins.results import ResultsStandIn
from tests.ui.http.live import served
from tests.ui.http.own_prefect import client_of, connection_to, own_prefect
from ui.api import create_app
from ui.readers.prefect.runs import PrefectRuns
from ui.readers.prefect.system import PrefectSystem

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with own_prefect(tmp_path_factory.mktemp("prefect")) as address:
        yield address


@pytest.fixture
def api(prefect: str, tmp_path: Path) -> Iterator[str]:
    with ExitStack() as opened:
        connection = opened.enter_context(connection_to(prefect))
        settings = Settings(home=tmp_path, api_posts_per_minute=1000, api_queue_limit=1000)
        readers = PrefectRuns(connection), ResultsStandIn(), PrefectSystem(connection)
        yield opened.enter_context(served(create_app(*readers, settings)))


def at_once(number: int, call: Callable[[int], Any]) -> list[Any]:
    """Answers of so many callers who all begin when the last is there."""
    ready = threading.Barrier(number)

    def begin(index: int) -> Any:
        ready.wait()
        return call(index)

    with ThreadPoolExecutor(number) as callers:
        return list(callers.map(begin, range(number)))


def test_fifty_at_once(api: str, prefect: str) -> None:
    def post(index: int) -> requests.Response:
        wish = {"kaggle_url": "titanic", "settings": {"seed": index}}
        return requests.post(f"{api}/run", json=wish, timeout=120)

    answers = at_once(50, post)
    assert [answer.status_code for answer in answers] == [201] * 50
    with client_of(prefect) as client:
        for index, answer in enumerate(answers):
            run = client.read_flow_run(UUID(answer.json()["job_id"]))
            assert run.parameters["seed"] == index
            assert run.state is not None
            assert run.state.is_scheduled()
            assert run.next_scheduled_start_time is not None  # what workers look for
    listed = requests.get(f"{api}/jobs", params={"limit": 100}, timeout=30).json()
    assert listed["total"] == 50


def test_twenty_at_once_with_one_key_are_one_run(api: str, prefect: str) -> None:
    def post(_: int) -> requests.Response:
        wish = {"kaggle_url": "house-prices", "settings": {"seed": 5}}
        headers = {"Idempotency-Key": "once"}
        return requests.post(f"{api}/run", json=wish, headers=headers, timeout=120)

    with client_of(prefect) as client:
        before = client.count_flow_runs()
        answers = at_once(20, post)
        assert [answer.status_code for answer in answers] == [201] * 20
        assert len({answer.json()["job_id"] for answer in answers}) == 1
        assert client.count_flow_runs() == before + 1


def test_from_its_beginning_to_its_end(api: str) -> None:
    wish = {"kaggle_url": "titanic", "settings": {"budget": 60}}
    job = requests.post(f"{api}/run", json=wish, timeout=60).json()["job_id"]
    assert requests.get(f"{api}/status/{job}", timeout=30).json()["status"] == "queued"
    assert requests.get(f"{api}/logs/{job}", timeout=30).json()["lines"] == []
    early = requests.get(f"{api}/result/{job}/submission.csv", timeout=30)
    assert early.status_code == 409
    stopped = requests.post(f"{api}/jobs/{job}/cancel", timeout=30)
    assert stopped.json()["status"] == "cancelled"
    health = requests.get(f"{api}/health", timeout=30).json()["services"]
    assert health["prefect"]["up"]
    assert not health["workers"]["up"]
