"""What of a solve is written to MLflow."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from agent_core.attempt import Attempt
from agent_core.home import Home
from agent_core.sandbox.sandbox import Outcome
from agent_core.solution import Solution
from agent_core.trial_tree import NodeKind
from tasks import experiment_files
from tasks.record import SolveRecord
from tasks.tracking import track_solve
from tests.tasks.solve_records import OUTPUTS, attempt, record
from tests.tasks.stores import children, client_of

# MLflow 3.17 still asks SQLAlchemy 2.1 for a loader strategy that is going away.
pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy:DeprecationWarning")


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


def test_what_a_search_tried_can_be_read_in_its_children(tracked_home: Home) -> None:
    template = attempt(tracked_home.trials / "1")
    changed = Solution(source="print('hello')\nprint('world')\n", strategy="s")
    better = attempt(tracked_home.trials / "2", called="improve 1").model_copy(
        update={
            "parent": "template",
            "solution": changed,
            "failure": "leak",
            "message": "It | leaks.",
        }
    )
    unwritten = Attempt(
        name="draft 9", kind=NodeKind.DRAFT, strategy=template.strategy, message="It refused."
    )
    solve = record(template, better, unwritten).model_copy(update={"stopped": "Time is up."})
    tracked = track_solve(solve, tracked_home)
    client = client_of(tracked_home)
    parent = client.get_run(tracked.mlflow_run_id)
    found = {run.data.tags["trial"]: run for run in children(client, parent)}
    assert "The search ended: Time is up." in parent.data.tags["mlflow.note.content"]
    assert found["improve 1"].data.tags["trial.parent"] == "template"
    assert found["improve 1"].data.tags["failure"] == "leak"
    assert "It / leaks." in found["improve 1"].data.tags["mlflow.note.content"]
    patch = client.download_artifacts(found["improve 1"].info.run_id, "diff.patch")
    assert "+print('world')" in Path(patch).read_text()
    assert found["draft 9"].info.status == "FAILED"
    assert found["draft 9"].data.tags["trial.state"] == "unwritten"
    assert "It refused." in found["draft 9"].data.tags["mlflow.note.content"]
