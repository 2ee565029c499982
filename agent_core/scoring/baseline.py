"""What an answer is worth that looks at no feature: the best constant for the metric."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agent_core.metrics.metric import Array, Metric
from agent_core.profile import FoldScheme, PredictionKind, Profile
from agent_core.scoring.predictions import class_order, to_predictions

#: Constants tried for quantities, beside the mean and the geometric mean of 1 + x.
QUANTILES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
MOST_LABELS = 20


def constant_predictions(
    truth: Array, folds: NDArray[np.int64], profile: Profile, metric: Metric
) -> Array:
    """For every row a constant that was chosen without looking at the row's own fold.

    ``truth`` has no NaN. The constant of a fold is the one that scores best on the rows that its
    models may learn from. Where the metric does not tell constants apart (ROC AUC), all folds get
    the same one: constants that differ between folds would rank the folds instead of the rows.
    """
    everywhere = _best_constant(truth, profile, metric)
    prediction = np.repeat(everywhere[None], len(truth), axis=0)
    if _is_blind_to_constants(truth, profile, metric):
        return prediction
    forward = profile.folds.scheme == FoldScheme.TIME_FORWARD
    for fold in np.unique(folds[folds >= 0]):
        learn = folds < fold if forward else folds != fold
        if learn.any():
            prediction[folds == fold] = _best_constant(truth[learn], profile, metric)
    return prediction


def sample_prediction(
    sample: pd.DataFrame, rows: int, profile: Profile, metric: Metric
) -> Array | None:
    """The sample submission's constant for so many rows; None where it holds no constant."""
    first = sample.iloc[:1]
    columns = list(profile.layout.columns)
    if not len(sample) or (sample[columns] != first[columns].to_numpy()).any(axis=None):
        return None
    constant, problems = to_predictions(first, profile, metric)
    return None if constant is None or problems else np.repeat(constant, rows, axis=0)


def _best_constant(truth: Array, profile: Profile, metric: Metric) -> Array:
    """The candidate that scores best; shape () or (width,), like one prediction."""
    candidates = _candidates(truth, profile)
    scores = [_score(truth, candidate, metric) for candidate in candidates]
    signed = np.array(scores) if metric.higher_is_better else -np.array(scores)
    signed[np.isnan(signed)] = -np.inf
    return candidates[int(signed.argmax())]


def _is_blind_to_constants(truth: Array, profile: Profile, metric: Metric) -> bool:
    scores = [_score(truth, candidate, metric) for candidate in _candidates(truth, profile)]
    known = [score for score in scores if np.isfinite(score)]
    return len(known) > 1 and float(np.ptp(known)) < 1e-12


def _score(truth: Array, constant: Array, metric: Metric) -> float:
    """The score of one constant, NaN where it is not defined."""
    try:
        return metric.score(truth, np.repeat(constant[None], len(truth), axis=0))
    except ValueError:
        return float("nan")


def _candidates(truth: Array, profile: Profile) -> list[Array]:
    """Constants worth trying, for this kind of prediction."""
    kind = profile.layout.kind
    if kind == PredictionKind.NUMBER:
        return _quantities(truth, profile.layout.integers)
    if kind == PredictionKind.LABEL:
        return _labels(truth)
    if kind == PredictionKind.PROBABILITY:
        prior = np.asarray(np.mean(truth, axis=0))
        return [prior, np.full_like(prior, 0.5)]
    counts = np.bincount(truth.astype(int), minlength=len(class_order(profile)))
    if kind == PredictionKind.CLASS_PROBABILITIES:
        # One row more per class: a class that these rows lack may still turn up.
        smoothed = (counts + 1) / (counts + 1).sum()
        return [smoothed, np.full(len(counts), 1 / len(counts))]
    return [np.argsort(-counts, kind="stable")[: profile.layout.top or 1].astype(float)]


def _quantities(truth: Array, whole: bool) -> list[Array]:
    found: list[Array] = [np.asarray(np.mean(truth, axis=0))]
    found += list(np.quantile(truth, QUANTILES, axis=0))
    if (truth >= 0).all():
        found.append(np.asarray(np.expm1(np.mean(np.log1p(truth), axis=0))))
    return [np.round(value) for value in found] if whole else found


def _labels(truth: Array) -> list[Array]:
    if truth.ndim == 1:
        labels, counts = np.unique(truth, return_counts=True)
        return [np.asarray(label, float) for label in labels[np.argsort(-counts)][:MOST_LABELS]]
    usual = np.asarray(np.round(np.mean(truth, axis=0)), float)
    return [usual, np.zeros_like(usual), np.ones_like(usual)]
