"""The command line as a process: what it says about bad input, and how fast."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_core.home import Home
from agent_core.run import Process, Request, Run, RunState, save_run
from tests.flows.tiny_competition import write_competition


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path / "my hôme")


def call(home: Home, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """``kaggle-agent`` with ``words``, no credentials, in a locale without letters."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KAGGLE_", "PREFECT_", "LC_"))}
    own = {"KAGGLE_AGENT_HOME": str(home.root), "HOME": str(home.root), "LANG": "C"}
    return subprocess.run(
        (sys.executable, "-c", "from ui.cli import main; main()", *words),
        env=kept | own | env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def test_version_and_help(home: Home) -> None:
    assert call(home, "--version").stdout.startswith("kaggle-agent 0.")
    shown = call(home, "--help")
    assert shown.returncode == 0
    assert all(command in shown.stdout for command in ("solve", "preflight", "profile", "runs"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("solve", "https://example.org/x"), "is no address of a Kaggle competition"),
        (("solve", "no such folder/at all"), "There is no folder"),
        (("solve", "titanic", "--budget", "0"), "from 5 to"),
        (("solve", "titanic", "--budget", "nan"), "from 5 to"),
        (("solve", "titanic", "--budget", "soon"), "--budget"),
        (("solve", "titanic", "--metric", "happiness"), "'happiness' is not known"),
        (("solve", "titanic", "--output", "/nowhere/at/all.csv"), "cannot be copied"),
        (("solve", "titanic", "--planner", "dice"), "dice"),
        (("solve",), "SOURCE"),
        (("preflight", "https://example.org/x"), "is no address"),
        (("profile", "https://example.org/x"), "is no address"),
    ],
)
def test_bad_input_is_said_and_ends_with_2(home: Home, words: tuple[str, ...], said: str) -> None:
    ended = call(home, *words)
    assert ended.returncode == 2
    assert said in ended.stderr.replace("\n", " ")
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr
    assert not home.root.exists()  # nothing was begun


def test_a_source_without_credentials(home: Home) -> None:
    start = time.monotonic()
    ended = call(home, "solve", "nonsense", "--json")
    seconds = time.monotonic() - start
    assert ended.returncode == 2
    answer = json.loads(ended.stdout)
    assert [blocker["code"] for blocker in answer["blockers"]] == ["no_credentials"]
    assert answer["error"]["what"]
    assert seconds < 15  # about one second where nothing else runs
    assert not home.prefect.exists()


def test_preflight_of_a_folder(home: Home, tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "tiny")
    ended = call(home, "preflight", str(folder), "--json")
    assert ended.returncode == 0
    answer = json.loads(ended.stdout)
    assert answer["ready"] is True
    assert answer["competition"]["slug"] == "tiny"
    assert "can be solved" in call(home, "preflight", str(folder)).stdout


@pytest.mark.slow
def test_profile_of_a_folder(home: Home, tmp_path: Path) -> None:
    folder = write_competition(tmp_path / "tiny")
    shown = call(home, "profile", str(folder), COLUMNS="60")
    assert shown.returncode == 0, shown.stderr
    assert max(len(line) for line in shown.stdout.splitlines()) <= 60
    for word in ("binary", "accuracy", "stratified", "numeric"):
        assert word in shown.stdout
    answer = json.loads(call(home, "profile", str(folder), "--json").stdout)
    assert answer["task"] == "binary"
    assert answer["rows_train"] == 240


def test_runs(home: Home) -> None:
    assert "No runs" in call(home, "runs").stdout
    dead = Process(host=Process.current().host, pid=2**22 - 3, started=1.0)
    run = Run(
        run_id="r1",
        name="ünïcode",
        request=Request(source="x"),
        state=RunState.RUNNING,
        process=dead,
        started=datetime(2026, 3, 1, 12, tzinfo=UTC),
    )
    save_run(run, home.runs / "r1")
    (home.runs / "broken").mkdir()
    shown = call(home, "runs")
    assert "died" in shown.stdout
    assert "ünïcode" in shown.stdout
    assert "broken" in shown.stderr
    (listed,) = json.loads(call(home, "runs", "--json").stdout)["runs"]
    assert listed["state"] == "died"
    assert "process" not in listed


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = write_competition(tmp_path / "tiny")
    ended = call(Home(root=tmp_path / "file"), "solve", str(folder))
    assert ended.returncode == 2
    assert "Error" in ended.stderr
    assert "Traceback" not in ended.stderr
