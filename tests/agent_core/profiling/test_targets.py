"""Which training columns are asked for, whatever they are called."""

from pathlib import Path

import numpy as np
import pytest

from agent_core.errors import DataError
from agent_core.profile import PredictionKind, Task
from tests.agent_core.profiling.competitions import (
    TRAIN_ROWS,
    choices,
    codes,
    column,
    features,
    profile_of,
    sample,
    train_rows,
    usual,
)

NUMBERS = np.random.default_rng(5).normal(1e6, 1e5, TRAIN_ROWS).round(2)


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


def test_a_target_without_any_value_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no value in any training row"):
        profile_of(tmp_path, usual(train_rows(price=""), sample(price=1.0)))


def test_columns_that_stand_for_nothing_are_refused(tmp_path: Path) -> None:
    files = usual(train_rows(kind=choices(["cat", "dog"])), sample(one=0.1, two=0.2, three=0.3))
    with pytest.raises(DataError, match="are no classes of one of its columns"):
        profile_of(tmp_path, files)


def test_a_training_table_without_target_is_refused(tmp_path: Path) -> None:
    files = usual(features(TRAIN_ROWS), sample(price=1.0))
    with pytest.raises(DataError, match=r"columns \['price'\] are not in train.csv"):
        profile_of(tmp_path, files)


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
