"""What people and programs are told at the end."""

import json
import shlex
import subprocess
from pathlib import Path

import pytest

from agent_core.evaluation import Gate
from agent_core.home import Home
from agent_core.intake.blocker import Blocker
from agent_core.prefect_file import database_url
from agent_core.run import Failure, Solved, StageTime
from ui.answers import failure_text, print_failure, solved_json, solved_lines

FAILURE = Failure(what="It broke.", means="Nothing was lost.", next="Try again.")


def solved(cached: bool = False) -> Solved:
    return Solved(
        run_id="r1", slug="tiny", task_type="binary", metric="accuracy", higher_is_better=True,
        cv_score=0.8123456789, cv_std=0.0123, baseline=0.5,
        gates=(Gate(name="valid", passed=True, severity="error", detail="all there"),
               Gate(name="stable", passed=False, severity="warning", detail="folds differ")),
        warnings=("much is missing",), rows=100, submission=Path("/h/submission.csv"),
        solution=Path("/h/solution.py"), report=Path("/h/report.md"), seconds=61.23456,
        stages={"train": StageTime(seconds=50.123456, cached=cached)}, mlflow_run_id="m1",
    )  # fmt: skip


def test_the_object_for_programs() -> None:
    content = json.loads(json.dumps(solved_json(solved())))
    assert content.keys() >= {
        "run_id", "slug", "task_type", "metric", "higher_is_better", "cv_score", "cv_std",
        "submission", "solution", "seconds", "stages", "mlflow_run_id",
    }  # fmt: skip
    assert content["cv_score"] == 0.8123456789
    assert content["seconds"] == 61.235
    assert content["stages"] == {"train": {"seconds": 50.123, "cached": False}}
    assert content["submission"] == "/h/submission.csv"


def test_the_lines_for_people(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("MLFLOW_TRACKING_URI", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    home = Home(root=tmp_path / "my home")
    text = "\n".join(solved_lines(solved(), home))
    assert "0.812346 ± 0.012 accuracy (higher is better; a dummy scores 0.5)" in text
    assert "stable: warning, folds differ" in text
    assert "/h/submission.csv (100 rows)" in text
    assert "much is missing" in text
    assert "cache" not in text
    mlflow = next(line for line in text.splitlines() if "mlflow" in line and "ui" in line)
    words = shlex.split(mlflow.partition("   then")[0])
    assert words[-1] == f"sqlite:///{home.mlflow}/mlflow.db"
    prefect = next(line for line in text.splitlines() if "server start" in line)
    setting, _, _ = prefect.removeprefix("  flow runs   ").rpartition(" server start")
    shell = f"{setting.rpartition(' ')[0]} env"
    assert database_url(home.prefect) in subprocess.check_output(shell, shell=True, text=True)
    assert "from the cache" in "\n".join(solved_lines(solved(cached=True), home))


def test_own_servers_are_named_instead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mlflow.example:5000")
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example:4200/api")
    text = "\n".join(solved_lines(solved(), Home(root=tmp_path)))
    assert "http://mlflow.example:5000" in text
    assert "http://prefect.example:4200" in text
    assert "server start" not in text


@pytest.mark.parametrize(("bad_input", "code"), [(True, 2), (False, 1)])
def test_a_failure_as_one_object(
    bad_input: bool, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    blocker = Blocker(code="full", what="The disk is full.", means="", next="Make room.")
    failure = FAILURE.model_copy(update={"bad_input": bad_input})
    assert print_failure(failure, as_json=True, run_id="r1", blockers=(blocker,)) == code
    printed = capsys.readouterr()
    content = json.loads(printed.out)
    assert content["error"] == {
        "what": "It broke.",
        "means": "Nothing was lost.",
        "next": "Try again.",
    }
    assert content["blockers"][0]["code"] == "full"
    assert content["run_id"] == "r1"
    assert printed.err == ""


def test_a_failure_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert print_failure(FAILURE, as_json=False) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "Error: It broke.\nNothing was lost.\nNext: Try again.\n"


def test_every_blocker_has_its_own_way_out() -> None:
    blockers = (
        Blocker(code="a", what="One.", means="So.", next="Do this."),
        Blocker(code="b", what="Two.", means="", next="Do that."),
    )
    lines = failure_text(FAILURE, blockers).splitlines()
    assert [line for line in lines if line.startswith("*")] == ["* One.", "* Two."]
    assert "  Next: Do this." in lines
    assert "  Next: Do that." in lines
