"""A run's log: page by page, or followed until the end."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests

from tests.standins.run_rows import BEGAN, a_run, solved_run
from tests.ui.http.conftest import Api
from tests.ui.http.live import served
from ui.http import following
from ui.readers.runs import JobState, LogLine
from ui.remote.stream import ServerEvent, parse_events

EVENTS = {"Accept": "text/event-stream"}


def lines(*texts: str) -> list[LogLine]:
    return [LogLine(at=BEGAN, level="INFO", text=text) for text in texts]


def texts_of(events: list[ServerEvent]) -> list[str]:
    pages = [json.loads(event.data)["lines"] for event in events if event.kind == "log"]
    return [line["text"] for page in pages for line in page]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_LOOK_SECONDS", 0.05)


@pytest.fixture
def address(api: Api) -> Iterator[str]:
    with served(api.app()) as url:
        yield url


def followed(address: str, run_id: str, **headers: str) -> list[ServerEvent]:
    """All events until the API ends the stream."""
    with requests.get(
        f"{address}/logs/{run_id}", headers=EVENTS | headers, stream=True, timeout=30
    ) as response:
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        return list(parse_events(response.iter_content(chunk_size=None)))


def test_page_by_page(api: Api) -> None:
    run = a_run()
    api.runs.rows[run.id] = run
    api.runs.log_lines[run.id] = lines("one", "two", "three")
    seen, cursor = [], ""
    for _ in range(3):
        page = api.client.get(f"/logs/{run.id}", params={"cursor": cursor, "limit": 2}).json()
        seen.append([line["text"] for line in page["lines"]])
        cursor = page["cursor"]
    assert seen == [["one", "two"], ["three"], []]
    api.runs.log_lines[run.id] += lines("four")
    page = api.client.get(f"/logs/{run.id}", params={"cursor": cursor}).json()
    assert [line["text"] for line in page["lines"]] == ["four"]


@pytest.mark.parametrize("headers", [{}, EVENTS])
def test_what_is_no_cursor(api: Api, headers: dict[str, str]) -> None:
    run = a_run()
    api.runs.rows[run.id] = run
    answer = api.client.get(f"/logs/{run.id}", params={"cursor": "nowhere"}, headers=headers)
    assert answer.status_code == 422


def test_of_a_run_that_is_over(api: Api, address: str) -> None:
    run = solved_run()
    api.runs.rows[run.id] = run
    api.runs.log_lines[run.id] = lines("one", "two\nand more")
    events = followed(address, run.id)
    assert [event.kind for event in events] == ["log", "status", "end"]
    assert texts_of(events) == ["one", "two\nand more"]
    assert json.loads(events[-1].data)["status"] == "success"
    by_option = api.client.get(f"/logs/{run.id}", params={"follow": True})
    assert [event.kind for event in parse_events([by_option.content])] == ["log", "status", "end"]


def test_followed_to_its_end(api: Api, address: str) -> None:
    """Also while the server of the runs is away, and with lines that come after the end."""
    run = a_run(stage="profile")
    api.runs.rows[run.id] = run
    api.runs.log_lines[run.id] = lines("one")
    with requests.get(f"{address}/logs/{run.id}", headers=EVENTS, stream=True, timeout=30) as got:
        events = parse_events(got.iter_content(chunk_size=None))
        assert texts_of([next(events)]) == ["one"]
        assert json.loads(next(events).data)["stage"] == "profile"
        api.runs.change(run.id, stage="train")
        assert json.loads(next(events).data)["stage"] == "train"
        api.runs.down = True
        assert next(events).kind == "problem"
        api.runs.log_lines[run.id] += lines("two")
        api.runs.down = False
        assert texts_of([next(event for event in events if event.kind == "log")]) == ["two"]
        just_now = datetime.now(UTC) - timedelta(seconds=3)
        api.runs.change(run.id, state=JobState.SUCCESS, ended=just_now)
        assert json.loads(next(events).data)["status"] == "success"
        api.runs.log_lines[run.id] += lines("three")
        assert texts_of([next(events)]) == ["three"]
        assert [event.kind for event in events] == ["end"]


def test_taken_up_again_after_the_last_event(api: Api, address: str) -> None:
    run = a_run()
    api.runs.rows[run.id] = run
    api.runs.log_lines[run.id] = lines("one", "two")
    with requests.get(f"{address}/logs/{run.id}", headers=EVENTS, stream=True, timeout=30) as got:
        first = next(parse_events(got.iter_content(chunk_size=None)))
    assert texts_of([first]) == ["one", "two"]
    api.runs.log_lines[run.id] += lines("three")
    api.runs.change(run.id, state=JobState.FAILED, ended=BEGAN)
    rest = followed(address, run.id, **{"Last-Event-ID": first.id})
    assert texts_of(rest) == ["three"]
    assert rest[-1].kind == "end"


def test_who_goes_away_is_not_asked_for_any_more(api: Api, address: str) -> None:
    run = a_run()
    api.runs.rows[run.id] = run
    with requests.get(f"{address}/logs/{run.id}", headers=EVENTS, stream=True, timeout=30) as got:
        next(parse_events(got.iter_content(chunk_size=None)))
    quiet, looks = threading.Event(), -1
    for _ in range(100):
        before, looks = looks, len(api.runs.asked)
        if before == looks:
            return
        quiet.wait(0.3)
    raise AssertionError("still asking")


def test_a_run_that_is_deleted_while_it_is_followed(api: Api, address: str) -> None:
    run = a_run()
    api.runs.rows[run.id] = run
    with requests.get(f"{address}/logs/{run.id}", headers=EVENTS, stream=True, timeout=30) as got:
        events = parse_events(got.iter_content(chunk_size=None))
        assert next(events).kind == "status"
        del api.runs.rows[run.id]
        assert [event.kind for event in events] == ["problem"]
