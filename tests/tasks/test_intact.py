"""A kept result whose files are gone or damaged is worth nothing."""

import hashlib
from pathlib import Path

from agent_core.blend import Blend
from agent_core.competition import Competition
from agent_core.dataset import DataFile, Dataset
from agent_core.sandbox.sandbox import Outcome
from agent_core.strategy import Strategy
from agent_core.submission import Submission
from tasks.intact import is_intact
from tasks.record import Tracked, Tryout
from tests.tasks import solve_records


def _dataset(root: Path) -> Dataset:
    root.mkdir()
    (root / "train.csv").write_text("a,b\n")
    competition = Competition(slug="s", title="S", origin="folder")
    file = DataFile(name="train.csv", bytes=4, sha256="0" * 64)
    return Dataset(competition=competition, files=(file,), root=root)


def test_dataset(tmp_path: Path) -> None:
    dataset = _dataset(tmp_path / "data")
    assert is_intact(dataset)
    dataset.path("train.csv").write_text("a,")
    assert not is_intact(dataset)
    dataset.path("train.csv").unlink()
    assert not is_intact(dataset)


def test_trial(tmp_path: Path) -> None:
    trial = solve_records.attempt(tmp_path / "trial").trial
    assert is_intact(trial)
    (trial.folder / "out" / "oof.csv").unlink()
    assert not is_intact(trial)


def test_a_trial_without_an_answer_is_tried_again(tmp_path: Path) -> None:
    trial = solve_records.attempt(tmp_path / "trial", outcome=Outcome.CRASHED).trial
    assert is_intact(trial)  # it left complete outputs before it crashed
    assert not is_intact(trial.model_copy(update={"outputs": trial.outputs[:1]}))


def test_submission(tmp_path: Path) -> None:
    path = tmp_path / "submission.csv"
    path.write_text("id,y\n1,0\n")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    submission = Submission(evaluation="e", rows=1, columns=("y",), sha256=sha256, path=path)
    assert is_intact(submission)
    path.write_text("id,y\n1,1\n")
    assert not is_intact(submission)
    path.unlink()
    assert not is_intact(submission)


def test_tracked(tmp_path: Path) -> None:
    tracked = Tracked(mlflow_run_id="r", experiment_id="1", folder=tmp_path)
    assert is_intact(tracked)
    assert is_intact(tracked.model_copy(update={"folder": None}))
    assert not is_intact(tracked.model_copy(update={"folder": tmp_path / "gone"}))
    assert not is_intact(tracked.model_copy(update={"problem": "the disk is full"}))


def test_a_value_without_files_is_always_intact() -> None:
    assert is_intact(Strategy(profile="", planner="rules", summary="", reasons=(), models=()))


def test_a_trial_of_a_search_is_kept_whatever_it_came_to(tmp_path: Path) -> None:
    crashed = solve_records.attempt(tmp_path / "1", outcome=Outcome.CRASHED).trial
    assert crashed
    assert is_intact(Tryout(trial=crashed))
    assert is_intact(Tryout(trial=crashed.model_copy(update={"outputs": ()})))
    assert is_intact(Tryout(trial=None))
    (crashed.folder / "out" / "notes.json").unlink()
    assert not is_intact(Tryout(trial=crashed))


def test_blend(tmp_path: Path) -> None:
    trial = solve_records.attempt(tmp_path / "1").trial
    assert trial
    blend = Blend(
        trials=("a", "b"), weights=(0.5, 0.5), reason="", outputs=trial.outputs, folder=trial.folder
    )
    assert is_intact(blend)
    (trial.folder / "out" / "submission.csv").write_text("cut")
    assert not is_intact(blend)
