"""How trials are blended: weights chosen greedily, on other folds than those they predict."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agent_core.blend import Blend
from agent_core.dataset import Dataset
from agent_core.evaluation import Evaluation, Score
from agent_core.metrics.metric import Array, Metric
from agent_core.profile import PredictionKind, Profile
from agent_core.sandbox.sandbox import OutputFile
from agent_core.scoring.checking import check_submission, read_sample
from agent_core.scoring.judging import Validation, out_of_fold, read_validation, score_of
from agent_core.scoring.layout import prediction_frame
from agent_core.scoring.predictions import metric_of
from agent_core.scoring.votes import DRAW, Ballot, make_ballot
from agent_core.template.arrays import Floats
from agent_core.template.blending import MOST_ROWS, choose_weights, mix
from agent_core.template.job import sample_rows
from agent_core.template.outputs import write_table
from agent_core.trial import REQUIRED_OUTPUTS, Trial

Part = tuple[Trial, Evaluation]


@dataclass(frozen=True)
class Electorate:
    """The votes of every trial, the best one first, for training rows that count and test rows.

    ``known`` and ``asked`` have the shape (trials, rows, outputs).
    """

    known: Array
    asked: Array
    ballot: Ballot
    truth: Array
    folds: NDArray[np.int64]
    metric: Metric

    def weights(self, rows: NDArray[np.int64]) -> Array:
        """The weights that suit the metric best on ``rows``, by greedy forward selection.

        Caruana et al., Ensemble Selection from Libraries of Models, 2004. As there, the best few
        trials together are tried too: of two votes the second changes nothing, of three it may.
        """
        few = sample_rows(rows, MOST_ROWS, 0)
        truth = self.truth[few]

        def loss(votes: Floats) -> float:
            try:
                score = self.metric.score(truth, self.ballot.count(votes))
            except ValueError:
                # Not defined for these rows or predictions: nothing speaks for them.
                return np.inf
            return -score if self.metric.higher_is_better else score

        stack = self.known[:, few]
        count = len(stack)
        together = [(np.arange(count) < most) / most for most in range(3, count + 1)]
        options = [choose_weights(stack, loss), *together]
        return np.asarray(min(options, key=lambda option: loss(mix(stack, option))), np.float64)

    def out_of_fold(self) -> Array:
        """Predictions for every row that counts, with weights chosen on the other folds."""
        predictions: Array | None = None
        for fold in np.unique(self.folds):
            inside = np.flatnonzero(self.folds == fold)
            others = np.flatnonzero(self.folds != fold)
            weights = self.weights(others) if len(others) else alone(len(self.known))
            part = self.ballot.count(mix(self.known[:, inside], weights))
            if predictions is None:
                predictions = np.empty((len(self.truth), *part.shape[1:]))
            predictions[inside] = part
        assert predictions is not None
        return predictions


def blend(parts: Sequence[Part], profile: Profile, dataset: Dataset, folder: Path) -> Blend:
    """See `agent_core.blend.blend_trials`."""
    ranked = _ranked(parts)
    trials, scores = [trial for trial, _ in ranked], [score for _, score in ranked]
    if len(trials) == 1:
        return _single(trials, "there is only one trial to hand in", folder)
    validation = read_validation(trials[0].folder / "folds.csv", profile, dataset)
    sample = read_sample(profile, dataset)
    votes = _electorate(trials, validation, sample, profile, dataset)
    weights = votes.weights(np.arange(len(votes.truth)))
    if weights.max() == 1.0:
        return _single(trials, "no blend is better than the best trial", folder)
    predictions = votes.out_of_fold()
    score = score_of(votes.metric, votes.truth, predictions, votes.folds)
    told = f"{score.metric} {score.value:.6g} against {scores[0].value:.6g} of the best trial"
    if not score.clearly_better_than(scores[0]):
        return _single(trials, f"the blend is not better by more than noise: {told}", folder)
    whole = np.full((profile.rows_train, *predictions.shape[1:]), np.nan)
    whole[validation.counted] = predictions
    asked = prediction_frame(votes.ballot.count(mix(votes.asked, weights)), profile)
    asked[profile.layout.id_column] = sample[profile.layout.id_column].to_numpy()
    out = _folder(trials[0], folder)
    write_table(prediction_frame(whole, profile), out / "oof.csv")
    write_table(asked[list(sample.columns)], out / "submission.csv")
    return _finished(trials, weights, f"the blend is clearly better: {told}", folder)


def alone(count: int) -> Array:
    """The whole weight for the first of ``count`` trials."""
    return np.asarray(np.arange(count) == 0, dtype=np.float64)


def _ranked(parts: Sequence[Part]) -> list[tuple[Trial, Score]]:
    """Trials with their scores, the best first."""
    scored = [(trial, found.score) for trial, found in parts if found.accepted and found.score]
    if not parts or len(scored) < len(parts):
        raise ValueError("a blend is made of one or more accepted trials")
    sign = -1 if scored[0][1].higher_is_better else 1
    return sorted(scored, key=lambda part: sign * part[1].value)


def _electorate(
    trials: list[Trial],
    validation: Validation,
    sample: pd.DataFrame,
    profile: Profile,
    dataset: Dataset,
) -> Electorate:
    metric, known, asked = metric_of(profile), [], []
    for trial in trials:
        predictions, problems = out_of_fold(trial, profile, dataset, metric, validation.counted)
        path = trial.folder / "out" / "submission.csv"
        checked = check_submission(path, profile, sample, metric)
        if predictions is None or checked.predictions is None:
            raise ValueError(f"an accepted trial cannot be read: {problems or checked.problems}")
        known.append(predictions)
        asked.append(checked.predictions)
    ballot = make_ballot(profile, known + asked)
    votes = [np.stack([ballot.cast(answer) for answer in answers]) for answers in (known, asked)]
    if profile.layout.kind == PredictionKind.LABEL:
        for stack in votes:
            stack[0] *= 1 + DRAW
    counted = validation.counted
    folds, truth = validation.folds[counted], validation.truth[counted]
    return Electorate(votes[0], votes[1], ballot, truth, folds, metric)


def _folder(best: Trial, folder: Path) -> Path:
    """The folder for the outputs; the folds are those of every trial."""
    out = folder / "out"
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(best.folder / "folds.csv", folder / "folds.csv")
    return out


def _single(trials: list[Trial], reason: str, folder: Path) -> Blend:
    """The best trial's own answer, byte for byte."""
    out = _folder(trials[0], folder)
    for name in REQUIRED_OUTPUTS:
        shutil.copyfile(trials[0].folder / "out" / name, out / name)
    return _finished(trials, alone(len(trials)), reason, folder)


def _finished(trials: list[Trial], weights: Array, reason: str, folder: Path) -> Blend:
    contents = {name: (folder / "out" / name).read_bytes() for name in REQUIRED_OUTPUTS}
    return Blend(
        trials=tuple(trial.fingerprint() for trial in trials),
        weights=tuple(float(weight) for weight in weights),
        reason=reason,
        outputs=tuple(
            OutputFile(name=name, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
            for name, data in contents.items()
        ),
        folder=folder,
    )
