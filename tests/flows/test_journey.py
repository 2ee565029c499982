"""What a run does with its stages: caching, damage, failures, the record. On a real server."""

import hashlib
import json
import threading
import time
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.sorting import ArtifactSort

from agent_core.errors import KaggleUnavailable, NotSolved, SurroundingsFailed
from agent_core.events import Event, Line, RunStarted, StageFinished
from agent_core.home import Home
from agent_core.run import Request, RunState, load_run
from agent_core.submission import Submission
from agent_core.value import Value
from flows.journey import Journey, begun_at
from tasks import stage as stage_module
from tasks.progress import listening
from tasks.stage import stage

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("prefect_server")]

REQUEST = Request(source="titanic")


class Number(Value):
    """A result."""

    number: int


calls: list[Any] = []


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    calls.clear()
    # The real one refuses values that are defined in tests.
    monkeypatch.setattr("tasks.caching.ValueSerializer.loads", _loads)


def _loads(self: object, blob: bytes) -> Value:
    kept = json.loads(blob)
    kind = Submission if kept["class"].endswith("Submission") else Number
    return kind.model_validate(kept["value"])


@stage("double", timeout=60)
def double(number: int) -> Number:
    calls.append(number)
    return Number(number=2 * number)


def run(home: Home, body: Any, run_id: str = "r1") -> Any:
    """``body`` called with a journey, inside a flow."""

    @flow(name="test-journey", validate_parameters=False)
    def journey_flow() -> Any:
        with Journey(run_id, "titanic", REQUEST, home) as journey:
            return body(journey)

    return journey_flow()


def test_a_result_is_kept_for_the_next_run(home: Home) -> None:
    heard: list[Event] = []
    with listening(heard.append):
        first = run(home, lambda journey: journey.stage(double, 21), "r1")
        second = run(home, lambda journey: journey.stage(double, number=21), "r2")
        third = run(home, lambda journey: journey.stage(double, 4), "r3")
    assert (first.number, second.number, third.number) == (42, 42, 8)
    assert calls == [21, 4]
    cached = [event.cached for event in heard if isinstance(event, StageFinished)]
    assert cached == [False, True, False]
    assert heard[0] == RunStarted(run_id="r1", name="titanic")


def test_what_a_person_waited_before_the_flow_began_counts(home: Home) -> None:
    with begun_at(time.monotonic() - 100):
        assert 100 < run(home, lambda journey: journey.seconds) < 200
    assert 0 < run(home, lambda journey: journey.seconds, "r2") < 100


@pytest.mark.parametrize("damage", ["removed", "cut", "emptied"])
def test_a_damaged_result_is_computed_again(home: Home, damage: str) -> None:
    run(home, lambda journey: journey.stage(double, 21))
    (kept,) = home.results.glob("double-*")
    if damage == "removed":
        kept.unlink()
    else:
        kept.write_bytes(kept.read_bytes()[:50] if damage == "cut" else b"")
    assert run(home, lambda journey: journey.stage(double, 21)).number == 42
    assert run(home, lambda journey: journey.stage(double, 21)).number == 42
    assert calls == [21, 21]


def test_a_result_whose_file_is_gone_is_computed_again(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "submission.csv"

    @stage("write", timeout=60)
    def write(number: int) -> Submission:
        calls.append(number)
        path.write_text("id\n")
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        return Submission(evaluation="e", rows=1, columns=("id",), sha256=sha256, path=path)

    heard: list[Event] = []
    run(home, lambda journey: journey.stage(write, 1))
    run(home, lambda journey: journey.stage(write, 1))
    path.unlink()
    with listening(heard.append):
        run(home, lambda journey: journey.stage(write, 1))
    assert path.exists()
    assert calls == [1, 1]
    assert [event.cached for event in heard if isinstance(event, StageFinished)] == [False]
    assert any(isinstance(event, Line) and "incomplete" in event.text for event in heard)


def test_two_runs_compute_a_result_once(home: Home) -> None:
    @stage("slow", timeout=60)
    def slow(number: int) -> Number:
        calls.append(number)
        time.sleep(1.0)
        return Number(number=number)

    results = []

    def in_thread(run_id: str) -> None:
        results.append(run(home, lambda journey: journey.stage(slow, 5), run_id))

    threads = [
        threading.Thread(target=copy_context().run, args=(in_thread, f"r{n}")) for n in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.number for result in results] == [5, 5]
    assert calls == [5]


def test_our_surroundings_get_more_chances(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage_module, "_RETRY_SECONDS", (0.0, 0.0))

    @stage("shaky", timeout=60)
    def shaky(number: int) -> Number:
        calls.append(number)
        if len(calls) < 3:
            raise SurroundingsFailed("no room")
        return Number(number=number)

    assert run(home, lambda journey: journey.stage(shaky, 3)).number == 3
    assert calls == [3, 3, 3]


@pytest.mark.parametrize("error", [KaggleUnavailable("gone"), ValueError("a bug")])
def test_what_comes_back_the_same_is_not_tried_again(home: Home, error: Exception) -> None:
    @stage("failing", timeout=60)
    def failing(number: int) -> Number:
        calls.append(number)
        raise error

    with pytest.raises(type(error), match=str(error)):
        run(home, lambda journey: journey.stage(failing, 3))
    assert calls == [3]


def test_a_hanging_stage_is_stopped(home: Home) -> None:
    @stage("hanging", timeout=1, retries=0)
    def hanging(number: int) -> Number:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            time.sleep(0.05)
        return Number(number=number)

    with pytest.raises(TimeoutError):
        run(home, lambda journey: journey.stage(hanging, 3))


def test_the_record_of_a_failed_run_says_why(home: Home, prefect_server: str) -> None:
    def body(journey: Journey) -> None:
        assert load_run(journey.folder).state is RunState.RUNNING
        journey.stage(double, 1)
        raise NotSolved("No submission.", means="The script crashed.", next="Read log.txt.")

    with pytest.raises(NotSolved):
        run(home, body)
    record = load_run(home.runs / "r1")
    assert record.state is RunState.FAILED
    assert record.failure
    assert record.failure.next == "Read log.txt."
    assert record.ended
    log = (home.runs / "r1" / "log.txt").read_text()
    assert "double done in" in log
    assert "NotSolved" in log
    assert "The script crashed." in (home.runs / "r1" / "report.md").read_text()
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=["solve-report"])),
            sort=ArtifactSort.CREATED_DESC,
        )
    assert "The script crashed." in str(found[0].data)


def test_an_interrupted_run_is_cancelled(home: Home) -> None:
    def body(journey: Journey) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(home, body)
    assert load_run(home.runs / "r1").state is RunState.CANCELLED
