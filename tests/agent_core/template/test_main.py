"""The template as a whole, on tables of a few rows."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent_core.home import Home
from agent_core.template.arrays import Floats
from agent_core.template.main import make_goal
from agent_core.template.problem import Problem
from tests.agent_core.template.competitions import Frames, Solved, solve, write_competition

ROWS, TESTS = 90, 15
TOLD = np.random.default_rng(1).permutation(np.linspace(-1.0, 1.0, ROWS))


def solved(folder: Path, home: Home, y: Floats, blank: object, metric: str) -> Solved:
    """A number that tells ``y``, and one that tells nothing. The labels have a file of their own.

    Each row has two side rows whose amounts tell ``y`` too.
    """
    ids = np.arange(1000, 1000 + ROWS)
    noise = np.random.default_rng(0).normal(size=ROWS)
    frame = pd.DataFrame({"id": ids, "told": TOLD, "noise": noise})
    twice = np.repeat(ids, 2)
    frames: Frames = {
        "train": frame[:-TESTS],
        "test": frame[-TESTS:],
        "train_labels": pd.DataFrame({"id": ids[:-TESTS], "y": y[:-TESTS]}),
        "sample_submission": pd.DataFrame({"id": ids[-TESTS:], "y": blank}),
        "purchases": pd.DataFrame({"id": twice, "amount": np.repeat(TOLD, 2) + twice % 2 * 9}),
    }
    quick = ("lightgbm", "linear", "kernel")
    return solve(write_competition(folder, frames, metric), home, families=quick)


def test_labels_are_learned_and_written(folder: Path, home: Home) -> None:
    right = np.where(TOLD > 0.2, "yes", "no")
    found = solved(folder, home, right, "no", "Categorization Accuracy")
    answer = pd.read_csv(found.out / "submission.csv")
    assert answer["id"].tolist() == list(range(1000 + ROWS - TESTS, 1000 + ROWS))
    assert np.mean(answer["y"] == right[-TESTS:]) > 0.8
    assert found.score > 0.9
    assert set(found.config["tables"]) == {"train", "test", "labels", "sample_submission"}


def test_quantities_are_learned_and_written(folder: Path, home: Home) -> None:
    right = np.exp(3 * TOLD).round(4)
    found = solved(folder, home, right, 1.0, "Root Mean Squared Logarithmic Error")
    answer = pd.read_csv(found.out / "submission.csv")["y"]
    assert np.corrcoef(np.log(answer), np.log(right[-TESTS:]))[0, 1] > 0.9
    assert found.better
    assert found.config["transform"] == "log1p"
    importance = pd.read_csv(found.out / "importance.csv")["feature"]
    assert importance.str.contains("told|amount").any()


@pytest.mark.parametrize(
    ("truth", "above_zero", "limits"),
    [([0.0, 4.0], False, (0.0, 6.0)), ([-2.0, 2.0], False, (-4.0, 4.0)), ([2, 6], True, (4e-3, 8))],
)
def test_quantities_are_kept_near_those_that_are_known(
    truth: list[float], above_zero: bool, limits: tuple[float, float]
) -> None:
    known, target = np.ones(2, dtype=bool), np.array(truth)[:, None]
    problem = Problem("numbers", "squared", target, known, 1, [], np.zeros(2, dtype=int), 0)
    config = {
        "metric": {"higher_is_better": False},
        "finish": {"rule": "quantity", "above_zero": above_zero},
        "layout": {"kind": "number"},
    }
    goal = make_goal(config, lambda real, predicted: 3.0, problem, target)
    assert (goal.options["low"], goal.options["high"]) == pytest.approx(limits)
    assert goal.gain(target, target) == -3.0


def test_a_metric_that_is_not_defined_for_some_rows_is_no_gain() -> None:
    def score(real: Floats, predicted: Floats) -> float:
        raise ValueError("only one class")

    known, target = np.ones(2, dtype=bool), np.zeros((2, 1))
    problem = Problem("classes", "squared", target, known, 2, [], np.zeros(2, dtype=int), 0)
    config = {
        "metric": {"higher_is_better": True},
        "finish": {"rule": "argmax"},
        "layout": {"kind": "label"},
    }
    assert make_goal(config, score, problem, target).gain(target, target) == -np.inf
