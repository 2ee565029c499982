"""The client of an API that goes away and comes back."""

import itertools
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from agent_core.errors import NotAuthenticated, SurroundingsFailed
from tests.standins.run_rows import BEGAN, a_run
from tests.ui.http.conftest import Api
from tests.ui.http.live import served
from ui.http import following
from ui.readers.runs import JobState, LogLine
from ui.remote import client
from ui.remote.client import RemoteApi


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Api:
    monkeypatch.setattr(following, "_LOOK_SECONDS", 0.05)
    return Api(tmp_path)


def lines(*texts: str) -> list[LogLine]:
    return [LogLine(at=BEGAN, level="INFO", text=text) for text in texts]


def test_the_log_goes_on_where_it_was(api: Api) -> None:
    run = a_run()
    api.runs.rows[run.id] = run
    api.runs.log_lines[run.id] = lines("one", "two")
    away: list[str] = []
    with served(api.app()) as url:
        events = RemoteApi(url, "").follow(run.id, away.append)
        seen = list(itertools.islice(events, 2))
    api.runs.log_lines[run.id] += lines("three")
    api.runs.change(run.id, state=JobState.FAILED, ended=BEGAN)
    port = urlsplit(url).port
    assert port
    with served(api.app(), port):
        seen += events
    logs = [json.loads(event.data)["lines"] for event in seen if event.kind == "log"]
    assert [line["text"] for page in logs for line in page] == ["one", "two", "three"]
    assert seen[-1].kind == "end"


def test_one_that_stays_away_is_given_up(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_AWAY_SECONDS", 0.0)
    run = a_run()
    api.runs.rows[run.id] = run
    with served(api.app()) as url:
        events = RemoteApi(url, "").follow(run.id, lambda what: None)
        next(events)
    with pytest.raises(SurroundingsFailed, match="goes on all the same"):
        list(events)


def test_a_key_that_is_revoked_meanwhile(api: Api) -> None:
    key = api.keys.create("anna")
    with served(api.app()) as url:
        remote = RemoteApi(url, key)
        job = remote.hand_in({"kaggle_url": "titanic"}, "once")
        assert remote.hand_in({"kaggle_url": "titanic"}, "once") == job
        api.keys.revoke("anna")
        with pytest.raises(NotAuthenticated):
            remote.submission(job["job_id"])
