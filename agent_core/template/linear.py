"""Linear models: ridge and elastic net, partial least squares, logistic regression."""

from typing import Any

import numpy as np
from scipy import sparse
from sklearn.cross_decomposition import PLSRegression
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge

from agent_core.template.arrays import Floats
from agent_core.template.clock import Clock
from agent_core.template.job import Exam, Fitted, Lesson, Matrix, choose_settings, in_double

#: What may be chosen, by kind of linear model.
LINEAR_GRIDS: dict[str, dict[str, list[Any]]] = {
    "ridge": {"alpha": [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1000.0]},
    "elastic": {"alpha": [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1]},
    "pls": {"components": [1, 2, 4, 6, 8, 10, 12, 15, 18, 22, 26]},
    "logistic": {"c": [0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]},
}


def linear_kind(settings: dict[str, Any], lesson: Lesson) -> str:
    """Which linear model fits the lesson."""
    return "logistic" if lesson.classes else str(settings.get("model", "ridge"))


def tune_linear(settings: dict[str, Any], exams: list[Exam], clock: Clock) -> dict[str, Any]:
    """The penalty, or the number of components, that does best on the exams."""
    kind = linear_kind(settings, exams[0].lesson)
    grid = LINEAR_GRIDS[kind]
    if kind == "pls":
        most = min(min(exam.lesson.x.shape) for exam in exams) - 1
        grid = {"components": [size for size in grid["components"] if size <= max(1, most)]}

    if sparse.issparse(exams[0].lesson.x):  # many words: slow to fit, and little changes
        exams, grid = exams[:1], {name: values[1::2] for name, values in grid.items()}

    def fit(tried: dict[str, Any], lesson: Lesson) -> Fitted:
        return fit_linear(settings | tried, lesson, clock)

    return settings | choose_settings(fit, grid, exams, clock)[0]


def logistic_model(c: float, x: Matrix, classes: int) -> LogisticRegression:
    """A logistic regression by the method that is quickest for this size.

    Newton's where its matrix of second derivatives is small; averaged gradients for many words,
    stopped early, which costs them nothing.
    """
    if sparse.issparse(x):
        return LogisticRegression(C=c, solver="saga", max_iter=40, tol=1e-2, random_state=0)
    small = x.shape[1] * (1 if classes == 2 else classes) <= 400
    solver = "newton-cholesky" if small else "lbfgs"
    return LogisticRegression(C=c, solver=solver, max_iter=150, tol=1e-3)


def fit_linear(settings: dict[str, Any], lesson: Lesson, clock: Clock) -> Fitted:
    """The linear model with the settings that were chosen."""
    kind = linear_kind(settings, lesson)
    x = lesson.x if kind == "logistic" else in_double(lesson.x)
    middle, spread = float(lesson.y.mean()), float(lesson.y.std()) or 1.0
    if kind == "logistic":
        model = logistic_model(settings["c"], x, lesson.classes)
        model.fit(x, lesson.y)
        return Fitted(lambda rows: np.asarray(model.predict_proba(rows), dtype=np.float64))
    if kind == "pls":
        model = PLSRegression(min(settings["components"], *x.shape), scale=False)
    elif kind == "elastic":
        model = ElasticNet(settings["alpha"], l1_ratio=0.7, max_iter=2_000, tol=1e-3)
    else:
        model = Ridge(settings["alpha"])
    model.fit(x, (lesson.y - middle) / spread)

    def predict(rows: Matrix) -> Floats:
        return (
            np.asarray(model.predict(in_double(rows)), dtype=np.float64).ravel() * spread + middle
        )

    return Fitted(predict)
