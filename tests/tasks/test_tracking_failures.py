"""A tracker that fails never costs a solve: what went wrong comes back as text."""

import socket
import time

import pytest

from agent_core.home import Home
from tasks import plots, tracking
from tasks.record import SolveRecord
from tasks.tracking import track_solve, warm_up
from tests.tasks.solve_records import attempt, record
from tests.tasks.stores import client_of

# MLflow 3.17 still asks SQLAlchemy 2.1 for a loader strategy that is going away.
pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy:DeprecationWarning")


def test_a_server_that_is_down_costs_nothing_but_the_record(
    tracked_home: Home, solve: SolveRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://me:secret@127.0.0.1:{port}")

    began = time.monotonic()
    tracked = track_solve(solve, tracked_home)

    assert time.monotonic() - began < 30
    assert tracked.mlflow_run_id is None
    assert f"http://127.0.0.1:{port}" in tracked.problem
    assert "The solve itself is not affected. Start the MLflow server" in tracked.problem
    assert "secret" not in tracked.problem
    assert warm_up(tracked_home) == tracked.problem


def test_a_store_that_cannot_be_made_is_reported(home: Home) -> None:
    home.root.mkdir()
    home.mlflow.write_text("a file where a folder should be")

    tracked = track_solve(record(attempt(home.trials / "1")), home)

    assert tracked.mlflow_run_id is None
    assert str(home.mlflow) in tracked.problem
    assert "free space and the permissions" in tracked.problem


def test_artifacts_that_cannot_be_written_leave_a_failed_run(
    tracked_home: Home, solve: SolveRecord
) -> None:
    (tracked_home.mlflow / "artifacts").write_text("in the way")

    tracked = track_solve(solve, tracked_home)

    assert "not (fully) stored" in tracked.problem
    run = client_of(tracked_home).get_run(tracked.mlflow_run_id)
    assert run.info.status == "FAILED"
    (tracked_home.mlflow / "artifacts").unlink()
    again = track_solve(solve, tracked_home)
    assert (again.problem, again.mlflow_run_id != tracked.mlflow_run_id) == ("", True)


def test_an_address_that_mlflow_refuses_is_reported(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "nonsense://somewhere")

    assert "Check MLFLOW_TRACKING_URI" in warm_up(home)


def test_plots_that_cannot_be_drawn_are_reported_and_drawn_the_next_time(
    tracked_home: Home, solve: SolveRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: SolveRecord) -> dict[str, bytes]:
        raise ValueError("ugly numbers")

    with monkeypatch.context() as patch:
        patch.setattr(plots, "plots_of", broken)
        first = track_solve(solve, tracked_home)
    second = track_solve(solve, tracked_home)

    assert "plots could not be drawn: ValueError: ugly numbers" in first.problem
    run = client_of(tracked_home).get_run(first.mlflow_run_id)
    assert (run.info.status, run.data.metrics["cv_score"]) == ("FINISHED", pytest.approx(0.82))
    assert (second.problem, second.mlflow_run_id != first.mlflow_run_id) == ("", True)


def test_a_mistake_of_ours_is_not_taken_for_a_broken_store(
    tracked_home: Home, solve: SolveRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(tracking, "describe_trial", broken)
    with pytest.raises(KeyError, match="a bug"):
        track_solve(solve, tracked_home)
