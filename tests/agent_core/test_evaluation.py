from pathlib import Path

import numpy as np
import pytest

from agent_core.errors import DataError, SurroundingsFailed
from agent_core.evaluation import Evaluation, Gate, Score
from agent_core.profile import Caution, PredictionKind, Task
from agent_core.sandbox.sandbox import Outcome
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
    table_text,
)


def gate(evaluation: Evaluation, name: str) -> Gate:
    return next(gate for gate in evaluation.gates if gate.name == name)


def test_a_good_trial_is_scored_and_accepted(tmp_path: Path) -> None:
    made = regression(tmp_path)
    evaluation = evaluate(made)
    guess = np.array([float(value) for value in near(QUANTITIES)])
    errors = (TRUTH - guess) ** 2
    assert evaluation.score is not None
    assert evaluation.score.value == pytest.approx(np.sqrt(errors.mean()))
    folds = [np.sqrt(errors[fold::3].mean()) for fold in range(3)]
    assert evaluation.score.folds == pytest.approx(folds)
    assert evaluation.score.std == pytest.approx(np.std(folds))
    assert not evaluation.score.higher_is_better
    assert evaluation.score.metric == "rmse"
    assert evaluation.accepted
    assert evaluation.trial == made.trial.fingerprint()
    assert {gate.name for gate in evaluation.gates if not gate.passed} == set()
    assert evaluation == evaluate(made)


def test_predictions_may_come_without_ids(tmp_path: Path) -> None:
    made = regression(tmp_path)
    before = evaluate(made)
    made.answer(oof=table_text("y", near(QUANTITIES)))
    assert evaluate(made) == before


def test_rows_without_a_truth_do_not_count(tmp_path: Path) -> None:
    values = [*QUANTITIES[:11], ""]
    made = small_competition(
        tmp_path, targets={"y": values}, metric="rmse", kind=PredictionKind.NUMBER
    )
    made.answer(oof_text("y", [*near(QUANTITIES)[:11], ""]), submission_text("y", TEST_ROWS))
    evaluation = evaluate(made)
    assert evaluation.accepted
    assert "11 rows" in gate(evaluation, "valid").detail


def test_no_row_to_validate_is_no_score(tmp_path: Path) -> None:
    made = regression(tmp_path, folds=[-1] * 12)
    evaluation = evaluate(made)
    assert evaluation.score is None
    assert evaluation.baseline is None
    assert "no training row" in gate(evaluation, "valid").detail


BAD_OUT_OF_FOLD = {
    "missing rows": oof_text("y", near(QUANTITIES)[:11]),
    "empty values": oof_text("y", [*near(QUANTITIES)[:11], ""]),
    "nan": oof_text("y", [*near(QUANTITIES)[:11], "nan"]),
    "infinite": oof_text("y", [*near(QUANTITIES)[:11], "1e999"]),
    "text": oof_text("y", ["many", *near(QUANTITIES)[1:]]),
    "another column": oof_text("z", near(QUANTITIES)),
    "rows in another order": table_text(
        "id,y", [f"t{row + 1},{value}" for row, value in reversed(list(enumerate(QUANTITIES)))]
    ),
    "empty": "",
    "binary": "id,y\n\0\n",
}


@pytest.mark.parametrize("name", BAD_OUT_OF_FOLD)
def test_unusable_predictions_are_no_score_and_a_failed_gate(tmp_path: Path, name: str) -> None:
    made = regression(tmp_path)
    made.answer(oof=BAD_OUT_OF_FOLD[name])
    evaluation = evaluate(made)
    assert evaluation.score is None
    assert not evaluation.accepted
    valid = gate(evaluation, "valid")
    assert not valid.passed
    assert valid.severity == "error"
    assert "oof.csv" in valid.detail
    assert gate(evaluation, "valid_submission").passed


def test_a_crashed_trial_without_outputs_is_judged_too(tmp_path: Path) -> None:
    made = regression(tmp_path)
    (made.out / "oof.csv").unlink()
    (made.out / "submission.csv").unlink()
    (made.out / "submission.csv").symlink_to("/etc/passwd")
    made.trial = made.trial.model_copy(update={"outcome": Outcome.CRASHED, "outputs": ()})
    evaluation = evaluate(made)
    assert evaluation.score is None
    assert "was not written" in gate(evaluation, "valid").detail
    assert "is a link" in gate(evaluation, "valid_submission").detail
    assert evaluation.baseline is not None


def test_good_predictions_with_a_bad_submission_are_scored_but_not_accepted(tmp_path: Path) -> None:
    made = regression(tmp_path)
    made.answer(submission=submission_text("y", [*TEST_ROWS[:3], ""]))
    evaluation = evaluate(made)
    assert evaluation.score is not None
    assert not evaluation.accepted
    assert "not a number" in gate(evaluation, "valid_submission").detail


def test_a_score_that_overflows_is_no_score(tmp_path: Path) -> None:
    made = regression(tmp_path)
    made.answer(oof=oof_text("y", ["1e200"] * 12))
    with np.errstate(over="ignore"):
        evaluation = evaluate(made)
    assert evaluation.score is None
    assert "not finite" in gate(evaluation, "valid").detail


def test_negative_quantities_under_rmsle_are_unusable(tmp_path: Path) -> None:
    made = regression(tmp_path, "rmsle")
    made.answer(oof=oof_text("y", ["-1", *near(QUANTITIES)[1:]]))
    assert "negative" in gate(evaluate(made), "valid").detail


def test_worse_than_a_constant_is_refused(tmp_path: Path) -> None:
    made = regression(tmp_path)
    made.answer(oof=oof_text("y", near(QUANTITIES[::-1])))
    evaluation = evaluate(made)
    failed = gate(evaluation, "better_than_baseline")
    assert not failed.passed
    assert failed.severity == "error"
    assert not evaluation.accepted


def test_worse_by_less_than_the_spread_is_only_warned_of(tmp_path: Path) -> None:
    made = regression(tmp_path)
    wrong_in_one_fold = TRUTH + np.where(np.arange(12) % 3 == 2, 40, 0.5)
    made.answer(oof=oof_text("y", [f"{value:.3f}" for value in wrong_in_one_fold]))
    evaluation = evaluate(made)
    failed = gate(evaluation, "better_than_baseline")
    assert not failed.passed
    assert failed.severity == "warning"
    assert "within the spread" in failed.detail
    assert evaluation.accepted
    assert not gate(evaluation, "stable").passed


def test_folds_where_the_metric_is_undefined_are_left_out_and_told(tmp_path: Path) -> None:
    folds = [0, 1, 1, 0] + [2] * 8
    made = churn(tmp_path, PredictionKind.PROBABILITY, "roc_auc", folds=folds, sample="0.5")
    probabilities = ["0.9", "0.2", "0.3", "0.8"] * 2 + ["0.1", "0.6", "0.2", "0.7"]
    made.answer(oof_text("y", probabilities), submission_text("y", ["0.1", "0.9", "0.5", "0.5"]))
    evaluation = evaluate(made)
    assert evaluation.score is not None
    assert len(evaluation.score.folds) == 1
    assert evaluation.score.value == pytest.approx(32 / 36, abs=0.06)
    assert "not defined there: 2" in gate(evaluation, "stable").detail
    assert evaluation.baseline is not None
    assert evaluation.baseline.value == 0.5


def test_a_single_class_gives_no_roc_auc(tmp_path: Path) -> None:
    made = small_competition(
        tmp_path,
        targets={"y": ["1"] * 12},
        metric="roc_auc",
        kind=PredictionKind.PROBABILITY,
        task=Task.BINARY,
        labels=("0", "1"),
    )
    made.answer(oof_text("y", ["0.5"] * 12), submission_text("y", ["0.5"] * 4))
    evaluation = evaluate(made)
    assert evaluation.score is None
    assert evaluation.baseline is None
    assert "only one class" in gate(evaluation, "valid").detail


def test_several_labels_per_row(tmp_path: Path) -> None:
    made = small_competition(
        tmp_path,
        targets={"a": ["0", "1"] * 6, "b": ["1", "1", "0"] * 4},
        metric="f1_samples",
        kind=PredictionKind.LABEL,
        task=Task.MULTILABEL,
        labels=("0", "1"),
    )
    rows = [f"{row % 2},{int(row % 3 != 2)}" for row in range(12)]
    made.answer(oof_text("a,b", rows), submission_text("a,b", rows[:4]))
    evaluation = evaluate(made)
    assert evaluation.score is not None
    assert evaluation.score.value == pytest.approx(10 / 12)
    assert evaluation.baseline is not None


def test_a_perfect_score_is_suspicious(tmp_path: Path) -> None:
    made = regression(tmp_path)
    made.answer(oof=oof_text("y", QUANTITIES))
    evaluation = evaluate(made)
    assert not gate(evaluation, "not_too_good").passed
    assert evaluation.accepted


def test_what_the_profile_warns_of_is_shown(tmp_path: Path) -> None:
    cautions = (
        Caution(code="leak_suspect", message="x gives the target away."),
        Caution(code="shared_rows", message="3 test rows are training rows."),
        Caution(code="small", message="Few rows."),
    )
    made = regression(tmp_path, warnings=cautions)
    evaluation = evaluate(made)
    assert gate(evaluation, "no_leaking_feature").detail == "x gives the target away."
    assert not gate(evaluation, "no_shared_rows").passed
    assert evaluation.accepted


def test_changed_data_are_noticed(tmp_path: Path) -> None:
    made = regression(tmp_path)
    made.profile = made.profile.model_copy(update={"rows_train": 13})
    with pytest.raises(DataError, match="12 rows, the profile says 13"):
        evaluate(made)


@pytest.mark.parametrize("content", [None, "row,fold\n0,1\n", "a,b\n1,2\n", ""])
def test_a_damaged_fold_file_is_not_the_trials_fault(tmp_path: Path, content: str | None) -> None:
    made = regression(tmp_path)
    path = made.trial.folder / "folds.csv"
    if content is None:
        path.unlink()
    else:
        path.write_text(content)
    with pytest.raises(SurroundingsFailed, match=r"folds\.csv"):
        evaluate(made)


def test_scores_of_different_metrics_cannot_be_compared() -> None:
    one = Score(metric="rmse", higher_is_better=False, value=1, std=0, folds=(1,))
    other = one.model_copy(update={"value": 2.0})
    assert one.better_than(other)
    assert not other.better_than(one)
    assert not one.better_than(one)
    with pytest.raises(ValueError, match="cannot compare"):
        one.better_than(one.model_copy(update={"metric": "mae"}))
