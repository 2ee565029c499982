"""Predictions of several trials in a form that can be averaged."""

from dataclasses import dataclass

import numpy as np

from agent_core.metrics.metric import Array
from agent_core.profile import PredictionKind, Profile
from agent_core.template.arrays import Floats

#: Lets the heavier first voter decide a draw.
DRAW = 1e-9


@dataclass(frozen=True)
class Ballot:
    """How predictions become votes of shape (rows, outputs), and weighted votes predictions.

    Numbers and probabilities are their own votes. A label is one vote for itself, a ranking gives
    1, 1/2, 1/3... to what it names. ``values`` are the labels that can be voted for.
    """

    profile: Profile
    values: Array

    @property
    def _chooses(self) -> bool:
        return self.profile.layout.kind == PredictionKind.LABEL and len(self.profile.targets) == 1

    def cast(self, predictions: Array) -> Array:
        """The votes of one trial."""
        if self._chooses:
            return np.asarray(predictions[:, None] == self.values, dtype=float)
        if self.profile.layout.kind == PredictionKind.RANKING:
            votes = np.zeros((len(predictions), len(self.values)))
            for place, named in enumerate(predictions.T):
                rows = np.flatnonzero(named >= 0)
                votes[rows, np.searchsorted(self.values, named[rows])] += 1 / (place + 1)
            return votes
        return predictions.reshape(len(predictions), -1)

    def count(self, votes: Floats) -> Array:
        """The predictions that weighted votes stand for."""
        return np.asarray(self._count(votes), dtype=np.float64)

    def _count(self, votes: Floats) -> Floats:
        layout = self.profile.layout
        if self._chooses:
            return np.asarray(self.values[votes.argmax(axis=1)])
        if layout.kind == PredictionKind.RANKING:
            order = np.argsort(-votes, axis=1, kind="stable")[:, : layout.top]
            named = np.take_along_axis(votes, order, axis=1) > 0
            return np.where(named, self.values[order], -1.0)
        if layout.kind == PredictionKind.LABEL:
            votes = (votes > 0.5).astype(float)
        elif layout.integers:
            votes = np.round(votes)
        single = votes.shape[1] == 1 and layout.kind != PredictionKind.CLASS_PROBABILITIES
        return votes[:, 0] if single else votes


def make_ballot(profile: Profile, answers: list[Array]) -> Ballot:
    """The ballot for these ``answers``."""
    kind = profile.layout.kind
    if kind not in {PredictionKind.LABEL, PredictionKind.RANKING}:
        return Ballot(profile, np.zeros(0))
    values = np.unique(np.concatenate([answer.ravel() for answer in answers]))
    return Ballot(profile, values[values >= 0] if kind == PredictionKind.RANKING else values)
