"""Kernel ridge regression with a Gaussian kernel, as a regressor and as a classifier.

For classes it is a least-squares support vector machine: one column of 0 and 1 per class is
learned, and a softmax makes probabilities of the scores.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import softmax

from agent_core.template.arrays import Floats
from agent_core.template.clock import Clock
from agent_core.template.job import (
    Exam,
    Fitted,
    Lesson,
    Matrix,
    choose_settings,
    in_double,
    one_column_per_class,
)

#: The columns are replaced by so many whitened principal components; 0 leaves them as they are.
COMPONENT_CHOICES = (6, 12, 20, 0)

#: ``gamma`` is the kernel's width per column, ``alpha`` the penalty, ``sharpness`` the softmax's.
KERNEL_GRID: dict[str, list[Any]] = {
    "gamma": [0.002, 0.004, 0.008, 0.015, 0.03, 0.06, 0.12, 0.25, 0.5, 1.0, 2.0],
    "alpha": [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0],
    "sharpness": [1.0, 2.0, 4.0, 6.0, 9.0, 13.0],
}

#: A projection of points, and of others in the same way.
Projector = Callable[[Floats], Floats]


def tune_kernel(settings: dict[str, Any], exams: list[Exam], clock: Clock) -> dict[str, Any]:
    """Components, width, penalty and sharpness that do best on the exams."""
    smallest = min(min(exam.lesson.x.shape) for exam in exams)
    sizes = [size for size in COMPONENT_CHOICES if size < smallest]
    grid = dict(KERNEL_GRID)
    if not exams[0].lesson.classes:
        del grid["sharpness"]
    best, lowest = {"components": 0, "gamma": 0.06, "alpha": 0.1, "sharpness": 4.0}, np.inf
    for number, size in enumerate(sizes):
        share = clock.part(1 / (len(sizes) - number))
        chosen, loss = choose_settings(
            solve_kernel, grid, [projected(exam, size) for exam in exams], share
        )
        if loss < lowest:
            best, lowest = best | chosen | {"components": size}, loss
    return settings | best


def projected(exam: Exam, components: int) -> Exam:
    """The exam in principal components."""
    project = projector(in_double(exam.lesson.x), components)
    lesson = replace(exam.lesson, x=project(in_double(exam.lesson.x)))
    return Exam(lesson, project(in_double(exam.x)), exam.y)


def fit_kernel(settings: dict[str, Any], lesson: Lesson, clock: Clock) -> Fitted:
    """The kernel model with the settings that were chosen."""
    project = projector(in_double(lesson.x), settings["components"])
    fitted = solve_kernel(settings, replace(lesson, x=project(in_double(lesson.x))))
    return Fitted(lambda x: fitted.predict(project(in_double(x))))


def solve_kernel(settings: dict[str, Any], lesson: Lesson) -> Fitted:
    """Solve (K + alpha I) w = y - mean(y) for the rows of the lesson."""
    points = lesson.x
    target = one_column_per_class(lesson.y, lesson.classes) if lesson.classes else lesson.y[:, None]
    middle = target.mean(axis=0)
    gamma = settings["gamma"] / points.shape[1]
    kernel = gaussian_kernel(points, points, gamma)
    kernel[np.diag_indices_from(kernel)] += settings["alpha"] + 1e-9
    weights = cho_solve(cho_factor(kernel, overwrite_a=True), target - middle)

    def predict(x: Matrix) -> Floats:
        scores = gaussian_kernel(x, points, gamma) @ weights + middle
        if not lesson.classes:
            return np.asarray(scores[:, 0])
        return np.asarray(softmax(settings["sharpness"] * scores, axis=1))

    return Fitted(predict)


def projector(x: Floats, components: int) -> Projector:
    """The way into whitened principal components of ``x``."""
    if not components:
        return lambda rows: rows
    centre = x.mean(axis=0)
    spread, directions = np.linalg.eigh((x - centre).T @ (x - centre) / len(x))
    first = np.argsort(-spread)[:components]
    first = first[spread[first] > 1e-11 * max(spread[first[0]], 1e-300)]
    turn = directions[:, first] / np.sqrt(spread[first])
    return lambda rows: (rows - centre) @ turn


def gaussian_kernel(left: Floats, right: Floats, gamma: float) -> Floats:
    """exp(-gamma |a - b|^2) for every pair of rows."""
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2 * left @ right.T
    return np.asarray(np.exp(-gamma * np.maximum(squares, 0.0)))
