"""Blends of handmade trials: their weights, their files, and how they are judged."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from agent_core.blend import Blend, blend_trials
from agent_core.evaluation import Evaluation, evaluate_trial
from agent_core.profile import PredictionKind, Task
from agent_core.scoring.layout import prediction_frame
from agent_core.scoring.predictions import metric_of, to_predictions
from agent_core.scoring.votes import make_ballot
from agent_core.submission import make_submission
from agent_core.template.blending import mix
from agent_core.trial import Trial
from tests.agent_core.small_competition import (
    QUANTITIES,
    TEST_ROWS,
    TRUTH,
    SmallCompetition,
    churn,
    evaluate,
    make_trial,
    near,
    oof_text,
    regression,
    small_competition,
    submission_text,
)

Part = tuple[Trial, Evaluation]
HIGH = np.where(np.arange(12) % 2 == 0, 1.0, -1.0)


def part(
    made: SmallCompetition, folder: Path, columns: str, oof: list[str], test: list[str]
) -> Part:
    """A trial with these answers, and its evaluation."""
    trial = make_trial(folder)
    (folder / "out" / "oof.csv").write_text(oof_text(columns, oof))
    (folder / "out" / "submission.csv").write_text(submission_text(columns, test))
    return trial, evaluate_trial(trial, made.profile, made.dataset)


def numbers(values: np.ndarray) -> list[str]:
    return [f"{value:.4f}" for value in values]


def blended(made: SmallCompetition, folder: Path, *parts: Part) -> Blend:
    return blend_trials(parts, made.profile, made.dataset, folder / "blend")


def test_errors_that_cancel_out_are_blended(tmp_path: Path) -> None:
    made = regression(tmp_path)
    one = part(made, tmp_path / "1", "y", numbers(TRUTH + 3 * HIGH), ["10", "20", "30", "40"])
    other = part(made, tmp_path / "2", "y", numbers(TRUTH - 3.2 * HIGH), ["20", "30", "40", "50"])
    blend = blended(made, tmp_path, other, one)
    assert blend.trials == (one[0].fingerprint(), other[0].fingerprint())
    assert blend.weights == pytest.approx((0.5, 0.5), abs=0.05)
    assert not blend.single
    assert "clearly better" in blend.reason
    evaluation = evaluate_trial(blend, made.profile, made.dataset)
    assert evaluation.accepted
    assert evaluation.score is not None
    assert evaluation.score.value < 0.5
    assert evaluation.trial == blend.fingerprint()
    handed = make_submission(blend, evaluation, made.profile, made.dataset, tmp_path / "hand")
    first = float(blend.weights[0])
    values = pd.read_csv(handed.path)["y"]
    assert values.tolist() == pytest.approx([20 - 10 * first + 10 * k for k in range(4)])
    oof = blend.output("oof.csv")
    assert oof is not None
    assert oof.read_text().startswith("y\n")
    assert blend.output("notes.json") is None


def test_noise_is_no_reason_to_blend(tmp_path: Path) -> None:
    made = regression(tmp_path)
    random = np.random.default_rng(4)
    parts = [
        part(made, tmp_path / name, "y", numbers(TRUTH + random.normal(size=12)), TEST_ROWS)
        for name in "ab"
    ]
    blend = blended(made, tmp_path, *parts)
    best = min(parts, key=lambda found: found[1].score.value if found[1].score else np.inf)[0]
    assert blend.single
    assert blend.trials[0] == best.fingerprint()
    for name in ("oof.csv", "submission.csv"):
        assert (blend.folder / "out" / name).read_bytes() == (
            best.folder / "out" / name
        ).read_bytes()
    assert (
        evaluate_trial(blend, made.profile, made.dataset).score
        == evaluate(SmallCompetition(made.profile, made.dataset, best)).score
    )


def test_a_bad_trial_gets_no_weight(tmp_path: Path) -> None:
    made = regression(tmp_path)
    good = part(made, tmp_path / "1", "y", near(QUANTITIES), TEST_ROWS)
    bad = part(made, tmp_path / "2", "y", numbers(TRUTH + 9), TEST_ROWS)
    blend = blended(made, tmp_path, bad, good)
    assert blend.weights == (1.0, 0.0)
    assert blend.trials[0] == good[0].fingerprint()


def test_one_trial_is_handed_on(tmp_path: Path) -> None:
    made = regression(tmp_path)
    only = part(made, tmp_path / "1", "y", near(QUANTITIES), TEST_ROWS)
    blend = blended(made, tmp_path, only)
    assert blend.weights == (1.0,)
    assert blend.fingerprint() == blended(made, tmp_path / "again", only).fingerprint()


def test_only_accepted_trials_are_blended(tmp_path: Path) -> None:
    made = regression(tmp_path)
    worse = part(made, tmp_path / "1", "y", numbers(TRUTH[::-1]), TEST_ROWS)
    with pytest.raises(ValueError, match="accepted"):
        blended(made, tmp_path, worse)
    with pytest.raises(ValueError, match="accepted"):
        blended(made, tmp_path)


def test_labels_are_voted_on(tmp_path: Path) -> None:
    """Three trials, each wrong in other rows: the majority is always right."""
    made = churn(tmp_path, PredictionKind.LABEL, "accuracy", sample="No")
    right = np.array(["Yes", "No", "No", "Yes"] * 3)
    other = np.where(right == "Yes", "No", "Yes")
    parts = [
        part(
            made,
            tmp_path / str(number),
            "y",
            np.where(np.arange(12) // 3 % 3 == number, other, right).tolist(),
            ["Yes", "No", "Yes", "No"] if number else ["No", "No", "No", "No"],
        )
        for number in range(3)
    ]
    blend = blended(made, tmp_path, *parts)
    assert sorted(blend.weights) == pytest.approx([1 / 3] * 3)
    score = evaluate_trial(blend, made.profile, made.dataset).score
    assert score is not None
    assert score.value > 0.8
    answer = pd.read_csv(blend.folder / "out" / "submission.csv")["y"].tolist()
    assert answer == ["Yes", "No", "Yes", "No"]


LAYOUTS: dict[str, dict[str, Any]] = {
    "rankings": {
        "targets": {"y": ["a", "a", "b", "c"] * 3},
        "metric": "map_at_2",
        "kind": PredictionKind.RANKING,
        "task": Task.MULTICLASS,
        "labels": ("a", "b", "c"),
        "sample": "a b",
        "top": 2,
    },
    "class probabilities": {
        "targets": {"y": ["a", "a", "b", "c"] * 3},
        "metric": "multiclass_log_loss",
        "kind": PredictionKind.CLASS_PROBABILITIES,
        "task": Task.MULTICLASS,
        "labels": ("a", "b", "c"),
        "columns": ("p_c", "p_b", "p_a"),
        "column_labels": ("c", "b", "a"),
    },
    "other labels": {
        "targets": {"y": ["Yes", "No", "No", "Yes"] * 3},
        "metric": "accuracy",
        "kind": PredictionKind.LABEL,
        "task": Task.BINARY,
        "labels": ("No", "Yes"),
        "submitted_labels": ("0", "1"),
    },
    "several labels": {
        "targets": {"a": ["0", "1"] * 6, "b": ["1", "1", "0"] * 4},
        "metric": "f1_samples",
        "kind": PredictionKind.LABEL,
        "task": Task.MULTILABEL,
        "labels": ("0", "1"),
    },
    "whole numbers": {
        "targets": {"y": QUANTITIES},
        "metric": "rmse",
        "kind": PredictionKind.NUMBER,
        "integers": True,
    },
    "several quantities": {
        "targets": {"a": QUANTITIES, "b": QUANTITIES},
        "metric": "mcrmse",
        "kind": PredictionKind.NUMBER,
        "task": Task.MULTI_TARGET,
    },
}


ROWS = {
    "rankings": ["a b", "c a", "b"],
    "class probabilities": ["0.5,0.25,0.25", "0.125,0.125,0.75"],
    "other labels": ["0", "1"],
    "several labels": ["0,1", "1,1", "0,0"],
    "whole numbers": ["3", "-12"],
    "several quantities": ["1.5,2.25", "-3.0,40.125"],
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_predictions_are_written_as_they_are_read(tmp_path: Path, name: str) -> None:
    made = small_competition(tmp_path, **LAYOUTS[name])
    columns = list(made.profile.layout.columns)
    frame = pd.DataFrame([row.split(",") for row in ROWS[name]], columns=columns, dtype=str)
    array, problems = to_predictions(frame, made.profile, metric_of(made.profile))
    assert problems == []
    assert array is not None
    pd.testing.assert_frame_equal(prediction_frame(array, made.profile), frame)
    if made.profile.layout.kind != PredictionKind.RANKING:
        empty = prediction_frame(np.full_like(array, np.nan), made.profile)
        assert set(empty.to_numpy().ravel()) == {""}


def test_rankings_add_up(tmp_path: Path) -> None:
    made = small_competition(tmp_path, **LAYOUTS["rankings"])
    one, other = np.array([[0.0, 1.0], [2.0, -1.0]]), np.array([[0.0, 2.0], [2.0, -1.0]])
    ballot = make_ballot(made.profile, [one, other])
    votes = mix(np.stack([ballot.cast(one), ballot.cast(other)]), np.array([0.4, 0.6]))
    assert ballot.count(votes).tolist() == [[0, 2], [2, -1]]


def test_several_labels_are_voted_on_one_by_one(tmp_path: Path) -> None:
    made = small_competition(tmp_path, **LAYOUTS["several labels"])
    answers = [np.array([row], dtype=float) for row in ([0, 1], [1, 1], [1, 0])]
    ballot = make_ballot(made.profile, answers)
    votes = mix(np.stack([ballot.cast(answer) for answer in answers]), np.full(3, 1 / 3))
    assert ballot.count(votes).tolist() == [[1, 1]]
