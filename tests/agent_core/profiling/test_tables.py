"""Which file is which, and how the other files join, whatever they are called."""

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent_core.errors import DataError
from agent_core.folds import make_folds
from agent_core.profile import ColumnKind, Profile
from agent_core.profiling import profile_dataset
from tests.agent_core.profiling.competitions import (
    TEST_ROWS,
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

NUMBERS = np.random.default_rng(5).normal(size=TRAIN_ROWS).round(3)
TRAIN, SAMPLE = train_rows(price=NUMBERS), sample(price=0.5)


def roles(profile: Profile) -> dict[str, str]:
    return {table.name: table.role for table in profile.tables}


@pytest.mark.parametrize(
    ("train", "test", "submission"),
    [
        ("train.csv", "test.csv", "sample_submission.csv"),
        ("training_set.csv", "test_set.csv", "sampleSubmission.csv"),
        ("data_1.csv", "data_2.csv", "data_3.csv"),
        ("input/Train.csv", "input/Evaluation.csv", "gender_submission.csv"),
        ("a.csv", "b.csv", "submission_format.csv"),
    ],
)
def test_roles_come_from_content(tmp_path: Path, train: str, test: str, submission: str) -> None:
    files = {submission: SAMPLE, test: test_rows(), train: TRAIN}
    profile = profile_of(tmp_path, files, "RMSE")
    expected = {train: "train", test: "test", submission: "sample_submission"}
    assert roles(profile) == expected
    assert (profile.rows_train, profile.rows_test) == (TRAIN_ROWS, TEST_ROWS)
    assert column(profile, "id").role == "id"


def test_the_id_may_be_the_row_number(tmp_path: Path) -> None:
    submission = pd.DataFrame({"ImageId": np.arange(1, TEST_ROWS + 1), "Label": 0})
    train = train_rows(label=choices([0, 1, 2])).drop(columns="id")
    files = {
        "train.csv": train,
        "test.csv": test_rows().drop(columns="id"),
        "sample_submission.csv": submission,
    }
    profile = profile_of(tmp_path, files)
    assert (profile.layout.id_column, profile.layout.id_from) == ("ImageId", None)


def test_ids_with_a_decimal_point_and_in_another_order_are_the_same_ids(tmp_path: Path) -> None:
    test = test_rows().assign(id=test_rows()["id"].astype(float))
    files = usual(TRAIN, SAMPLE.iloc[::-1]) | {"test.csv": test}
    assert profile_of(tmp_path, files).layout.id_from == "id"


def test_a_sample_of_part_of_the_test_rows_is_said(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, usual(TRAIN, SAMPLE.iloc[:60]))
    assert "sample_is_part" in codes(profile)


def test_ids_without_a_test_row_are_said(tmp_path: Path) -> None:
    files = usual(TRAIN, SAMPLE) | {"test.csv": test_rows().iloc[:70]}
    assert "ids_without_row" in codes(profile_of(tmp_path, files))


def test_an_empty_target_column_in_the_test_table_does_not_confuse(tmp_path: Path) -> None:
    files = usual(TRAIN, SAMPLE) | {"test.csv": test_rows().assign(price="")}
    profile = profile_of(tmp_path, files)
    assert profile.targets[0].column == "price"
    assert roles(profile)["test.csv"] == "test"


def test_everything_in_one_zip(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, frame in usual(TRAIN, SAMPLE).items():
            archive.writestr(f"data/{name}", frame.to_csv(index=False))  # type: ignore[union-attr]
        archive.writestr("data/notes.md", "hello")
    dataset = dataset_of(tmp_path, {"data.zip": packed.getvalue()})
    profile = profile_dataset(dataset)
    members = {table.role: table.format.member for table in profile.tables}
    assert members == {
        "train": "data/train.csv",
        "test": "data/test.csv",
        "sample_submission": "data/sample_submission.csv",
    }
    assert len(make_folds(profile, dataset)) == TRAIN_ROWS


def test_parquet_and_gzip(tmp_path: Path) -> None:
    train = train_rows(bought=choices([True, False]).astype(bool))
    files = {
        "train.parquet": train,
        "test.parquet": test_rows(),
        "sample_submission.csv.gz": gzip.compress(sample(bought=0.5).to_csv(index=False).encode()),
    }
    profile = profile_of(tmp_path, files, "AUC")
    assert profile.targets[0].labels == ("False", "True")
    assert profile.table("sample_submission").format.compression == "gzip"
    assert column(profile, "size").kind == ColumnKind.NUMERIC


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("sample_submission.csv", "do not contain a sample submission"),
        ("test.csv", "do not contain a test table"),
        ("train.csv", "do not contain a training table"),
    ],
)
def test_a_missing_table_is_named_with_what_was_found(
    tmp_path: Path, missing: str, message: str
) -> None:
    files = usual(TRAIN, SAMPLE)
    del files[missing]
    with pytest.raises(DataError, match=message) as caught:
        profile_of(tmp_path, files)
    assert all(name in caught.value.means for name in files)


def test_images_and_texts_are_no_tables(tmp_path: Path) -> None:
    files = {"a.png": b"\x89PNG\r\n", "data_description.txt": "One line.\nAnother, with comma.\n"}
    with pytest.raises(DataError, match="do not contain any table") as caught:
        profile_of(tmp_path, files)
    assert "no CSV, TSV or Parquet file" in caught.value.means


def test_a_broken_table_is_reported_with_its_reason(tmp_path: Path) -> None:
    junk = "# made by hand\n# on a day, or two\n\na,b,c\n1,2\n3,4,5,6\nx\n1;2;3;4;5\n"
    profile = profile_of(tmp_path, usual(TRAIN, SAMPLE, extra=junk))
    assert "file_unreadable" in codes(profile)
    assert "extra.csv" not in roles(profile)


def test_another_sample_submission_is_left_alone(tmp_path: Path) -> None:
    files = usual(TRAIN, SAMPLE, sample_submission_2=SAMPLE.assign(price=9.0))
    profile = profile_of(tmp_path, files)
    assert sorted(roles(profile).values()) == ["sample_submission", "test", "train", "unused"]


def test_columns_that_only_training_has_are_not_used(tmp_path: Path) -> None:
    profile = profile_of(tmp_path, usual(TRAIN.assign(casual=NUMBERS), SAMPLE))
    casual = column(profile, "casual")
    assert casual.role == "unused"
    assert "not in test.csv" in casual.reason


def test_a_small_file_of_ids_is_no_test_table(tmp_path: Path) -> None:
    files = usual(TRAIN, SAMPLE, holidays=features(3)[["id", "color"]])
    assert profile_of(tmp_path, files).table("test").name == "test.csv"


def panel(days: range, **more: object) -> pd.DataFrame:
    grid = pd.MultiIndex.from_product([range(8), days], names=["store", "day"]).to_frame(False)
    return grid.assign(**more)


def test_ids_made_of_several_columns_are_found_by_the_order_of_rows(tmp_path: Path) -> None:
    train, test = panel(range(30)), panel(range(30, 40))
    train["sold"] = np.random.default_rng(0).normal(size=len(train))
    ids = [f"{store}_{day}" for store, day in zip(test["store"], test["day"], strict=True)]
    submission = pd.DataFrame({"Id": ids, "sold": 0.0})
    files = {"train.csv": train, "test.csv": test, "sample_submission.csv": submission}
    profile = profile_of(tmp_path, files, "RMSE")
    assert profile.table("test").name == "test.csv"
    assert (profile.layout.id_column, profile.layout.id_from) == ("Id", None)


def test_rows_told_apart_by_several_columns_are_refused(tmp_path: Path) -> None:
    train, test = panel(range(30)), panel(range(30, 40))
    files = {
        "train.csv": train.assign(sold=np.arange(240) / 7),
        "test.csv": test,
        "sample_submission.csv": test.assign(sold=0.0),
    }
    with pytest.raises(DataError, match="rows with the same 'store'"):
        profile_of(tmp_path, files)


def test_repeated_test_ids_are_said(tmp_path: Path) -> None:
    test = pd.concat([test_rows(), test_rows().iloc[:3]])
    profile = profile_of(tmp_path, usual(TRAIN, SAMPLE) | {"test.csv": test})
    assert profile.table("test").name == "test.csv"
    assert "test_ids_repeat" in codes(profile)
