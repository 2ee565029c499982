"""Task, target, labels, layout and metric, for each way in which competitions ask."""

from pathlib import Path

import numpy as np
import pytest

from agent_core.errors import BadSource, DataError
from agent_core.profile import PredictionKind, Task
from agent_core.profiling import profile_dataset
from tests.agent_core.profiling.competitions import (
    TRAIN_ROWS,
    choices,
    codes,
    column,
    dataset_of,
    features,
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


@pytest.mark.parametrize("names", ["Status_{}", "predict_{}", "{}", "Status {}", "prob.{}"])
def test_class_columns_may_carry_a_prefix(tmp_path: Path, names: str) -> None:
    labels = ["C", "CL", "D"]
    columns = {names.format(label): 0.33 for label in labels}
    files = usual(train_rows(Status=choices(list(labels))), sample(**columns))
    profile = profile_of(tmp_path, files, "Log Loss")
    assert profile.layout.kind == PredictionKind.CLASS_PROBABILITIES
    assert profile.layout.columns == tuple(columns)
    assert profile.layout.column_labels == ("C", "CL", "D")
    assert (profile.task, profile.metric.name) == (Task.MULTICLASS, "multiclass_log_loss")


def test_class_columns_with_numbers_and_in_another_order(tmp_path: Path) -> None:
    columns = {f"class_{number}": 0.2 for number in (2, 0, 1, 10)}
    files = usual(train_rows(y=choices([0, 1, 2, 10])), sample(**columns))
    profile = profile_of(tmp_path, files)
    assert profile.layout.column_labels == ("2", "0", "1", "10")
    assert profile.targets[0].labels == ("2", "0", "1", "10")
    assert profile.metric.confidence < 1


def test_a_class_that_training_never_shows_keeps_its_column(tmp_path: Path) -> None:
    columns = dict.fromkeys(("a", "b", "c", "d", "unseen"), 0.2)
    files = usual(train_rows(y=choices(["a", "b", "c", "d"])), sample(**columns))
    profile = profile_of(tmp_path, files, "Log Loss")
    assert profile.targets[0].labels == ("a", "b", "c", "d", "unseen")
    assert "rare_classes" in codes(profile)


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


def test_words_of_a_scale_are_in_its_order(tmp_path: Path) -> None:
    files = usual(train_rows(level=choices(["Low", "High", "Medium"])), sample(level="Low"))
    profile = profile_of(tmp_path, files, "QWK")
    assert profile.task == Task.ORDINAL
    assert profile.targets[0].labels == ("Low", "Medium", "High")


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


def test_a_target_in_other_letters_is_found(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, usual(train_rows(label=choices([0, 1, 2])), sample(Label=0)))
    assert profile.targets[0].column == "label"
    assert profile.layout.columns == ("Label",)


def test_a_target_of_another_name_is_guessed_and_said(tmp_path: Path) -> None:
    train = train_rows(other=NUMBERS * 2, target=NUMBERS)
    profile = profile_of(tmp_path, usual(train, sample(prediction=0.5)), "RMSE")
    assert profile.targets[0].column == "target"
    assert "target_guessed" in codes(profile)
    assert column(profile, "other").role == "unused"


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


def test_whole_numbers_are_wanted_where_the_text_says_so(tmp_path: Path) -> None:
    train = train_rows(count=np.arange(TRAIN_ROWS))
    text = "Predictions must be integers."
    assert profile_of(tmp_path, usual(train, sample(count=0)), "RMSE", text).layout.integers


def test_a_target_without_any_value_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no value in any training row"):
        profile_of(tmp_path, usual(train_rows(price=""), sample(price=1.0)))


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


def test_columns_that_stand_for_nothing_are_refused(tmp_path: Path) -> None:
    files = usual(train_rows(kind=choices(["cat", "dog"])), sample(one=0.1, two=0.2, three=0.3))
    with pytest.raises(DataError, match="are no classes of one of its columns"):
        profile_of(tmp_path, files)


def test_a_training_table_without_target_is_refused(tmp_path: Path) -> None:
    files = usual(features(TRAIN_ROWS), sample(price=1.0))
    with pytest.raises(DataError, match=r"columns \['price'\] are not in train.csv"):
        profile_of(tmp_path, files)


def test_prices_with_currency_and_groups_are_a_quantity(tmp_path: Path) -> None:
    prices = [f"${number / 100:,.2f}" for number in NUMBERS]
    profile = profile_of(tmp_path, usual(train_rows(price=prices), sample(price=0.0)), "MAE")
    assert (profile.task, profile.metric.name) == (Task.REGRESSION, "mae")
    assert "target_missing" not in codes(profile)


def test_a_target_of_one_value_is_said(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, usual(train_rows(price=5), sample(price=5)), "RMSE")
    assert "target_constant" in codes(profile)


def test_the_columns_of_classes_choose_among_several_training_columns(tmp_path: Path) -> None:
    train = train_rows(kind=choices(["cat", "dog", "eel"]), tone=choices(["a", "b"]))
    files = usual(train, sample(kind_cat=0.3, kind_dog=0.3, kind_eel=0.3))
    profile = profile_of(tmp_path, files, "Log Loss")
    assert profile.targets[0].column == "kind"
    assert column(profile, "tone").role == "unused"


def test_a_class_of_training_that_nobody_asks_for_is_said(tmp_path: Path) -> None:
    labels = ["a", "b", "c", "d", "e"]
    columns = dict.fromkeys(labels[:4], 0.25)
    files = usual(train_rows(kind=choices(list(labels))), sample(**columns))
    profile = profile_of(tmp_path, files, "Log Loss")
    assert profile.targets[0].labels == ("a", "b", "c", "d", "e")
    assert profile.layout.column_labels == ("a", "b", "c", "d")
    assert "classes_not_asked" in codes(profile)


def test_among_several_candidates_the_one_of_the_description_is_taken(tmp_path: Path) -> None:
    train = train_rows(revenue=NUMBERS, costs=NUMBERS * 2)
    files = usual(train, sample(prediction=0.5))
    text = "Predict the revenue of each shop."
    assert profile_of(tmp_path, files, "RMSE", text).targets[0].column == "revenue"
