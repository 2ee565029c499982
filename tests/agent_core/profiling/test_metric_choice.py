"""The metric: as named, as described, or as the data suggest."""

from pathlib import Path

import numpy as np
import pytest

from agent_core.errors import BadSource
from agent_core.profile import PredictionKind, Task
from agent_core.profiling import profile_dataset
from tests.agent_core.profiling.competitions import (
    TRAIN_ROWS,
    choices,
    codes,
    dataset_of,
    profile_of,
    sample,
    train_rows,
    usual,
)

NUMBERS = np.random.default_rng(5).normal(1e6, 1e5, TRAIN_ROWS).round(2)


@pytest.mark.parametrize(
    ("metric", "task", "kind"),
    [
        ("Categorization Accuracy", Task.MULTICLASS, PredictionKind.LABEL),
        ("QuadraticWeightedKappa", Task.ORDINAL, PredictionKind.LABEL),
        ("Root Mean Squared Error", Task.REGRESSION, PredictionKind.NUMBER),
        (None, Task.MULTICLASS, PredictionKind.LABEL),
    ],
)
def test_few_whole_numbers_are_what_the_metric_makes_of_them(
    tmp_path: Path, metric: str | None, task: Task, kind: PredictionKind
) -> None:
    files = usual(train_rows(grade=choices([3, 4, 5, 6, 10])), sample(grade=5))
    profile = profile_of(tmp_path, files, metric)
    assert (profile.task, profile.layout.kind) == (task, kind)
    labels = None if task == Task.REGRESSION else ("3", "4", "5", "6", "10")
    assert profile.targets[0].labels == labels


def test_few_whole_numbers_with_fractions_in_the_sample_are_a_quantity(tmp_path: Path) -> None:
    files = usual(train_rows(grade=choices([3, 4, 5, 6])), sample(grade=4.73))
    assert profile_of(tmp_path, files).task == Task.REGRESSION


def test_labels_with_blanks_between_them_are_a_ranking(tmp_path: Path) -> None:
    files = usual(train_rows(crop=choices(["rye", "oat", "14-35"])), sample(crop="oat rye 14-35"))
    profile = profile_of(tmp_path, files, "MAP@3")
    assert (profile.layout.kind, profile.layout.top) == (PredictionKind.RANKING, 3)
    assert profile.layout.submitted_labels == ("14-35", "oat", "rye")
    assert profile.metric.name == "map_at_3"


def test_a_ranking_is_known_by_its_metric_alone(tmp_path: Path) -> None:
    files = usual(train_rows(cluster=choices(list(range(40)))), sample(cluster="7"))
    profile = profile_of(tmp_path, files, "MAP@5")
    assert (profile.task, profile.layout.kind) == (Task.MULTICLASS, PredictionKind.RANKING)
    assert profile.layout.top == 5


def test_the_description_names_the_metric(tmp_path: Path) -> None:
    files = usual(train_rows(price=NUMBERS), sample(price=1.0))
    text = "Submissions are evaluated on the mean absolute error."
    profile = profile_of(tmp_path, files, None, text)
    assert profile.metric.name == "mae"
    assert 0.5 < profile.metric.confidence < 1


def test_an_unknown_metric_is_inferred_with_a_caution(tmp_path: Path) -> None:
    files = usual(train_rows(price=NUMBERS), sample(price=1.0))
    profile = profile_of(tmp_path, files, "Our Own Secret Loss")
    assert profile.metric.name == "rmse"
    assert profile.metric.confidence <= 0.5
    assert "metric_unknown" in codes(profile)


def test_a_metric_that_does_not_fit_is_replaced_with_a_caution(tmp_path: Path) -> None:
    files = usual(train_rows(price=NUMBERS), sample(price=1.0))
    profile = profile_of(tmp_path, files, "AUC")
    assert profile.metric.name == "rmse"
    assert "metric_misfit" in codes(profile)


def test_an_override_wins_over_the_competition(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, usual(train_rows(price=NUMBERS), sample(price=1.0)), "RMSE")
    assert profile_dataset(dataset, "mean absolute error").metric.name == "mae"


def test_an_unknown_override_lists_names_like_it(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, usual(train_rows(price=NUMBERS), sample(price=1.0)))
    with pytest.raises(BadSource, match="Root Mean Squared Error"):
        profile_dataset(dataset, "rmsee")
