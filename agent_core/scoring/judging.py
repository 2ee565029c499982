"""How a trial is judged: its out-of-fold predictions, scored by us, and the gates."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agent_core.blend import Blend
from agent_core.dataset import Dataset
from agent_core.errors import DataError, SurroundingsFailed
from agent_core.evaluation import Evaluation, Gate, Score
from agent_core.metrics.metric import Array, Metric
from agent_core.profile import Profile
from agent_core.scoring.adversarial import adversarial_auc
from agent_core.scoring.answers import id_problems, read_answer
from agent_core.scoring.baseline import constant_predictions, sample_prediction
from agent_core.scoring.checking import CheckedSubmission, check_submission, read_sample
from agent_core.scoring.gates import (
    adversarial_gate,
    baseline_gate,
    caution_gate,
    perfection_gate,
    shift_gate,
    stability_gate,
    valid_gate,
)
from agent_core.scoring.predictions import metric_of, read_truth, to_predictions
from agent_core.template.reading import read_text
from agent_core.trial import Trial

#: The profile's codes for a feature that alone gives the target away, and for test rows that are
#: training rows.
LEAK, SHARED = "leak_suspect", "shared_rows"


@dataclass(frozen=True)
class Validation:
    """The rows that count (validated, with a known truth): their truth, folds and places."""

    truth: Array
    folds: NDArray[np.int64]
    counted: NDArray[np.bool_]


def judge(trial: Trial | Blend, profile: Profile, dataset: Dataset) -> Evaluation:
    """The host's score of a trial and the outcome of every gate."""
    metric = metric_of(profile)
    validation = read_validation(trial.folder / "folds.csv", profile, dataset)
    truth = validation.truth[validation.counted]
    predictions, problems = out_of_fold(trial, profile, dataset, metric, validation.counted)
    score = None
    if predictions is not None:
        try:
            folds = validation.folds[validation.counted]
            score = score_of(metric, truth, predictions, folds)
        except ValueError as error:
            problems = [f"{metric.title} is not defined for the out-of-fold predictions: {error}"]
    sample = read_sample(profile, dataset)
    submission = trial.folder / "out" / "submission.csv"
    checked = check_submission(submission, profile, sample, metric)
    gates = [
        valid_gate("valid", problems, f"{int(validation.counted.sum()):,} rows are predicted"),
        valid_gate("valid_submission", checked.problems, f"{len(sample):,} rows as in the sample"),
    ]
    baseline = _baseline(metric, validation, sample, profile)
    if score is not None and predictions is not None:
        left_out = _folds(validation) - len(score.folds)
        gates += [
            baseline_gate(score, baseline),
            stability_gate(score, baseline, left_out),
            perfection_gate(truth, predictions, score, baseline, profile),
            *_leakage_gates(profile, dataset),
            *_shift_gates(predictions, checked, profile),
        ]
    trial_name = trial.fingerprint()
    return Evaluation(trial=trial_name, score=score, baseline=baseline, gates=tuple(gates))


def read_validation(path: Path, profile: Profile, dataset: Dataset) -> Validation:
    """The truth and the folds that the trial was given."""
    truth = read_truth(profile, dataset)
    if len(truth) != profile.rows_train:
        raise DataError(
            f"The training table has {len(truth):,} rows, the profile says {profile.rows_train:,}.",
            means="The data or the way they are read have changed since they were profiled.",
            next="Start the run again.",
        )
    try:
        frame = pd.read_csv(path).sort_values("row")
        if frame["row"].tolist() != list(range(len(truth))):
            raise ValueError("it does not name every training row once")
        folds = frame["fold"].to_numpy(dtype=np.int64)
    except (OSError, ValueError, KeyError) as error:
        raise SurroundingsFailed(
            f"The folds in {path} cannot be read ({error}).",
            means="Without them the trial's predictions cannot be scored.",
            next="Start the run again; the trial will be repeated.",
        ) from error
    known = np.isfinite(truth.reshape(len(truth), -1)).all(axis=1)
    return Validation(truth, folds, known & (folds >= 0))


def out_of_fold(
    trial: Trial | Blend,
    profile: Profile,
    dataset: Dataset,
    metric: Metric,
    counted: NDArray[np.bool_],
) -> tuple[Array | None, list[str]]:
    """The predictions of the rows that count, or what is wrong with oof.csv."""
    name = profile.layout.id_column
    header = profile.table("sample_submission").columns
    path = trial.folder / "out" / "oof.csv"
    answer = read_answer(path, header, profile.rows_train, optional=(name,))
    if answer.frame is None:
        return None, list(answer.problems)
    if not counted.any():
        return None, ["no training row with a known target is validated by any fold"]
    problems = _misplaced_rows(answer.frame, profile, dataset)
    predictions, wrong_values = to_predictions(answer.frame[counted], profile, metric)
    problems += [f"oof.csv, {problem}" for problem in wrong_values]
    return (None if problems else predictions), problems


def _misplaced_rows(frame: pd.DataFrame, profile: Profile, dataset: Dataset) -> list[str]:
    """Where ids were written, and the training table has such ids, they have to agree."""
    table, source = profile.table("train"), profile.layout.id_from
    name = profile.layout.id_column
    if name not in frame.columns or source is None or source not in table.columns:
        return []
    ids = read_text(dataset.root, table.name, table.format.model_dump(), [source])[source]
    return id_problems(frame[name].str.strip(), ids.str.strip(), "oof.csv")


def score_of(metric: Metric, truth: Array, predictions: Array, folds: NDArray[np.int64]) -> Score:
    """Over all rows at once, and fold by fold where the metric is defined for a fold.

    Raises ValueError where it is not defined for all rows.
    """
    value = metric.score(truth, predictions)
    if not np.isfinite(value):
        raise ValueError("the score is not finite")
    scores: list[float] = []
    for fold in np.unique(folds):
        try:
            scores.append(metric.score(truth[folds == fold], predictions[folds == fold]))
        except ValueError:
            # Told by the gate "stable": a fold may hold one class only.
            continue
    return Score(
        metric=metric.name,
        higher_is_better=metric.higher_is_better,
        value=float(value),
        std=float(np.std(scores)) if scores else 0.0,
        folds=tuple(scores),
    )


def _folds(validation: Validation) -> int:
    return len(np.unique(validation.folds[validation.counted]))


def _baseline(
    metric: Metric, validation: Validation, sample: pd.DataFrame, profile: Profile
) -> Score | None:
    """The better of the best constant and the sample submission's own; None where undefined."""
    known = np.isfinite(validation.truth.reshape(len(validation.truth), -1)).all(axis=1)
    truth, folds = validation.truth[known], validation.folds[known]
    if not (folds >= 0).any():
        return None
    answers = [constant_predictions(truth, folds, profile, metric)]
    from_sample = sample_prediction(sample, len(truth), profile, metric)
    answers += [] if from_sample is None else [from_sample]
    best: Score | None = None
    for answer in answers:
        try:
            score = score_of(metric, truth[folds >= 0], answer[folds >= 0], folds[folds >= 0])
        except ValueError:
            # A constant under a metric that is not defined for it is no baseline.
            continue
        best = score if best is None or score.better_than(best) else best
    return best


def _leakage_gates(profile: Profile, dataset: Dataset) -> list[Gate]:
    return [
        caution_gate("no_leaking_feature", profile, LEAK, "no single feature gives it away"),
        caution_gate("no_shared_rows", profile, SHARED, "no test row is a training row"),
        adversarial_gate(adversarial_auc(profile, dataset)),
    ]


def _shift_gates(predictions: Array, checked: CheckedSubmission, profile: Profile) -> list[Gate]:
    if checked.predictions is None or not len(checked.predictions):
        return []
    return [shift_gate(predictions, checked.predictions, profile.layout.kind)]
