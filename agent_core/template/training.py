"""One candidate, trained on every split: out-of-fold and test predictions."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

import numpy as np

from agent_core.template.arrays import Floats
from agent_core.template.boosting import fit_lightgbm, fit_xgboost
from agent_core.template.choosing import VIEW_OF, choose_for, lessons
from agent_core.template.clock import Clock
from agent_core.template.forest import fit_forest
from agent_core.template.job import (
    Candidate,
    Fitted,
    Lesson,
    Matrix,
    one_column_per_class,
    sample_rows,
)
from agent_core.template.kernel import fit_kernel
from agent_core.template.linear import fit_linear
from agent_core.template.problem import Problem
from agent_core.template.views import Views

FITTERS: dict[str, Callable[[dict[str, Any], Lesson, Clock], Fitted]] = {
    "lightgbm": fit_lightgbm,
    "xgboost": fit_xgboost,
    "trees": fit_forest,
    "linear": fit_linear,
    "kernel": fit_kernel,
}

#: From features to predictions (rows, columns).
Answer = Callable[[Matrix], Floats]


@dataclass
class Trained:
    """Predictions of a candidate, shape (rows, outputs), NaN where a row is never validated."""

    candidate: Candidate
    oof: Floats
    test: Floats
    seconds: float
    settings: list[dict[str, Any]] = field(default_factory=list)
    importance: dict[str, float] = field(default_factory=dict)


#: A split's model counts as finished from this part of its rounds on.
ENOUGH_DONE = 0.7


class OutOfTime(Exception):
    """The clock ran out before every split was trained."""


def train_candidate(
    candidate: Candidate,
    problem: Problem,
    views: Views,
    plan: Clock,
    limit: Clock,
    most_rows: int | None = None,
) -> Trained:
    """Choose settings, then train every split. Raises `OutOfTime` at the end of ``limit``.

    Settings are chosen and the first split is trained so that all of it would fit into ``plan``.
    ``most_rows`` limits the rows that each model learns from.
    """
    started = monotonic()
    settings = choose_for(candidate, problem, views, plan)
    trained = Trained(
        candidate,
        np.full((problem.rows_train, problem.outputs), np.nan),
        np.zeros((problem.rows_test, problem.outputs)),
        0.0,
        settings,
    )
    for number in range(len(problem.splits)):
        share = (limit if number else plan).part(1 / (len(problem.splits) - number))
        train_split(trained, problem, views, number, share, most_rows)
        if not limit.left() and number + 1 < len(problem.splits):
            raise OutOfTime
    trained.seconds = monotonic() - started
    return trained


def train_split(
    trained: Trained,
    problem: Problem,
    views: Views,
    number: int,
    clock: Clock,
    most_rows: int | None,
) -> None:
    """Train on one split and fill in its part of the predictions."""
    split = problem.splits[number]
    view = views.of(VIEW_OF[trained.candidate.family], number)
    rows = split.fit if most_rows is None else sample_rows(split.fit, most_rows, number)
    test = np.arange(problem.rows_train, problem.rows_train + problem.rows_test)
    for output, lesson in enumerate(lessons(trained.candidate, problem, view.matrix, rows)):
        share = clock.part(1 / (problem.target.shape[1] - output))
        answer, fitted = fit_lesson(trained.candidate, lesson, trained.settings[output], share)
        allow_for_time(trained.settings, output, number, fitted.done)
        place = slice(None) if problem.learn == "classes" else slice(output, output + 1)
        first = 1 if problem.learn == "labels" else 0
        if len(split.validate):
            trained.oof[split.validate, place] = answer(view.matrix[split.validate])[:, first:]
        if split.weight and len(test):
            trained.test[:, place] += split.weight * answer(view.matrix[test])[:, first:]
        if fitted.gains is not None:
            add_gains(trained.importance, view.names, fitted.gains)


def allow_for_time(settings: list[dict[str, Any]], output: int, number: int, done: float) -> None:
    """Models of all splits should be alike, or their blend with others makes no sense.

    What the first split had no time for is not asked of the others; a later one that falls far
    short of the first raises `OutOfTime`.
    """
    if done < 1 and number == 0:
        size = "trees" if "trees" in settings[output] else "rounds"
        reached = max(1, round(done * settings[output][size]))
        settings[output] = settings[output] | {size: reached}
    elif done < ENOUGH_DONE:
        raise OutOfTime


def add_gains(importance: dict[str, float], names: list[str], gains: Floats) -> None:
    """Add each column's part of the gains to its importance so far."""
    parts = gains / max(float(gains.sum()), 1e-12)
    for name, part in zip(names, parts, strict=True):
        importance[name] = importance.get(name, 0.0) + float(part)


def fit_lesson(
    candidate: Candidate, lesson: Lesson, settings: dict[str, Any], clock: Clock
) -> tuple[Answer, Fitted]:
    """A function from features to predictions (rows, columns), and the model behind it.

    Classes that do not occur in the lesson get probability 0; a single value is the answer.
    """
    values, codes = np.unique(lesson.y, return_inverse=True)
    if lesson.classes:
        lesson = replace(lesson, y=codes.astype(float))
    if len(values) == 1:
        fitted = constant_answer(0.0 if lesson.classes else float(values[0]), lesson.classes)
    else:
        compact = replace(lesson, classes=len(values)) if lesson.classes else lesson
        fitted = FITTERS[candidate.family](settings, compact, clock)

    def answer(x: Matrix) -> Floats:
        predicted = fitted.predict(x)
        if lesson.classes:
            full = np.zeros((len(predicted), lesson.classes))
            full[:, values.astype(int)] = predicted
            return full
        if candidate.logarithm:
            predicted = np.expm1(np.clip(predicted, 0.0, lesson.y.max() + 1.0))
        return predicted[:, None]

    return answer, fitted


def train_baseline(problem: Problem) -> Trained:
    """What can be said without any feature: the usual value, or how often each class occurs."""
    trained = Trained(
        Candidate("baseline", "constant"),
        np.full((problem.rows_train, problem.outputs), np.nan),
        np.zeros((problem.rows_test, problem.outputs)),
        0.0,
    )
    middle = np.mean if problem.loss == "squared" else np.median
    for split in problem.splits:
        seen = problem.target[split.fit]
        if problem.learn == "classes":
            seen = one_column_per_class(seen[:, 0], problem.outputs)
        usual = np.mean(seen, axis=0) if problem.learn != "numbers" else middle(seen, axis=0)
        trained.oof[split.validate] = usual
        trained.test += split.weight * usual
    return trained


def constant_answer(value: float, classes: int) -> Fitted:
    """The only value there is, or certainty of the only class."""

    def predict(x: Matrix) -> Floats:
        return np.ones((x.shape[0], 1)) if classes else np.full(x.shape[0], value)

    return Fitted(predict)
