"""The solution as a whole: read, learn, blend, write."""

import argparse
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from agent_core.template.arrays import Floats
from agent_core.template.blending import Goal
from agent_core.template.clock import Clock, guard_budget, say
from agent_core.template.features import make_features
from agent_core.template.folding import read_folds
from agent_core.template.outputs import ANSWERED, WRITING
from agent_core.template.problem import Problem, make_problem
from agent_core.template.search import Search
from agent_core.template.tables import read_tables
from agent_core.template.views import Views

#: Seconds used by a call without ``--budget``, as in a notebook.
USUAL_BUDGET = 600.0


def main(
    config: dict[str, Any],
    score: Callable[[Floats, Floats], float],
    started: float | None = None,
    arguments: list[str] | None = None,
) -> None:
    """Solve the competition of ``config``; ``score(truth, prediction)`` is its metric."""
    options = read_arguments(config, arguments)
    clock = Clock(options.budget, started)
    options.out.mkdir(parents=True, exist_ok=True)
    ANSWERED.clear()
    timer = guard_budget(clock, WRITING, ANSWERED)
    warnings.simplefilter("ignore")
    try:
        prepare(config, score, options, clock).run()
    finally:
        if timer is not None:
            timer.cancel()
    say(clock, f"done; the answer is in {options.out / 'submission.csv'}")


def read_arguments(config: dict[str, Any], arguments: list[str] | None) -> argparse.Namespace:
    """The command line, with defaults that suit a Kaggle notebook."""
    parser = argparse.ArgumentParser()
    places = [Path("/kaggle/input", config["slug"]), Path("/kaggle/input"), Path()]
    data = next(place for place in places if place.is_dir())
    out = Path("/kaggle/working")
    parser.add_argument("--data", type=Path, default=data)
    parser.add_argument("--folds", type=Path)
    parser.add_argument("--out", type=Path, default=out if out.is_dir() else Path())
    parser.add_argument("--budget", type=float, default=USUAL_BUDGET)
    return parser.parse_known_args(arguments)[0]


def prepare(
    config: dict[str, Any],
    score: Callable[[Floats, Floats], float],
    options: argparse.Namespace,
    clock: Clock,
) -> Search:
    """Everything that has to be read and arranged before the first model."""
    tables = read_tables(config, options.data)
    say(clock, f"read {len(tables.train)} training and {len(tables.test)} test rows")
    folds = read_folds(config, options.folds, tables)
    problem = make_problem(config, tables.train, folds, len(tables.test))
    views = Views(make_features(tables.columns, tables.train, tables.test), problem, config["seed"])
    truth = np.expm1(problem.target) if config["transform"] == "log1p" else problem.target
    say(clock, f"{len(tables.columns)} columns, {len(problem.splits)} splits")
    goal = make_goal(config, score, problem, truth)
    return Search(config, tables, problem, views, goal, truth, clock, options.out)


def make_goal(
    config: dict[str, Any],
    score: Callable[[Floats, Floats], float],
    problem: Problem,
    truth: Floats,
) -> Goal:
    """The metric as a gain, with the finish that it wants."""
    sign = 1.0 if config["metric"]["higher_is_better"] else -1.0

    def gain(real: Floats, predicted: Floats) -> float:
        try:
            return sign * float(score(real, predicted))
        except ValueError:  # the metric is not defined for these rows
            return -np.inf

    finishing = dict(config["finish"])
    if problem.learn == "numbers":
        known = truth[problem.known]
        low, high = float(np.min(known)), float(np.max(known))
        finishing["low"] = 0.0 if low >= 0 else low - 0.5 * (high - low)
        finishing["high"] = high + 0.5 * (high - low)
        if finishing.pop("above_zero", False):
            finishing["low"] = max(finishing["low"], 1e-3 * float(np.mean(known)), 1e-9)
    smooth = config["layout"]["kind"] in ("label", "ranking")
    return Goal(gain, finishing.pop("rule"), finishing, smooth, problem.learn)
