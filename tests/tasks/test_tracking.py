import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from agent_core.home import Home
from agent_core.sandbox.sandbox import Outcome
from tasks import experiment_files, plots, tracking
from tasks.liveness import writer_tags
from tasks.record import SolveRecord
from tasks.tracking import track_solve, warm_up
from tasks.tracking_place import tracking_uri
from tests.tasks.solve_records import OUTPUTS, attempt, record

ROOT = Path(__file__).parents[2]

# MLflow 3.17 still asks SQLAlchemy 2.1 for a loader strategy that is going away.
pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy:DeprecationWarning")


@pytest.fixture
def solve(tracked_home: Home) -> SolveRecord:
    return record(attempt(tracked_home.trials / "1"))


def client_of(home: Home) -> MlflowClient:
    return MlflowClient(tracking_uri(home))


def children(client: MlflowClient, parent: Run) -> list[Run]:
    found = client.search_runs(
        [parent.info.experiment_id], f"tags.mlflow.parentRunId = '{parent.info.run_id}'"
    )
    return list(found)


def test_a_solve_is_a_run_with_parameters_scores_and_timings(
    tracked_home: Home, solve: SolveRecord
) -> None:
    tracked = track_solve(solve, tracked_home)

    assert tracked.problem == ""
    assert tracked.url is None
    client = client_of(tracked_home)
    run = client.get_run(tracked.mlflow_run_id)
    assert client.get_experiment(tracked.experiment_id).name == "shipwreck"
    assert run.info.status == "FINISHED"
    assert run.info.run_name == "shipwreck-brave-otter: rules, 60 s"
    assert run.info.end_time - run.info.start_time == 30_000
    assert run.data.params["models"] == "lightgbm, linear"
    assert run.data.params["budget_seconds"] == "60"
    assert run.data.params["seed"] == "7"
    assert run.data.metrics["cv_score"] == pytest.approx(0.82)
    assert run.data.metrics["cv_std"] == pytest.approx(0.0163)
    assert run.data.metrics["baseline_score"] == pytest.approx(0.62)
    assert run.data.metrics["seconds_train"] == 12.5
    assert run.data.metrics["seconds_total"] == 30
    history = client.get_metric_history(tracked.mlflow_run_id, "score_by_fold")
    assert [(point.step, point.value) for point in history] == [(0, 0.80), (1, 0.82), (2, 0.84)]


def test_tags_tie_the_run_to_prefect_and_to_what_it_was_made_of(
    tracked_home: Home, solve: SolveRecord
) -> None:
    tracked = track_solve(solve, tracked_home)

    tags = client_of(tracked_home).get_run(tracked.mlflow_run_id).data.tags
    assert tags["prefect.flow_run_id"] == "0f3a"
    assert tags["prefect.flow_run_name"] == "shipwreck-brave-otter"
    assert tags["prefect.flow_run_url"] == "http://127.0.0.1:4200/runs/0f3a"
    assert tags["solve"] == solve.run_id
    assert tags["fingerprint.dataset"] == solve.dataset.fingerprint()
    assert tags["fingerprint.trial"] == solve.attempts[0].trial.fingerprint()
    assert tags["stage.profile"] == "cached"
    assert tags["stage.train"] == "ran"
    assert tags["accepted"] == "yes"
    assert "0.82 ± 0.016" in tags["mlflow.note.content"]


def test_each_trial_is_a_child_run(tracked_home: Home) -> None:
    crashed = attempt(tracked_home.trials / "1", folds=None, outcome=Outcome.CRASHED)
    good = attempt(tracked_home.trials / "2", models=("xgboost",), called="draft 1")

    tracked = track_solve(record(crashed, good), tracked_home)

    client = client_of(tracked_home)
    parent = client.get_run(tracked.mlflow_run_id)
    second, first = sorted(children(client, parent), key=lambda run: run.info.run_name)
    assert (first.info.run_name, first.info.status) == ("template: lightgbm + linear", "FAILED")
    assert (second.info.run_name, second.info.status) == ("draft 1: xgboost", "FINISHED")
    assert "cv_score" not in first.data.metrics
    assert "It crashed." in first.data.tags["mlflow.note.content"]
    assert first.data.tags["gates_failed"] == "valid"
    assert second.data.metrics["trial_peak_memory_mb"] == 300
    assert parent.data.params["models"] == "xgboost"
    assert parent.info.status == "FINISHED"


def test_a_solve_without_a_submission_is_a_failed_run(tracked_home: Home) -> None:
    failed = record(attempt(tracked_home.trials / "1", folds=None, outcome=Outcome.TIMEOUT))

    tracked = track_solve(failed, tracked_home)

    run = client_of(tracked_home).get_run(tracked.mlflow_run_id)
    assert (tracked.problem, run.info.status) == ("", "FAILED")
    assert run.data.tags["solved"] == "no"


def test_artifacts_lie_in_the_home_and_can_be_read_back(
    tracked_home: Home, solve: SolveRecord, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    tracked = track_solve(solve, tracked_home)

    assert tracked.folder is not None
    assert tracked.folder.is_relative_to(tracked_home.mlflow / "artifacts")
    assert not (tmp_path / "mlruns").exists()
    client = client_of(tracked_home)
    assert (tracked.folder / "submission.csv").read_text() == OUTPUTS["submission.csv"]
    assert '"slug": "shipwreck"' in (tracked.folder / "profile.json").read_text()
    assert {item.path for item in client.list_artifacts(tracked.mlflow_run_id, "plots")} >= {
        "plots/confusion_matrix.png",
        "plots/fold_scores.png",
        "plots/feature_importance.png",
    }
    (child,) = children(client, client.get_run(tracked.mlflow_run_id))
    copied = Path(client.download_artifacts(child.info.run_id, ".", str(tmp_path)))
    for name, text in OUTPUTS.items():
        assert (copied / name).read_text() == text
        assert not (copied / name).is_symlink()
    assert (copied / "log.txt").read_text() == "fold 0\nfold 1\n"
    assert (copied / "solution.py").read_text() == "print('hello')\n"
    for name in ("folds.csv", "strategy.json", "evaluation.json"):
        assert (copied / name).stat().st_size > 0


def test_a_file_that_is_too_large_stays_where_it_is(
    tracked_home: Home, solve: SolveRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiment_files, "LARGEST_FILE_BYTES", len(OUTPUTS["oof.csv"]) - 1)

    tracked = track_solve(solve, tracked_home)

    client = client_of(tracked_home)
    (child,) = children(client, client.get_run(tracked.mlflow_run_id))
    names = {item.path for item in client.list_artifacts(child.info.run_id)}
    assert "oof.csv" not in names
    assert "importance.csv" in names
    note = child.data.tags["mlflow.note.content"]
    assert f"here: oof.csv, in {solve.attempts[0].trial.folder}" in note


def test_the_data_set_is_an_input_with_our_content_hash(
    tracked_home: Home, solve: SolveRecord
) -> None:
    tracked = track_solve(solve, tracked_home)

    (given,) = client_of(tracked_home).get_run(tracked.mlflow_run_id).inputs.dataset_inputs
    assert given.dataset.name == "shipwreck"
    assert given.dataset.digest == solve.dataset.fingerprint()[:12]
    assert json.loads(given.dataset.source) == {"uri": str(solve.dataset.root)}


def test_the_same_work_is_recorded_once(tracked_home: Home, solve: SolveRecord) -> None:
    first = track_solve(solve, tracked_home)
    later = solve.model_copy(
        update={"run_id": "another", "finished": solve.finished + timedelta(hours=1), "stages": ()}
    )

    assert track_solve(later, tracked_home) == first
    assert len(client_of(tracked_home).search_runs([first.experiment_id])) == 2


def test_other_work_is_another_run_of_the_same_experiment(
    tracked_home: Home, solve: SolveRecord
) -> None:
    first = track_solve(solve, tracked_home)
    second = track_solve(solve.model_copy(update={"budget": 120.0}), tracked_home)

    assert second.experiment_id == first.experiment_id
    assert second.mlflow_run_id != first.mlflow_run_id


def test_an_experiment_that_was_deleted_comes_back(tracked_home: Home, solve: SolveRecord) -> None:
    first = track_solve(solve, tracked_home)
    client_of(tracked_home).delete_experiment(first.experiment_id)

    again = track_solve(solve.model_copy(update={"budget": 120.0}), tracked_home)

    assert again.problem == ""
    assert again.experiment_id == first.experiment_id


def test_threads_record_at_the_same_time(tracked_home: Home) -> None:
    records = [
        record(attempt(tracked_home.trials / str(number)), slug=f"slug-{number % 2}", flow=None)
        for number in range(4)
    ]
    found = []
    threads = [
        threading.Thread(target=lambda one=one: found.append(track_solve(one, tracked_home)))
        for one in records
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [tracked.problem for tracked in found] == [""] * 4
    assert len({tracked.experiment_id for tracked in found}) == 2
    assert len({tracked.mlflow_run_id for tracked in found}) == 4


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


KILLED_WHILE_WRITING = """
import sys, time
from pathlib import Path
from agent_core.home import Home
from tasks import tracking
from tests.tasks.solve_records import attempt, record

def hang(*_):
    print("writing", flush=True)
    time.sleep(600)

tracking.write_run = hang
home = Home(root=Path(sys.argv[1]))
tracking.track_solve(record(attempt(home.trials / "other", models=("trees",))), home)
"""


@pytest.mark.slow
def test_a_run_whose_writer_was_killed_is_ended_by_the_next_one(
    tracked_home: Home, solve: SolveRecord
) -> None:
    client = client_of(tracked_home)
    with python(KILLED_WHILE_WRITING, str(tracked_home.root)) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        experiment_id = client.get_experiment_by_name("shipwreck").experiment_id
        (unfinished,) = client.search_runs([experiment_id])
        assert warm_up(tracked_home) == ""
        assert client.get_run(unfinished.info.run_id).info.status == "RUNNING"
        writer.send_signal(signal.SIGKILL)
        writer.wait()

    tracked = track_solve(solve, tracked_home)

    killed = client.get_run(unfinished.info.run_id)
    assert (killed.info.status, killed.info.end_time is None) == ("KILLED", False)
    assert client.get_run(tracked.mlflow_run_id).info.status == "FINISHED"


def test_runs_of_other_people_are_left_alone(tracked_home: Home) -> None:
    client = client_of(tracked_home)
    theirs = client.create_run("0")
    ours = client.create_run("0", tags=writer_tags())

    assert warm_up(tracked_home) == ""

    for run in (theirs, ours):
        assert client.get_run(run.info.run_id).info.status == "RUNNING"


def python(source: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", source, *arguments], cwd=ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


FIRST_USE = """
import sys
from pathlib import Path
from agent_core.home import Home
from tasks.tracking import warm_up

problem = warm_up(Home(root=Path(sys.argv[1])))
print(problem, file=sys.stderr)
sys.exit(problem != "")
"""


@pytest.mark.slow
def test_processes_that_meet_a_fresh_home_at_once(home: Home) -> None:
    started = [python(FIRST_USE, str(home.root)) for _ in range(3)]
    results = [(*process.communicate(), process.returncode) for process in started]

    assert results == [("", "\n", 0)] * 3


@pytest.mark.slow
def test_a_store_of_an_older_mlflow_is_upgraded(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory
    from mlflow.store.db import utils
    from mlflow.store.tracking.dbmodels.initial_models import Base

    home.mlflow.mkdir(parents=True)
    uri = tracking_uri(home)
    engine = utils.create_sqlalchemy_engine_with_retry(uri)
    Base.metadata.create_all(engine)
    config = utils._get_alembic_config(uri)
    newest = ScriptDirectory.from_config(config).get_revision("head")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, str(newest.down_revision))
    engine.dispose()
    # MLflow heals missing tables, but only ever complains about missing columns.
    monkeypatch.setattr(utils, "_all_tables_exist", lambda _: True)

    tracked = track_solve(record(attempt(home.trials / "1")), home)

    assert tracked.problem == ""


@pytest.mark.slow
def test_a_server_gets_runs_and_artifacts_over_http(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    arguments = [
        "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--backend-store-uri", f"sqlite:///{tmp_path}/server.db",
        "--artifacts-destination", str(tmp_path / "kept"),
    ]  # fmt: skip
    environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    log = (tmp_path / "server.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "mlflow", "server", *arguments], env=environment, cwd=tmp_path,
        stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    try:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{port}")
        deadline = time.monotonic() + 180
        while warm_up(home) != "":
            assert time.monotonic() < deadline, (tmp_path / "server.log").read_text()
            time.sleep(1)
        solve = record(attempt(home.trials / "1"))
        tracked = track_solve(solve, home)
        client = client_of(home)
        (child,) = children(client, client.get_run(tracked.mlflow_run_id))
        oof = client.download_artifacts(child.info.run_id, "oof.csv", str(tmp_path))
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)
        log.close()

    assert tracked.problem == ""
    assert tracked.folder is None
    assert tracked.url == (
        f"http://127.0.0.1:{port}/#/experiments/{tracked.experiment_id}"
        f"/runs/{tracked.mlflow_run_id}"
    )
    assert Path(oof).read_text() == OUTPUTS["oof.csv"]
    assert not home.mlflow.exists()
