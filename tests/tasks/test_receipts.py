"""What Kaggle said, beside the scores of the run in MLflow."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent_core.home import Home
from agent_core.receipt import receipt_file, write_receipt
from tasks.record import SolveRecord
from tasks.tracking import track_solve
from tasks.tracking.receipts import track_receipt
from tests.agent_core.submitting.orders import solved_run
from tests.agent_core.test_receipt import RECEIPT
from tests.tasks.stores import client_of

# MLflow 3.17 still asks SQLAlchemy 2.1 for a loader strategy that is going away.
pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy:DeprecationWarning")


def check(home: Home, run_id: str, tmp_path: Path) -> None:
    client = client_of(home)
    run = client.get_run(run_id)
    expected = {
        "public_score": 0.77,
        "leaderboard_rank": 3,
        "leaderboard_teams": 4,
        "leaderboard_percentile": 50,
        "cv_to_leaderboard_gap": -0.03,
    }
    assert {name: run.data.metrics.get(name) for name in expected} == pytest.approx(expected)
    assert "private_score" not in run.data.metrics
    assert run.data.metrics["cv_score"] == pytest.approx(0.82)
    assert run.data.tags["kaggle.submission"] == "1000"
    assert run.data.tags["kaggle.submission_state"] == "scored"
    path = client.download_artifacts(run_id, "receipt.json", str(tmp_path))
    assert json.loads(Path(path).read_text("utf-8"))["gap"] == pytest.approx(-0.03)


def test_a_receipt_joins_the_run(tracked_home: Home, solve: SolveRecord, tmp_path: Path) -> None:
    run_id = track_solve(solve, tracked_home).mlflow_run_id
    assert run_id

    assert track_receipt(RECEIPT, run_id, tracked_home) == ""
    assert track_receipt(RECEIPT, run_id, tracked_home) == ""

    check(tracked_home, run_id, tmp_path)


def test_a_run_that_is_not_there_is_told(tracked_home: Home) -> None:
    assert "not found" in track_receipt(RECEIPT, "0" * 32, tracked_home)


@pytest.mark.slow
def test_a_later_submission_is_written_by_a_process_of_its_own(
    tracked_home: Home, solve: SolveRecord, tmp_path: Path
) -> None:
    run_id = track_solve(solve, tracked_home).mlflow_run_id
    run = solved_run(tracked_home, mlflow_run_id=run_id)
    write_receipt(RECEIPT, receipt_file(tracked_home.runs / run.run_id))

    assert written(tracked_home, run.run_id) == ""
    check(tracked_home, str(run_id), tmp_path)

    untracked = solved_run(tracked_home)
    write_receipt(RECEIPT, receipt_file(tracked_home.runs / untracked.run_id))
    assert written(tracked_home, untracked.run_id) == "The run itself is not in MLflow."


def written(home: Home, run_id: str) -> str:
    return subprocess.run(
        (sys.executable, "-m", "tasks.receipt_tracking", run_id),
        env=os.environ | {"KAGGLE_AGENT_HOME": str(home.root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
