"""``submit``, ``export`` and ``runs`` as a person calls them, in a locale without letters."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_core.home import Home
from agent_core.receipt import receipt_of
from agent_core.run import RunState, save_run
from tests.agent_core.notebook.finished_runs import finished_run
from tests.agent_core.submitting.orders import solved_run
from tests.standins.kaggle import KaggleStandIn

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path / "ホーム")


@pytest.fixture
def kaggle() -> Iterator[KaggleStandIn]:
    with KaggleStandIn() as standin:
        standin.details["title"] = "タイタニック"
        yield standin


def call(home: Home, kaggle: KaggleStandIn, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KAGGLE_", "LC_", "PREFECT_"))}
    own = {"KAGGLE_AGENT_HOME": str(home.root), "LANG": "C"}
    return subprocess.run(
        (sys.executable, "-c", "from ui.cli import main; main()", *words),
        env=kept | kaggle.env | own,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=180,
        cwd=home.root,
    )


def test_submit_shows_the_score_and_sends_once(home: Home, kaggle: KaggleStandIn) -> None:
    run = solved_run(home)

    shown = call(home, kaggle, "submit", run.run_id[:8], "--message", "最初の試み")

    assert shown.returncode == 0, shown.stderr
    assert "public score 0.77" in shown.stdout
    assert "rank 3 of 4 teams" in shown.stdout
    assert "not in MLflow" in shown.stdout
    assert "Uploading submission.csv" in shown.stderr
    assert kaggle.submissions.handed[0].description.startswith("最初の試み, CV")
    receipt = receipt_of(home.runs / run.run_id)
    assert receipt
    assert receipt.description == kaggle.submissions.handed[0].description

    again = call(home, kaggle, "submit", "latest", "--json")

    assert json.loads(again.stdout)["ref"] == receipt.ref
    assert len(kaggle.submissions.handed) == 1


def test_what_cannot_be_submitted_is_said(home: Home, kaggle: KaggleStandIn) -> None:
    missing = call(home.model_copy(update={"root": home.root.parent}), kaggle, "submit", "latest")
    assert missing.returncode == 1
    assert "kaggle-agent runs" in missing.stderr

    solved_run(home)
    kaggle.submissions.error = lambda _: "ERROR: Required column 'Survived' could not be found"
    refused = call(home, kaggle, "submit", "latest")
    assert refused.returncode == 1
    assert "Survived" in refused.stdout


def test_runs_tell_what_they_wait_for_and_scored(
    home: Home, kaggle: KaggleStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved_run(home)
    call(home, kaggle, "submit", "latest")
    waiting = solved_run(home).model_copy(
        update={
            "state": RunState.WAITING,
            "solved": None,
            "waits_for": "a kernel on Kaggle",
            "since": datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
            "ended": None,
        }
    )
    save_run(waiting, home.runs / waiting.run_id)

    told = json.loads(call(home, kaggle, "runs", "--json").stdout)
    monkeypatch.setenv("COLUMNS", "160")
    shown = call(home, kaggle, "runs").stdout

    assert told["on_server"] == []
    assert told["runs"][0]["waits_for"] == "a kernel on Kaggle"
    assert told["runs"][1]["receipt"]["public_score"] == 0.77
    assert "0.77" in shown
    assert "a kernel on Kaggle, since 2026-03-01 12:30" in shown
    assert waiting.run_id[:8] in shown


def test_export_writes_a_notebook(home: Home, kaggle: KaggleStandIn) -> None:
    finished_run(home)

    written = call(home, kaggle, "export", "latest", "--notebook", "--out", "私の.ipynb", "--json")
    unsaid = call(home, kaggle, "export", "latest")
    nowhere = call(home, kaggle, "export", "latest", "--notebook", "--out", "no/such/folder.ipynb")

    assert written.returncode == 0, written.stderr
    path = Path(json.loads(written.stdout)["notebook"])
    assert path == home.root / "私の.ipynb"
    assert json.loads(path.read_text("utf-8"))["nbformat"] == 4
    assert unsaid.returncode == 2
    assert "--notebook" in unsaid.stderr
    assert nowhere.returncode == 2
    assert "cannot be written" in nowhere.stderr
