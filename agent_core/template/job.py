"""What a family of models is given and what it gives back."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from agent_core.template.arrays import Floats, Ints
from agent_core.template.clock import Clock

#: A matrix of features, dense or sparse.
Matrix = Any

#: The processors that may be used, and from how many values on several of them pay.
THREADS = os.cpu_count() or 1
VALUES_FOR_THREADS = 400_000


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

    ``gains`` is what each column of the features was worth, where the model tells it; ``done`` the
    part of the intended training that time allowed.
    """

    predict: Callable[[Matrix], Floats]
    gains: Floats | None = None
    done: float = 1.0


@dataclass(frozen=True)
class Exam:
    """A lesson and held-out rows to choose settings by."""

    lesson: Lesson
    x: Matrix
    y: Floats


def threads_for(x: Matrix) -> int:
    """How many threads to learn from ``x`` with."""
    return THREADS if x.shape[0] * x.shape[1] > VALUES_FOR_THREADS else 1


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
) -> tuple[dict[str, Any], float]:
    """Good values of ``grid``, one setting after the other, and their mean loss on ``exams``.

    From the middle of its ordered list a setting is moved up, then down, as long as that helps;
    each has two turns. Stops where time runs out.
    """
    chosen = {name: values[len(values) // 2] for name, values in grid.items()}

    def worth(tried: dict[str, Any]) -> float:
        losses = [mistakes(e.lesson, e.y, fit(tried, e.lesson).predict(e.x)) for e in exams]
        return float(np.mean(losses))

    lowest = worth(chosen)
    for name, values in (*grid.items(), *grid.items()):
        for step in (1, -1):
            place = values.index(chosen[name]) + step
            while 0 <= place < len(values) and clock.left():
                loss = worth(chosen | {name: values[place]})
                if not loss < lowest:
                    break
                lowest, chosen = loss, chosen | {name: values[place]}
                place += step
    return chosen, lowest


def in_double(x: Matrix) -> Any:
    """Collinear columns need the precision."""
    return x.astype(np.float64)


def sample_rows(rows: Ints, most: int, seed: int) -> Ints:
    """At most so many of ``rows``, in their order, drawn at random."""
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def one_column_per_class(y: Floats, classes: int) -> Floats:
    """Class codes as columns of 0 and 1."""
    return np.asarray(np.eye(classes)[y.astype(int)])
