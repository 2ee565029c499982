"""Task, target, labels, layout and metric, for each way in which competitions ask."""

from pathlib import Path

import numpy as np
import pytest

from agent_core.errors import DataError
from agent_core.profile import PredictionKind, Task
from tests.agent_core.profiling.competitions import (
    TRAIN_ROWS,
    choices,
    codes,
    profile_of,
    sample,
    test_rows,
    train_rows,
    usual,
)

NUMBERS = np.random.default_rng(5).normal(1e6, 1e5, TRAIN_ROWS).round(2)


def test_yes_no_with_a_number_in_the_sample_wants_a_probability(tmp_path: Path) -> None:
    files = usual(train_rows(churn=choices(["Yes", "No"])), sample(churn=0.5))
    profile = profile_of(tmp_path, files, "Area Under Receiver Operating Characteristic Curve")
    assert (profile.task, profile.layout.kind) == (Task.BINARY, PredictionKind.PROBABILITY)
    assert profile.targets[0].labels == ("No", "Yes")
    assert (profile.metric.name, profile.metric.confidence) == ("roc_auc", 1.0)


def test_yes_no_with_whole_numbers_and_a_label_metric_is_written_as_0_and_1(tmp_path: Path) -> None:
    files = usual(train_rows(churn=choices(["Yes", "No"])), sample(churn=0))
    profile = profile_of(tmp_path, files, "F1")
    assert profile.layout.kind == PredictionKind.LABEL
    assert profile.layout.submitted_labels == ("0", "1")


@pytest.mark.parametrize(
    ("labels", "shown", "written"),
    [
        ([True, False], False, ("False", "True")),
        ([True, False], "false", ("false", "true")),
        (["Yes", "No"], "NO", ("NO", "YES")),
        (["1", "0"], "False", ("False", "True")),
        (["malignant", "benign"], 0, ("0", "1")),
        (["Yes", "No"], "0.0", ("0.0", "1.0")),
        (["positive", "negative"], "No", ("No", "Yes")),
        ([1, 0], 0, ("0", "1")),
        ([1, -1], 1, ("-1", "1")),
        ([1, 0], ["good", "bad"] * 40, ("bad", "good")),
        (["1.0", "0.0"], 0, ("0", "1")),
        (["1", "0"], "0.0", ("0.0", "1.0")),
    ],
)
def test_two_labels_are_written_as_the_sample_writes_them(
    tmp_path: Path, labels: list[object], shown: object, written: tuple[str, str]
) -> None:
    files = usual(train_rows(target=choices(labels)), sample(target=shown))
    profile = profile_of(tmp_path, files, "Categorization Accuracy")
    assert profile.task == Task.BINARY
    assert profile.layout.submitted_labels == written


def test_the_positive_label_is_the_one_the_description_asks_for(tmp_path: Path) -> None:
    labels = np.array(["paid"] * 150 + ["charged_off"] * 50)
    files = usual(train_rows(status=labels), sample(status=0.5))
    profile = profile_of(tmp_path, files, "AUC", "Predict the probability that status is paid.")
    assert profile.targets[0].labels == ("charged_off", "paid")


def test_the_description_decides_where_the_words_could_mean_either(tmp_path: Path) -> None:
    files = usual(train_rows(risk=choices(["good", "bad"])), sample(risk=0.5))
    text = "Predict the probability that risk is bad."
    assert profile_of(tmp_path, files, "AUC", text).targets[0].labels == ("good", "bad")
    assert profile_of(tmp_path, files, "AUC").targets[0].labels == ("bad", "good")


def test_without_a_hint_the_rarer_label_is_positive(tmp_path: Path) -> None:
    labels = np.array(["usual"] * 150 + ["special"] * 50)
    profile = profile_of(tmp_path, usual(train_rows(kind=labels), sample(kind=0.5)), "AUC")
    assert profile.targets[0].labels == ("usual", "special")


def test_na_and_none_are_labels_among_words(tmp_path: Path) -> None:
    files = usual(train_rows(grade=choices(["NA", "None", "Low"])), sample(grade="NA"))
    profile = profile_of(tmp_path, files, "Categorization Accuracy")
    assert profile.targets[0].labels == ("Low", "NA", "None")
    assert "target_missing" not in codes(profile)


def test_na_is_a_missing_target_among_numbers(tmp_path: Path) -> None:
    files = usual(train_rows(grade=choices(["NA", "1", "2", "3"])), sample(grade="1"))
    profile = profile_of(tmp_path, files, "Categorization Accuracy")
    assert profile.targets[0].labels == ("1", "2", "3")
    assert "target_missing" in codes(profile)


def test_several_flags_are_multilabel(tmp_path: Path) -> None:
    flags = {name: choices([0, 1], seed=place) for place, name in enumerate(("toxic", "spam"))}
    files = usual(train_rows(**flags), sample(toxic=0.5, spam=0.5))
    profile = profile_of(tmp_path, files, "Mean Columnwise AUC")
    assert (profile.task, profile.layout.kind) == (Task.MULTILABEL, PredictionKind.PROBABILITY)
    assert [target.labels for target in profile.targets] == [("0", "1")] * 2


def test_several_flags_with_whole_numbers_in_the_sample_are_labels(tmp_path: Path) -> None:
    flags = {name: choices([0, 1], seed=place) for place, name in enumerate(("toxic", "spam"))}
    profile = profile_of(tmp_path, usual(train_rows(**flags), sample(toxic=0, spam=0)))
    assert (profile.task, profile.layout.kind) == (Task.MULTILABEL, PredictionKind.LABEL)


def test_several_quantities_are_multi_target(tmp_path: Path) -> None:
    files = usual(train_rows(fat=NUMBERS, water=-NUMBERS), sample(fat=1.0, water=2.0))
    profile = profile_of(tmp_path, files, "MCRMSE")
    assert (profile.task, profile.metric.name) == (Task.MULTI_TARGET, "mcrmse")
    assert [target.labels for target in profile.targets] == [None, None]


def test_several_columns_of_classes_are_refused(tmp_path: Path) -> None:
    train = train_rows(shape=choices(["x", "y", "z"]), tone=choices(["a", "b", "c"]))
    with pytest.raises(DataError, match="'shape' holds classes"):
        profile_of(tmp_path, usual(train, sample(shape="x", tone="a")))


def test_words_of_a_scale_are_in_its_order(tmp_path: Path) -> None:
    files = usual(train_rows(level=choices(["Low", "High", "Medium"])), sample(level="Low"))
    profile = profile_of(tmp_path, files, "QWK")
    assert profile.task == Task.ORDINAL
    assert profile.targets[0].labels == ("Low", "Medium", "High")


def test_whole_numbers_are_wanted_where_the_text_says_so(tmp_path: Path) -> None:
    train = train_rows(count=np.arange(TRAIN_ROWS))
    text = "Predictions must be integers."
    assert profile_of(tmp_path, usual(train, sample(count=0)), "RMSE", text).layout.integers


def test_labels_that_the_sample_does_not_show_are_said_to_be_guessed(tmp_path: Path) -> None:
    files = usual(train_rows(kind=choices(["cat", "dog", "eel"])), sample(kind="?"))
    profile = profile_of(tmp_path, files, "Categorization Accuracy")
    assert profile.layout.submitted_labels == ("cat", "dog", "eel")
    assert "labels_guessed" in codes(profile)


def test_words_submitted_as_numbers_from_zero_or_one(tmp_path: Path) -> None:
    numbers = np.resize([1, 2, 3], len(test_rows()))
    files = usual(train_rows(kind=choices(["cat", "dog", "eel"])), sample(kind=numbers))
    profile = profile_of(tmp_path, files, "Categorization Accuracy")
    assert profile.layout.submitted_labels == ("1", "2", "3")
    assert "labels_guessed" in codes(profile)


def test_prices_with_currency_and_groups_are_a_quantity(tmp_path: Path) -> None:
    prices = [f"${number / 100:,.2f}" for number in NUMBERS]
    profile = profile_of(tmp_path, usual(train_rows(price=prices), sample(price=0.0)), "MAE")
    assert (profile.task, profile.metric.name) == (Task.REGRESSION, "mae")
    assert "target_missing" not in codes(profile)
