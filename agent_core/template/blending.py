"""The weighted blend: chosen on out-of-fold predictions, and honest about its own score."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from agent_core.template.arrays import Floats, Ints
from agent_core.template.calibration import mean_log_loss
from agent_core.template.finishing import Gain, finish, flat, learn_finish
from agent_core.template.job import sample_rows

#: The greedy choice looks at no more than so many rows, and takes no more than so many steps.
MOST_ROWS, MOST_STEPS = 15_000, 25


@dataclass(frozen=True)
class Goal:
    """What a blend is to be good at. ``gain`` is the metric, higher is better.

    ``rule`` and ``options`` are those of `finish`. ``smooth``: choose weights by log loss or
    squared error, since the metric itself jumps (labels, rankings).
    """

    gain: Gain
    rule: str
    options: dict[str, Any]
    smooth: bool
    learn: str

    def loss(self, truth: Floats, raw: Floats) -> float:
        """What weights are chosen to make small."""
        if not self.smooth:
            return -self.gain(flat(truth), finish(self.rule, np.zeros(0), raw, self.options))
        if self.learn == "numbers":
            return float(np.mean((truth - raw) ** 2))
        return mean_log_loss(truth, raw, self.learn)


@dataclass(frozen=True)
class Blend:
    """``weights`` and ``learned`` come from all rows, ``oof`` was finished by other folds.

    ``gain`` is the metric of ``oof``.
    """

    weights: Floats
    learned: Floats
    oof: Floats
    gain: float


def make_blend(oofs: list[Floats], truth: Floats, folds: Ints, known: Ints, goal: Goal) -> Blend:
    """Blend candidates whose ``oofs`` have shape (rows, outputs).

    ``truth`` is the untransformed target, ``known`` are the rows to learn from.
    """
    stack = np.stack(oofs)
    weights, learned = learn_blend(stack, truth, known, goal)
    finished: Floats | None = None
    for fold in np.unique(folds[folds >= 0]):
        inside = np.flatnonzero(folds == fold)
        others = known[folds[known] != fold]
        mine = (weights, learned)
        if usable(truth, others, goal):
            mine = learn_blend(stack, truth, others, goal)
        part = finish(goal.rule, mine[1], mix(stack[:, inside], mine[0]), goal.options)
        if finished is None:
            finished = np.full((len(truth), *part.shape[1:]), np.nan)
        finished[inside] = part
    assert finished is not None
    return Blend(weights, learned, finished, goal.gain(flat(truth[known]), finished[known]))


def gain_alone(oof: Floats, truth: Floats, known: Ints, goal: Goal) -> float:
    """About the metric of a single candidate, from a part of the rows, for the log."""
    few = sample_rows(known, 4_000, 1)
    learned = learn_finish(goal.rule, truth[few], oof[few], goal.gain)
    return goal.gain(flat(truth[few]), finish(goal.rule, learned, oof[few], goal.options))


def usable(truth: Floats, rows: Ints, goal: Goal) -> bool:
    """Whether there is something to learn from in these rows."""
    return len(rows) > 1 and (goal.learn == "numbers" or len(np.unique(truth[rows])) > 1)


def learn_blend(stack: Floats, truth: Floats, rows: Ints, goal: Goal) -> tuple[Floats, Floats]:
    """The weights of the candidates and what the finish needs, both from ``rows``."""
    few = sample_rows(rows, MOST_ROWS, 0)
    weights = choose_weights(stack[:, few], lambda raw: goal.loss(truth[few], raw))
    return weights, learn_finish(goal.rule, truth[few], mix(stack[:, few], weights), goal.gain)


def choose_weights(stack: Floats, loss: Callable[[Floats], float]) -> Floats:
    """Weights that add up to 1: start with the best, add whichever helps most (Caruana 2004)."""
    alone = np.array([loss(raw) for raw in stack])
    counts = np.zeros(len(stack))
    counts[int(np.argmin(alone))] = 1
    lowest, total = float(alone.min()), stack[int(np.argmin(alone))].copy()
    for step in range(2, MOST_STEPS + 1 if len(stack) > 1 else 2):
        losses = [loss((total + raw) / step) for raw in stack]
        best = int(np.argmin(losses))
        if losses[best] > lowest - 1e-7 * abs(lowest):
            break
        lowest = losses[best]
        counts[best] += 1
        total += stack[best]
    return np.asarray(counts / counts.sum())


def mix(stack: Floats, weights: Floats) -> Floats:
    """The weighted mean of predictions of shape (candidates, rows, outputs)."""
    return np.asarray(np.tensordot(weights, stack, axes=1))
