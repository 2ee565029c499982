"""Kernel ridge regression with a Gaussian kernel, as a regressor and as a classifier.

For classes it is a least-squares support vector machine: one column of 0 and 1 per class is
learned, and a softmax makes probabilities of the scores.
"""

from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import softmax

from agent_core.template.arrays import Floats
from agent_core.template.clock import Clock
from agent_core.template.job import (
    Exam,
    Lesson,
    Matrix,
    Fitted,
    choose_settings,
    one_column_per_class,
)

#: ``components`` whitened principal components replace the columns (0: the columns as they are);
#: ``gamma`` is the kernel's width per column, ``alpha`` the penalty, ``sharpness`` the softmax's.
KERNEL_GRID: dict[str, list[Any]] = {
    "components": [6, 12, 20, 0],
    "gamma": [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0],
    "alpha": [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0],
    "sharpness": [2.0, 4.0, 6.0, 9.0, 13.0],
}


def tune_kernel(settings: dict[str, Any], exams: list[Exam], clock: Clock) -> dict[str, Any]:
    """Components, width, penalty and sharpness that do best on the exams."""
    smallest = min(min(exam.lesson.x.shape) for exam in exams)
    grid = KERNEL_GRID | {"components": [c for c in KERNEL_GRID["components"] if c < smallest]}
    if not exams[0].lesson.classes:
        del grid["sharpness"]

    def fit(tried: dict[str, Any], lesson: Lesson) -> Fitted:
        return fit_kernel(settings | tried, lesson, clock)

    first = choose_settings(fit, grid, exams, clock)
    near = {name: [first[name]] for name in grid} | {"gamma": [first["gamma"] / 2, first["gamma"]]}
    return settings | choose_settings(fit, near | {"alpha": grid["alpha"]}, exams, clock)


def fit_kernel(settings: dict[str, Any], lesson: Lesson, clock: Clock) -> Fitted:
    """Solve (K + alpha I) w = y - mean(y) for the rows of the lesson."""
    points, project = projection(lesson.x.astype(np.float64), settings["components"])
    target = one_column_per_class(lesson.y, lesson.classes) if lesson.classes else lesson.y[:, None]
    middle = target.mean(axis=0)
    gamma = settings["gamma"] / points.shape[1]
    kernel = gaussian_kernel(points, points, gamma)
    kernel[np.diag_indices_from(kernel)] += settings["alpha"] + 1e-10
    weights = cho_solve(cho_factor(kernel, overwrite_a=True), target - middle)

    def predict(x: Matrix) -> Floats:
        scores = gaussian_kernel(project(x.astype(np.float64)), points, gamma) @ weights + middle
        if not lesson.classes:
            return np.asarray(scores[:, 0])
        return np.asarray(softmax(settings["sharpness"] * scores, axis=1))

    return Fitted(predict)


def projection(x: Floats, components: int) -> tuple[Floats, Any]:
    """The rows in whitened principal components, and the function that takes others there."""
    if not components:
        return x, lambda rows: rows
    centre = x.mean(axis=0)
    _, sizes, directions = np.linalg.svd(x - centre, full_matrices=False)
    kept = sizes[:components] > 1e-7 * sizes[0]
    turn = directions[:components][kept].T / sizes[:components][kept] * np.sqrt(len(x))
    return (x - centre) @ turn, lambda rows: (rows - centre) @ turn


def gaussian_kernel(left: Floats, right: Floats, gamma: float) -> Floats:
    """exp(-gamma |a - b|^2) for every pair of rows."""
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2 * left @ right.T
    return np.asarray(np.exp(-gamma * np.maximum(squares, 0.0)))
