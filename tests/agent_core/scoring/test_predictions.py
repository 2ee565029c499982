from pathlib import Path

import numpy as np
import pytest

from agent_core.errors import DataError
from agent_core.metrics import METRICS
from agent_core.profile import PredictionKind, Task
from agent_core.scoring.predictions import metric_of, read_truth
from tests.agent_core.scoring.texts import classes, read, tags
from tests.agent_core.small_competition import (
    QUANTITIES,
    churn,
    regression,
    small_competition,
)


def test_quantities_are_read_as_numbers_and_gaps_as_nan(tmp_path: Path) -> None:
    made = small_competition(
        tmp_path,
        targets={"y": ["1.5", " 2 ", "", "NA", "1e3", "-4", *["7"] * 6]},
        metric="rmse",
        kind=PredictionKind.NUMBER,
    )
    truth = read_truth(made.profile, made.dataset)
    assert truth[:6] == pytest.approx([1.5, 2, np.nan, np.nan, 1000, -4], nan_ok=True)


def test_several_quantities_make_columns(tmp_path: Path) -> None:
    made = small_competition(
        tmp_path,
        targets={"a": QUANTITIES, "b": QUANTITIES[::-1]},
        metric="mcrmse",
        kind=PredictionKind.NUMBER,
        task=Task.MULTI_TARGET,
    )
    assert read_truth(made.profile, made.dataset).shape == (12, 2)
    predictions, problems = read(made.profile, "1|2", " -3.5 |4e1")
    assert problems == []
    assert predictions is not None
    assert predictions.tolist() == [[1, 2], [-3.5, 40]]


def test_labels_become_codes_in_the_order_of_the_target(tmp_path: Path) -> None:
    made = classes(tmp_path, PredictionKind.LABEL, "accuracy")
    assert read_truth(made.profile, made.dataset).tolist() == [0, 1, 2] * 4
    predictions, _ = read(made.profile, "blue", "red")
    assert predictions is not None
    assert predictions.tolist() == [2, 0]


def test_labels_may_be_written_otherwise_than_they_are_trained_on(tmp_path: Path) -> None:
    made = churn(tmp_path, PredictionKind.LABEL, "accuracy", submitted_labels=("0", "1"))
    assert read_truth(made.profile, made.dataset).tolist() == [1, 0, 0, 1] * 3
    predictions, _ = read(made.profile, "0", "1")
    assert predictions is not None
    assert predictions.tolist() == [0, 1]
    _, problems = read(made.profile, "No", "1")
    assert "no known label in 1 row, first in row 1: 'No'" in problems[0]


def test_a_probability_is_that_of_the_last_label(tmp_path: Path) -> None:
    made = churn(tmp_path, PredictionKind.PROBABILITY, "roc_auc")
    assert read_truth(made.profile, made.dataset).tolist() == [1, 0, 0, 1] * 3
    predictions, _ = read(made.profile, "0.25", "1")
    assert predictions is not None
    assert predictions.tolist() == [0.25, 1]


def test_several_labels_per_row(tmp_path: Path) -> None:
    made = tags(tmp_path, PredictionKind.LABEL, "f1_samples")
    assert read_truth(made.profile, made.dataset)[:3].tolist() == [[0, 1], [1, 1], [0, 0]]
    predictions, _ = read(made.profile, "1|0", "0|0")
    assert predictions is not None
    assert predictions.tolist() == [[1, 0], [0, 0]]
    _, problems = read(made.profile, "1|2", "x|0")
    assert len(problems) == 2


def test_class_probabilities_are_put_in_the_order_of_the_codes(tmp_path: Path) -> None:
    made = classes(
        tmp_path,
        PredictionKind.CLASS_PROBABILITIES,
        "multiclass_log_loss",
        columns=("p_blue", "p_green", "p_red"),
        column_labels=("blue", "green", "red"),
    )
    predictions, _ = read(made.profile, "0.7|0.2|0.1")
    assert predictions is not None
    assert predictions.tolist() == [[0.1, 0.2, 0.7]]


def test_classes_that_only_one_side_knows(tmp_path: Path) -> None:
    made = classes(
        tmp_path,
        PredictionKind.CLASS_PROBABILITIES,
        "multiclass_log_loss",
        columns=("red", "green", "violet"),
    )
    truth = read_truth(made.profile, made.dataset)
    assert truth[:3] == pytest.approx([0, 1, np.nan], nan_ok=True)
    predictions, _ = read(made.profile, "0.5|0.25|0.25")
    assert predictions is not None
    assert predictions.tolist() == [[0.5, 0.25, 0, 0.25]]


def test_rankings_are_codes_with_the_best_first(tmp_path: Path) -> None:
    made = classes(tmp_path, PredictionKind.RANKING, "map_at_2", top=2)
    predictions, problems = read(made.profile, "blue red", "green")
    assert problems == []
    assert predictions is not None
    assert predictions.tolist() == [[2, 0], [1, -1]]
    _, problems = read(made.profile, "blue red green", "", "violet red")
    assert [
        part in problem
        for part, problem in zip(
            ["more than 2", "names no label", "unknown label"], problems, strict=True
        )
    ] == [True] * 3


def test_without_a_top_the_longest_ranking_counts(tmp_path: Path) -> None:
    made = classes(tmp_path, PredictionKind.RANKING, "map_at_k")
    predictions, _ = read(made.profile, "blue red", "green red blue")
    assert predictions is not None
    assert predictions.shape == (2, 3)


def test_a_metric_must_be_known(tmp_path: Path) -> None:
    made = regression(tmp_path)
    assert metric_of(made.profile) is METRICS["rmse"]
    choice = made.profile.metric.model_copy(update={"name": "levenshtein"})
    with pytest.raises(DataError, match="levenshtein"):
        metric_of(made.profile.model_copy(update={"metric": choice}))


def test_no_rows_are_no_problem(tmp_path: Path) -> None:
    predictions, problems = read(regression(tmp_path, "rmsle").profile)
    assert problems == []
    assert predictions is not None
    assert predictions.shape == (0,)
