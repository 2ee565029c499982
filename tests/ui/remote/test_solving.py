"""``solve --remote`` against the API over runs in memory: the same answers as of a local solve."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from agent_core.events import StageStarted, as_text
from tests.standins.result_values import SUBMISSION
from tests.standins.results import ResultsStandIn
from tests.standins.run_rows import BEGAN, failed_run, solved_run
from tests.ui.http.conftest import Api
from tests.ui.http.live import served
from ui.cli import app
from ui.display import PlainDisplay
from ui.http import following
from ui.readers.runs import JobState, LogLine
from ui.remote import solving
from ui.remote.client import RemoteApi
from ui.remote.stream import ServerEvent


class Remote:
    """The API, and what becomes of the run that is handed in to it."""

    def __init__(self, api: Api, url: str) -> None:
        self.api = api
        self.url = url

    def solve(self, become: Callable[[Api, str], None], *options: str) -> Result:
        """The command, while its run becomes what ``become`` makes of it."""
        worker = threading.Thread(target=self._execute, args=(become,))
        worker.start()
        try:
            return CliRunner().invoke(app, ["solve", "titanic", "--remote", self.url, *options])
        finally:
            worker.join()

    def _execute(self, become: Callable[[Api, str], None]) -> None:
        pause = threading.Event()
        for _ in range(600):
            waiting = [row.id for row in self.api.runs.rows.values() if not row.state.over]
            if waiting:
                become(self.api, waiting[0])
                return
            pause.wait(0.05)


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remote]:
    monkeypatch.setattr(following, "_LOOK_SECONDS", 0.05)
    monkeypatch.setenv("KAGGLE_AGENT_HOME", str(tmp_path / "here"))
    api = Api(tmp_path / "there")
    with served(api.app()) as url:
        yield Remote(api, url)
    api.close()


def solved(api: Api, run_id: str) -> None:
    api.runs.log_lines[run_id] = [LogLine(at=BEGAN, level="INFO", text="profile done")]
    api.runs.change(run_id, state=JobState.RUNNING, stage="train", progress=0.5)
    api.results.kept |= ResultsStandIn(run_id).kept
    known = solved_run().model_dump(exclude={"id", "name", "created", "owner"})
    api.runs.change(run_id, **known)


def test_lines_tell_of_a_stage_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = as_text(StageStarted(stage="train"))
    job = {"job_id": "1", "name": "titanic", "stage": "train", "progress": 0.5, "message": ""}
    events = [
        ServerEvent(kind="status", data=json.dumps(job | {"status": "running"})),
        ServerEvent(kind="log", data=json.dumps({"lines": [{"text": told}]})),
        ServerEvent(kind="end", data=json.dumps(job | {"status": "success"})),
    ]
    monkeypatch.setattr(RemoteApi, "follow", lambda *_: iter(events))
    printed = io.StringIO()
    end = solving.watch(RemoteApi("http://127.0.0.1:1", ""), "1", PlainDisplay(printed))
    assert end["status"] == "success"
    assert printed.getvalue().count(told) == 1


def failed(api: Api, run_id: str) -> None:
    known = failed_run().model_dump(include={"state", "message", "failure", "ended"})
    api.runs.change(run_id, **known)


def test_solved(remote: Remote, tmp_path: Path) -> None:
    output = tmp_path / "mine.csv"
    done = remote.solve(solved, "--output", str(output), "--seed", "3", "--budget", "60")
    assert done.exit_code == 0, done.stderr
    assert output.read_bytes() == SUBMISSION
    assert "0.8215 ± 0.012 accuracy (higher is better)" in done.stdout
    assert str(output) in done.stdout
    assert "profile done" in done.stderr
    ((request, *_),) = [asked for name, asked in remote.api.runs.asked if name == "start"]
    assert (request.seed, request.budget) == (3, 60)  # type: ignore[attr-defined]


def test_solved_for_programs(remote: Remote, tmp_path: Path) -> None:
    done = remote.solve(solved, "--json")
    assert done.exit_code == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["slug"], answer["metric"], answer["cv_score"]) == ("titanic", "accuracy", 0.8215)
    submission = Path(answer["submission"])
    assert submission.read_bytes() == SUBMISSION
    assert submission.is_relative_to(tmp_path / "here")
    assert answer["rows"] == len(SUBMISSION.splitlines()) - 1


def test_not_solved_and_why(remote: Remote) -> None:
    done = remote.solve(failed)
    assert done.exit_code == 2  # as for a local solve: the rules were not accepted
    assert "You have not accepted this competition's rules." in done.stderr
    assert "Next: Accept them" in done.stderr


def test_died(remote: Remote) -> None:
    def died(api: Api, run_id: str) -> None:
        known: dict[str, Any] = {"state": JobState.FAILED, "failure": "Crashed", "message": "Gone."}
        api.runs.change(run_id, ended=BEGAN, **known)

    done = remote.solve(died, "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"]["what"] == "Gone."


def test_stopped_there(remote: Remote) -> None:
    done = remote.solve(lambda api, run: api.runs.change(run, state=JobState.CANCELLED) and None)
    assert done.exit_code == 130


def test_a_key(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = remote.api.keys.create("anna")
    refused = CliRunner().invoke(app, ["solve", "titanic", "--remote", remote.url])
    assert refused.exit_code == 2
    assert "No key was sent." in refused.stderr
    monkeypatch.setenv("KAGGLE_AGENT_API_KEY", secret)
    assert remote.solve(solved).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["/etc", "--remote", "{url}"], 2, "no address of a Kaggle competition"),
        (["titanic", "--budget", "1", "--remote", "{url}"], 2, "budget"),
        (["titanic", "--remote", "{url}/elsewhere"], 1, "Not Found"),
        (["titanic", "--remote", "host"], 2, "no address of an API"),
        (["titanic", "--output", "/", "--remote", "{url}"], 2, "cannot be copied"),
    ],
)
def test_refused(remote: Remote, arguments: list[str], code: int, says: str) -> None:
    given = [text.format(url=remote.url) for text in arguments]
    done = CliRunner().invoke(app, ["solve", *given])
    assert says in done.stderr
    assert done.exit_code == code
    assert not remote.api.runs.rows


def test_nobody_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KAGGLE_AGENT_HOME", str(tmp_path))
    monkeypatch.setattr("time.sleep", lambda _: None)
    done = CliRunner().invoke(app, ["solve", "titanic", "--remote", "http://127.0.0.1:9"])
    assert done.exit_code == 1
    assert "does not answer" in done.stderr


def test_ctrl_c_says_that_the_run_goes_on(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ui.remote.solving._show_change", interrupted)
    done = CliRunner().invoke(app, ["solve", "titanic", "--remote", remote.url, "--json"])
    assert done.exit_code == 130
    told = json.loads(done.stdout)
    (run_id,) = remote.api.runs.rows
    assert told["run_id"] == run_id
    assert f"{remote.url}/jobs/{run_id}/cancel" in told["error"]["next"]
    assert not remote.api.runs.rows[run_id].state.over
