"""What a family of models is given and what it gives back."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from agent_core.template.arrays import Floats, Ints
from agent_core.template.clock import Clock

#: A matrix of features, dense or sparse.
Matrix = Floats | sparse.csr_matrix

#: The processors that may be used.
THREADS = os.cpu_count() or 1


@dataclass(frozen=True)
class Candidate:
    """A family of models with its settings. ``logarithm``: learn log1p of the target."""

    name: str
    family: str
    settings: dict[str, Any] = field(default_factory=dict)
    logarithm: bool = False


@dataclass(frozen=True)
class Lesson:
    """Rows to learn one output from. ``classes`` is 0 for a quantity, else ``y`` holds codes.

    Every class from 0 to ``classes`` - 1 occurs. ``loss`` is what the model should minimise:
    "squared", "absolute", "relative" or "quantile:0.9" for quantities.
    """

    x: Matrix
    y: Floats
    classes: int
    loss: str


@dataclass(frozen=True)
class Fitted:
    """``predict``: from features to numbers (rows,) or class probabilities (rows, classes).

    ``gains`` is what each column of the features was worth, where the model tells it.
    """

    predict: Callable[[Matrix], Floats]
    gains: Floats | None = None


@dataclass(frozen=True)
class Exam:
    """A lesson and held-out rows to choose settings by."""

    lesson: Lesson
    x: Matrix
    y: Floats


def mistakes(lesson: Lesson, truth: Floats, predicted: Floats) -> float:
    """The mean loss of predictions; log loss for classes."""
    if lesson.classes:
        chosen = predicted[np.arange(len(truth)), truth.astype(int)]
        return float(-np.mean(np.log(np.clip(chosen, 1e-6, 1.0))))
    gap = truth - predicted
    if lesson.loss == "squared":
        return float(np.mean(gap**2))
    if lesson.loss.startswith("quantile"):
        level = float(lesson.loss.partition(":")[2])
        return float(np.mean(np.maximum(level * gap, (level - 1) * gap)))
    scale = np.maximum(np.abs(truth), 1e-9) if lesson.loss == "relative" else 1.0
    return float(np.mean(np.abs(gap) / scale))


def choose_settings(
    fit: Callable[[dict[str, Any], Lesson], Fitted],
    grid: dict[str, list[Any]],
    exams: list[Exam],
    clock: Clock,
) -> dict[str, Any]:
    """The best values of ``grid``, one setting after the other, by the mean loss on ``exams``.

    A setting starts from the middle of its list. Stops where time runs out.
    """
    chosen = {name: values[len(values) // 2] for name, values in grid.items()}
    for name, values in grid.items():
        losses = []
        for value in values:
            tried = chosen | {name: value}
            losses.append(
                np.mean([mistakes(e.lesson, e.y, fit(tried, e.lesson).predict(e.x)) for e in exams])
            )
            if not clock.left():
                break
        chosen[name] = (
            values[int(np.nanargmin(losses))] if np.isfinite(losses).any() else chosen[name]
        )
    return chosen


def sample_rows(rows: Ints, most: int, seed: int) -> Ints:
    """At most so many of ``rows``, in their order, drawn at random."""
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def one_column_per_class(y: Floats, classes: int) -> Floats:
    """Class codes as columns of 0 and 1."""
    return np.eye(classes)[y.astype(int)]
