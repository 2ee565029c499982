"""The checks between a score and a winner. Each gives one `Gate`.

Errors are for what is certainly wrong; whatever only looks suspicious is a warning.
"""

import numpy as np

from agent_core.evaluation import Gate, Score
from agent_core.metrics.metric import Array
from agent_core.profile import PredictionKind, Profile

#: Above this a model tells training from test rows with ease.
HIGH_ADVERSARIAL_AUC = 0.8
#: Distributions of predictions may differ by so much, beside what chance explains.
ALLOWED_SHIFT = 0.2
#: The 1 % point of the two-sample Kolmogorov-Smirnov statistic, in units of sqrt((n + m) / nm).
KOLMOGOROV_1_PERCENT = 1.63
#: A score that leaves less than this part of the baseline's distance to perfection.
SUSPICIOUSLY_SMALL = 1e-3
#: Targets with more distinct values than this are not predicted exactly by any honest model.
MANY_VALUES = 50


def valid_gate(name: str, problems: tuple[str, ...] | list[str], fine: str) -> Gate:
    """Whether an output is what was asked for."""
    detail = "; ".join(problems) if problems else fine
    return Gate(name=name, passed=not problems, severity="error", detail=detail)


def baseline_gate(score: Score, baseline: Score | None) -> Gate:
    """Whether the trial beats a constant; short of it by less than the spread is a warning."""
    name = "better_than_baseline"
    if baseline is None:
        detail = "the metric is not defined for a constant answer, so there is nothing to beat"
        return Gate(name=name, passed=True, severity="error", detail=detail)
    detail = f"{score.value:.6g} against {baseline.value:.6g} for the best constant answer"
    if score.better_than(baseline):
        return Gate(name=name, passed=True, severity="error", detail=detail)
    close = abs(score.value - baseline.value) <= score.std
    detail += f", within the spread between folds ({score.std:.3g})" if close else ""
    return Gate(name=name, passed=False, severity="warning" if close else "error", detail=detail)


def stability_gate(score: Score, baseline: Score | None, left_out: int) -> Gate:
    """Whether the folds agree: their spread is smaller than the lead over a constant."""
    folds = ", ".join(f"{value:.4g}" for value in score.folds)
    detail = f"spread {score.std:.3g} over {len(score.folds)} folds ({folds})"
    if left_out:
        detail += f"; left out, since the metric is not defined there: {left_out}"
    lead = abs(score.value - baseline.value) if baseline is not None else np.inf
    steady = len(score.folds) < 2 or score.std <= lead
    if not steady:
        detail += f", more than the lead of {lead:.3g} over a constant answer"
    return Gate(name="stable", passed=bool(steady), severity="warning", detail=detail)


def perfection_gate(
    truth: Array, prediction: Array, score: Score, baseline: Score | None, profile: Profile
) -> Gate:
    """Whether the score is too good to be true.

    Quantities of many values that are all met exactly were copied, not predicted: an error.
    """
    name = "not_too_good"
    if profile.layout.kind == PredictionKind.NUMBER and not profile.layout.integers:
        exact = float(np.mean(truth == prediction))
        if exact > 0.99 and len(np.unique(truth)) > MANY_VALUES:
            detail = (
                f"{exact:.1%} of the out-of-fold predictions repeat the target to the last digit"
            )
            return Gate(name=name, passed=False, severity="error", detail=detail)
    ideal = 1.0 if score.higher_is_better else 0.0
    distance = abs(ideal - baseline.value) if baseline is not None else np.inf
    suspicious = np.isfinite(distance) and abs(ideal - score.value) < SUSPICIOUSLY_SMALL * distance
    detail = f"{score.value:.6g}, perfect is {ideal:g}"
    if suspicious:
        detail += ": almost nothing is left to improve, which often means that a feature leaks"
    return Gate(name=name, passed=not suspicious, severity="warning", detail=detail)


def caution_gate(name: str, profile: Profile, code: str, fine: str) -> Gate:
    """What the profile warns of under ``code``."""
    found = [caution.message for caution in profile.warnings if caution.code == code]
    detail = " ".join(found) if found else fine
    return Gate(name=name, passed=not found, severity="warning", detail=detail)


def adversarial_gate(auc: float | None) -> Gate:
    """Whether training and test rows look alike."""
    name = "train_like_test"
    if auc is None:
        detail = "not tested: the tables share no plain columns, or are too small or too large"
        return Gate(name=name, passed=True, severity="warning", detail=detail)
    detail = f"a model tells them apart with ROC AUC {auc:.3f} (0.5 is chance)"
    passed = auc <= HIGH_ADVERSARIAL_AUC
    if not passed:
        detail += ": the score on training rows may not hold for the test rows"
    return Gate(name=name, passed=passed, severity="warning", detail=detail)


def shift_gate(out_of_fold: Array, test: Array, kind: PredictionKind) -> Gate:
    """Whether the predictions for test rows are spread as those for training rows are."""
    n, m = len(out_of_fold), len(test)
    distance = prediction_shift(out_of_fold, test, kind)
    allowed = ALLOWED_SHIFT + KOLMOGOROV_1_PERCENT * float(np.sqrt((n + m) / (n * m)))
    detail = f"distance {distance:.3f} between out-of-fold and test predictions"
    if distance > allowed:
        detail += f", more than {allowed:.3f}: models may treat the test rows differently"
    return Gate(
        name="predictions_alike", passed=distance <= allowed, severity="warning", detail=detail
    )


def prediction_shift(one: Array, other: Array, kind: PredictionKind) -> float:
    """0 (alike) to 1: the largest Kolmogorov-Smirnov statistic, or total variation of labels."""
    if kind == PredictionKind.CLASS_PROBABILITIES:
        return float(np.abs(one.mean(axis=0) - other.mean(axis=0)).sum() / 2)
    if kind == PredictionKind.RANKING:
        one, other = one[:, 0], other[:, 0]
    columns = zip(one.reshape(len(one), -1).T, other.reshape(len(other), -1).T, strict=True)
    if kind in {PredictionKind.LABEL, PredictionKind.RANKING}:
        return max(total_variation(left, right) for left, right in columns)
    return max(kolmogorov_smirnov(left, right) for left, right in columns)


def kolmogorov_smirnov(one: Array, other: Array) -> float:
    """The largest distance between the cumulative distributions of two samples."""
    grid = np.concatenate([one, other])
    below = np.searchsorted(np.sort(one), grid, side="right") / len(one)
    return float(
        np.abs(below - np.searchsorted(np.sort(other), grid, side="right") / len(other)).max()
    )


def total_variation(one: Array, other: Array) -> float:
    """Half the summed differences of the labels' frequencies."""
    labels = np.unique(np.concatenate([one, other]))
    gaps = [abs(np.mean(one == label) - np.mean(other == label)) for label in labels]
    return float(np.sum(gaps) / 2)
