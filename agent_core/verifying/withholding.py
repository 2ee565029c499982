"""Which rows are withheld: those of the fold that claims the most."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent_core.metrics.metric import Array, Metric
from agent_core.profile import FoldScheme, Profile
from agent_core.scoring.baseline import constant_predictions

Rows = NDArray[np.int64]


class CannotWithhold(Exception):
    """Why no fold of this competition can be withheld, in plain words. Never leaves the room."""


@dataclass(frozen=True)
class Claim:
    """What a trial says of every row that counts.

    All arrays are of the same rows: ``rows`` are their places in the training table, ``truth`` and
    ``predictions`` as metrics take them, ``constant`` is what a dummy predicts for them.
    """

    rows: Rows
    folds: Rows
    truth: Array
    predictions: Array
    constant: Array

    def of_fold(self, fold: int) -> "Claim":
        """The part of one fold."""
        return self.at(np.flatnonzero(self.folds == fold))

    def at(self, places: Rows) -> "Claim":
        """The part at these places of the arrays."""
        return Claim(
            self.rows[places],
            self.folds[places],
            self.truth[places],
            self.predictions[places],
            self.constant[places],
        )


@dataclass(frozen=True)
class Withheld:
    """``rows`` of the training table become test rows, ``learn`` remain. Both are in order."""

    fold: int
    rows: Rows
    learn: Rows


def make_claim(
    rows: Rows, folds: Rows, truth: Array, predictions: Array, profile: Profile, metric: Metric
) -> Claim:
    """The claim with the best constant answer beside it."""
    constant = constant_predictions(truth, folds, profile, metric)
    return Claim(rows, folds, truth, predictions, constant)


def choose_withheld(claim: Claim, folds: Rows, profile: Profile, metric: Metric) -> Withheld:
    """The fold with the largest lead over a constant, and who may learn for it.

    ``folds`` are those of all training rows. What cheats in some folds only cheats there. The only
    rows of a class stay in training, since no model can predict a class that it never saw. Raises
    CannotWithhold where the metric is defined for no fold, or nothing would be left to learn from.
    """
    leads = {}
    for fold in np.unique(claim.folds):
        lead = relative_lead(claim.of_fold(int(fold)), metric)
        if lead is not None and _learners(folds, int(fold), profile).any():
            leads[int(fold)] = lead
    if not leads:
        raise CannotWithhold(f"{metric.title} is not defined for the rows of any single fold")
    fold = max(leads, key=lambda number: leads[number])
    learners = _learners(folds, fold, profile)
    mine = claim.of_fold(fold)
    taught = np.isin(claim.rows, np.flatnonzero(learners))
    alone = _untaught(mine.truth, claim.truth[taught], profile)
    learners[mine.rows[alone]] = True
    rows = mine.rows[~alone]
    if len(rows) < 2 or learners.sum() < 2:
        raise CannotWithhold("too few rows would be left to learn from or to predict")
    return Withheld(fold, np.sort(rows), np.flatnonzero(learners))


def _learners(folds: Rows, fold: int, profile: Profile) -> NDArray[np.bool_]:
    """The rows that the models of ``fold`` may learn from, as the contract says."""
    if profile.folds.scheme is FoldScheme.TIME_FORWARD:
        return np.asarray(folds < fold)
    return np.asarray(folds != fold)


def _untaught(truth: Array, taught: Array, profile: Profile) -> NDArray[np.bool_]:
    """Which rows are of a class that no other row teaches."""
    classes = profile.targets[0].labels is not None and len(profile.targets) == 1
    if not classes or len(np.unique(truth)) > len(profile.targets[0].labels or ()):
        return np.zeros(len(truth), dtype=bool)
    return ~np.isin(truth, taught)


def relative_lead(claim: Claim, metric: Metric) -> float | None:
    """How far the claim is ahead of a constant; for errors, as a part of the constant's error.

    Where only the constant has no score (a correlation), how good the claim is. None where the
    metric is not defined for these rows.
    """
    claimed = defined_score(metric, claim.truth, claim.predictions)
    dummy = defined_score(metric, claim.truth, claim.constant)
    if claimed is None:
        return None
    sign = 1.0 if metric.higher_is_better else -1.0
    if dummy is None:
        return sign * claimed
    scale = 1.0 if metric.higher_is_better else max(abs(dummy), 1e-12)
    return sign * (claimed - dummy) / scale


def defined_score(metric: Metric, truth: Array, predictions: Array) -> float | None:
    """The score, None where the metric is not defined for these rows."""
    try:
        score = metric.score(truth, predictions)
    except ValueError:
        return None
    return float(score) if np.isfinite(score) else None
