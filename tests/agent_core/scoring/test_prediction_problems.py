from pathlib import Path

import pytest

from agent_core.profile import PredictionKind
from tests.agent_core.scoring.texts import classes, read
from tests.agent_core.small_competition import (
    churn,
    regression,
)


@pytest.mark.parametrize("value", ["", "abc", "NaN", "1,5", "0x1F", "1_000", "--1", "None", "1 2"])
def test_what_is_no_number_is_a_problem(tmp_path: Path, value: str) -> None:
    made = regression(tmp_path)
    predictions, problems = read(made.profile, "1", value)
    assert predictions is None
    assert problems == [
        f"column 'y': a value that is not a number in 1 row, first in row 2: {value!r}"
    ]


@pytest.mark.parametrize("value", ["inf", "-Infinity", "1e999"])
def test_what_is_infinite_is_a_problem(tmp_path: Path, value: str) -> None:
    made = regression(tmp_path)
    assert read(made.profile, "1", value)[0] is None


@pytest.mark.parametrize(
    ("metric", "value", "said"),
    [
        ("rmse", "-1", None),
        ("r2", "-1", None),
        ("pearson", "-1", None),
        ("rmsle", "-0.5", "prediction is negative"),
        ("rmsle", "0", None),
        ("gamma_deviance", "0", "above 0"),
        ("tweedie_deviance", "-3", "above 0"),
    ],
)
def test_quantities_that_the_metric_refuses(
    tmp_path: Path, metric: str, value: str, said: str | None
) -> None:
    _, problems = read(regression(tmp_path, metric).profile, "5", value)
    assert problems == [] if said is None else said in problems[0]


def test_whole_numbers_where_they_are_asked_for(tmp_path: Path) -> None:
    made = regression(tmp_path, integers=True)
    assert read(made.profile, "1", "2.0")[1] == []
    assert "whole numbers" in read(made.profile, "1", "2.5")[1][0]


@pytest.mark.parametrize("value", ["-0.1", "1.1", "50"])
def test_probabilities_lie_between_0_and_1(tmp_path: Path, value: str) -> None:
    made = churn(tmp_path, PredictionKind.PROBABILITY, "roc_auc")
    assert "outside 0 to 1" in read(made.profile, "0.5", value)[1][0]


def test_rounding_may_lift_a_probability_a_little_above_1(tmp_path: Path) -> None:
    made = classes(
        tmp_path,
        PredictionKind.CLASS_PROBABILITIES,
        "multiclass_log_loss",
        columns=("red", "green", "blue"),
    )
    predictions, problems = read(made.profile, "1.0000000001|0|0")
    assert problems == []
    assert predictions is not None
    assert predictions.max() == 1
    assert "every class probability is 0" in read(made.profile, "1|0|0", "0|0|0")[1][0]
    assert "outside 0 to 1" in read(made.profile, "-0.1|0.6|0.5")[1][0]
