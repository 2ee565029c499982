"""Choosing the settings of a candidate on folds held out of what it may learn from."""

from dataclasses import replace
from typing import Any

import numpy as np

from agent_core.template.arrays import Flags, Ints
from agent_core.template.boosting import tune_boosting
from agent_core.template.clock import Clock
from agent_core.template.job import Candidate, Exam, Lesson, Matrix, sample_rows
from agent_core.template.kernel import tune_kernel
from agent_core.template.linear import tune_linear
from agent_core.template.problem import Problem
from agent_core.template.views import Views

#: The view of the features that each family is trained on.
VIEW_OF = {
    "lightgbm": "trees",
    "xgboost": "trees",
    "trees": "trees",
    "linear": "linear",
    "kernel": "dense",
}

#: The most rows that settings are chosen on, by family. Forests have nothing to choose.
EXAM_ROWS = {"lightgbm": 2_000_000, "xgboost": 2_000_000, "linear": 20_000, "kernel": 800}

#: What is used where nothing can be held out.
FALLBACKS: dict[str, dict[str, Any]] = {
    "lightgbm": {"rounds": 100},
    "xgboost": {"rounds": 100},
    "linear": {"alpha": 1.0, "c": 0.1, "components": 2},
    "kernel": {"components": 0, "gamma": 0.3, "alpha": 0.1, "sharpness": 4.0},
}


def choose_for(
    candidate: Candidate, problem: Problem, views: Views, clock: Clock
) -> list[dict[str, Any]]:
    """The candidate's settings for each target column, completed by what the exams recommend."""
    outputs = problem.target.shape[1]
    family, settings = candidate.family, candidate.settings
    if family not in EXAM_ROWS or "rounds" in settings:
        return [settings] * outputs
    numbers = range(len(problem.splits))[-exams_for(problem.rows_train) :]
    sheets = [exams_of_split(candidate, problem, views, number) for number in numbers]
    chosen = []
    for output in range(outputs):
        exams = [exam for sheet in sheets if (exam := sheet[output]) is not None]
        share = clock.part(0.4 / (outputs - output))
        if not exams:
            chosen.append(FALLBACKS[family] | settings)
        elif family == "linear":
            chosen.append(tune_linear(settings, exams, share))
        elif family == "kernel":
            chosen.append(tune_kernel(settings, exams, share))
        else:
            fits = len(problem.splits) * outputs
            chosen.append(tune_boosting(family, settings, exams, fits, clock))
    return chosen


def exams_for(rows: int) -> int:
    """How many exams settings are chosen by: one says little where rows are few."""
    return 5 if rows < 600 else 3 if rows < 3_000 else 1


def exams_of_split(
    candidate: Candidate, problem: Problem, views: Views, number: int
) -> list[Exam | None]:
    """One exam per target column, None where it would say nothing."""
    fit = problem.splits[number].fit
    held = held_out(problem.folds[fit], number)
    most = EXAM_ROWS[candidate.family]
    matrix = views.of(VIEW_OF[candidate.family], number).matrix
    learn_rows = sample_rows(fit[~held], most, number)
    held_rows = sample_rows(fit[held], most, number)
    learn = lessons(candidate, problem, matrix, learn_rows)
    truth = lessons(candidate, problem, matrix, held_rows)
    return [exam(lesson, held) for lesson, held in zip(learn, truth, strict=True)]


def held_out(folds: Ints, number: int) -> Flags:
    """Which of some rows to hold out: one whole fold, so that groups and time are respected.

    The next fold after ``number`` that is there, else the last one: under ``time_forward`` the
    latest rows. A quarter drawn at random where all rows are of one fold.
    """
    present = np.unique(folds[folds >= 0])
    if len(np.unique(folds)) < 2 or not len(present):
        return np.random.default_rng(number).random(len(folds)) < 0.25
    later = present[present > number]
    return np.asarray(folds == (later[0] if len(later) else present[-1]))


def exam(lesson: Lesson, held: Lesson) -> Exam | None:
    """The exam, without rows of classes that the lesson does not teach; None if it is pointless."""
    values, codes = np.unique(lesson.y, return_inverse=True)
    if len(values) < 2 or not len(held.y):
        return None
    if not lesson.classes:
        return Exam(lesson, held.x, held.y)
    taught = np.isin(held.y, values)
    if not taught.any():
        return None
    compact = replace(lesson, y=codes.astype(float), classes=len(values))
    return Exam(compact, held.x[taught], np.searchsorted(values, held.y[taught]).astype(float))


def lessons(candidate: Candidate, problem: Problem, matrix: Matrix, rows: Ints) -> list[Lesson]:
    """What is to be learned from ``rows``, one lesson per target column."""
    x = matrix[rows]
    classes = {"numbers": 0, "labels": 2, "classes": problem.outputs}[problem.learn]
    made = []
    for column in problem.target.T:
        y = np.log1p(np.maximum(column[rows], 0)) if candidate.logarithm else column[rows]
        made.append(Lesson(x, y, classes, "squared" if candidate.logarithm else problem.loss))
    return made
