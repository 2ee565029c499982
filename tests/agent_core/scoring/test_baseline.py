from pathlib import Path

import numpy as np
import pytest

from agent_core.profile import FoldScheme, PredictionKind, Task
from tests.agent_core.small_competition import (
    QUANTITIES,
    TEST_ROWS,
    TRUTH,
    churn,
    evaluate,
    near,
    oof_text,
    regression,
    small_competition,
    submission_text,
)


def test_the_baseline_is_the_constant_of_the_other_folds(tmp_path: Path) -> None:
    evaluation = evaluate(regression(tmp_path))
    folds = np.arange(12) % 3
    means = np.array([TRUTH[folds != fold].mean() for fold in folds])
    assert evaluation.baseline is not None
    medians = np.array([np.median(TRUTH[folds != fold]) for fold in folds])
    options = [np.sqrt(((TRUTH - guess) ** 2).mean()) for guess in (means, medians)]
    assert evaluation.baseline.value == pytest.approx(options[0])


def test_a_better_constant_in_the_sample_is_the_baseline(tmp_path: Path) -> None:
    made = regression(tmp_path, sample=f"{TRUTH.mean():.6f}")
    baseline = evaluate(made).baseline
    assert baseline is not None
    assert baseline.value == pytest.approx(TRUTH.std(), rel=1e-6)


def test_a_time_forward_baseline_knows_the_past_only(tmp_path: Path) -> None:
    folds = [-1] * 4 + [0] * 4 + [1] * 4
    made = regression(tmp_path, folds=folds, scheme=FoldScheme.TIME_FORWARD)
    made.answer(oof=oof_text("y", [""] * 4 + near(QUANTITIES)[4:]))
    evaluation = evaluate(made)
    assert evaluation.score is not None
    assert len(evaluation.score.folds) == 2
    assert evaluation.accepted
    assert any("8 rows are predicted" in gate.detail for gate in evaluation.gates)
    assert evaluation.baseline is not None
    past = TRUTH[:4].mean()
    assert evaluation.baseline.folds[0] == pytest.approx(np.sqrt(((TRUTH[4:8] - past) ** 2).mean()))


def test_labels_are_compared_with_the_commonest_one(tmp_path: Path) -> None:
    made = churn(tmp_path, PredictionKind.LABEL, "accuracy", sample="No")
    answers = ["Yes", "No", "No", "Yes"] * 2 + ["No", "No", "No", "Yes"]
    made.answer(oof_text("y", answers), submission_text("y", ["Yes", "No", "No", "No"]))
    evaluation = evaluate(made)
    assert evaluation.score is not None
    assert evaluation.score.value == pytest.approx(11 / 12)
    assert evaluation.baseline is not None
    assert evaluation.baseline.value <= 0.5
    assert evaluation.accepted


def test_class_probabilities_with_their_prior_as_baseline(tmp_path: Path) -> None:
    made = small_competition(
        tmp_path,
        targets={"y": ["a", "a", "b", "c"] * 3},
        metric="multiclass_log_loss",
        kind=PredictionKind.CLASS_PROBABILITIES,
        task=Task.MULTICLASS,
        labels=("a", "b", "c"),
        columns=("c", "b", "a"),
        sample="0.333333,0.333333,0.333334",
    )
    rows = ["0.1,0.1,0.8", "0.1,0.2,0.7", "0.2,0.6,0.2", "0.7,0.2,0.1"] * 3
    made.answer(oof_text("c,b,a", rows), submission_text("c,b,a", rows[:4]))
    evaluation = evaluate(made)
    assert evaluation.score is not None
    expected = -np.log([0.8, 0.7, 0.6, 0.7]).mean()
    assert evaluation.score.value == pytest.approx(expected)
    assert evaluation.baseline is not None
    assert np.log(3) * 0.8 < evaluation.baseline.value <= np.log(3) + 1e-6
    assert evaluation.accepted


def test_rankings_are_compared_with_the_commonest_labels(tmp_path: Path) -> None:
    made = small_competition(
        tmp_path,
        targets={"y": ["a", "a", "b", "c"] * 3},
        metric="map_at_2",
        kind=PredictionKind.RANKING,
        task=Task.MULTICLASS,
        labels=("a", "b", "c"),
        sample="a b",
        top=2,
    )
    rows = ["a b", "a c", "b a", "b c"] * 3
    made.answer(oof_text("y", rows), submission_text("y", rows[:4]))
    evaluation = evaluate(made)
    assert evaluation.score is not None
    assert evaluation.score.value == pytest.approx((1 + 1 + 1 + 0.5) / 4)
    assert evaluation.baseline is not None
    assert evaluation.baseline.value == pytest.approx(0.625)


def test_a_sample_that_is_no_constant_is_no_baseline(tmp_path: Path) -> None:
    made = regression(tmp_path)
    before = evaluate(made).baseline
    made.answer(submission=submission_text("y", TEST_ROWS))
    sample = made.dataset.root / "sample_submission.csv"
    sample.write_text(submission_text("y", ["27", "26", "27", "27"]))
    assert evaluate(made).baseline == before
    sample.write_text(submission_text("y", ["?"] * 4))
    assert evaluate(made).baseline == before


def test_a_first_fold_without_a_past_gets_the_constant_of_all_rows(tmp_path: Path) -> None:
    folds = [0] * 6 + [1] * 6
    made = regression(tmp_path, folds=folds, scheme=FoldScheme.TIME_FORWARD)
    baseline = evaluate(made).baseline
    assert baseline is not None
    whole = TRUTH.mean()
    assert baseline.folds[0] == pytest.approx(np.sqrt(((TRUTH[:6] - whole) ** 2).mean()))


def test_negative_quantities_have_a_baseline_too(tmp_path: Path) -> None:
    values = [f"{float(value) - 25}" for value in QUANTITIES]
    made = small_competition(
        tmp_path, targets={"y": values}, metric="mae", kind=PredictionKind.NUMBER
    )
    made.answer(oof_text("y", near(values)), submission_text("y", TEST_ROWS))
    baseline = evaluate(made).baseline
    assert baseline is not None
    assert 8 < baseline.value < 14
