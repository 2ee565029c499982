"""Groups, time and duplicates: folds must relate as test rows relate to training rows."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent_core.folds import make_folds, write_folds
from agent_core.profile import FoldScheme
from agent_core.profiling import profile_dataset
from tests.agent_core.profiling.competitions import (
    TEST_ROWS,
    TRAIN_ROWS,
    choices,
    codes,
    column,
    dataset_of,
    features,
    sample,
    test_rows,
    train_rows,
    usual,
)

RANDOM = np.random.default_rng(11)
NUMBERS = RANDOM.normal(size=TRAIN_ROWS).round(3)


@pytest.mark.parametrize("pattern", ["P{:03d}", "{}"])
def test_groups_that_training_and_test_do_not_share(tmp_path: Path, pattern: str) -> None:
    train = train_rows(ok=choices([0, 1]))
    train["patient"] = [pattern.format(n) for n in RANDOM.integers(0, 25, TRAIN_ROWS)]
    test = test_rows().assign(
        patient=[pattern.format(n + 500) for n in RANDOM.integers(0, 10, TEST_ROWS)]
    )
    dataset = dataset_of(tmp_path, usual(train, sample(ok=0.5)) | {"test.csv": test}, "AUC")
    profile = profile_dataset(dataset)
    assert (profile.folds.scheme, profile.folds.group_column) == (FoldScheme.GROUPED, "patient")
    assert column(profile, "patient").role == "group"
    folds = pd.Series(make_folds(profile, dataset)).groupby(train["patient"].to_numpy())
    assert (folds.nunique() == 1).all()


def test_groups_that_the_test_table_does_not_name(tmp_path: Path) -> None:
    train = train_rows(ok=choices([0, 1]), user_id=RANDOM.integers(0, 25, TRAIN_ROWS))
    profile = profile_dataset(dataset_of(tmp_path, usual(train, sample(ok=0.5))))
    assert profile.folds.group_column == "user_id"


def test_values_that_both_share_are_no_groups(tmp_path: Path) -> None:
    train = train_rows(ok=choices([0, 1]), shop=RANDOM.integers(0, 25, TRAIN_ROWS))
    test = test_rows().assign(shop=RANDOM.integers(0, 25, TEST_ROWS))
    dataset = dataset_of(tmp_path, usual(train, sample(ok=0.5)) | {"test.csv": test})
    assert profile_dataset(dataset).folds.scheme == FoldScheme.STRATIFIED


def days(first: int, count: int, rows: int) -> list[str]:
    start = pd.Timestamp("2022-01-01")
    return [str((start + pd.Timedelta(days=first + n % count)).date()) for n in range(rows)]


def test_a_test_after_the_training_rows_is_predicted_forward(tmp_path: Path) -> None:
    train = train_rows(sold=NUMBERS, day=days(0, 100, TRAIN_ROWS))
    test = test_rows().assign(day=days(100, 12, TEST_ROWS))
    dataset = dataset_of(tmp_path, usual(train, sample(sold=0.5)) | {"test.csv": test}, "RMSE")
    profile = profile_dataset(dataset)
    plan = profile.folds
    assert (plan.scheme, plan.time_column) == (FoldScheme.TIME_FORWARD, "day")
    assert plan.block_length == pytest.approx(12 * 86_400)
    assert column(profile, "day").role == "time"
    folds = make_folds(profile, dataset)
    latest = pd.Series(pd.to_datetime(train["day"])).groupby(folds)
    assert (latest.max().to_numpy()[:-1] < latest.min().to_numpy()[1:]).all()
    assert sorted(set(folds)) == [-1, 0, 1, 2, 3, 4]


def test_years_as_whole_numbers_are_time_too(tmp_path: Path) -> None:
    train = train_rows(sold=NUMBERS, year=RANDOM.integers(2000, 2012, TRAIN_ROWS))
    test = test_rows().assign(year=RANDOM.integers(2012, 2014, TEST_ROWS))
    dataset = dataset_of(tmp_path, usual(train, sample(sold=0.5)) | {"test.csv": test})
    profile = profile_dataset(dataset)
    assert (profile.folds.scheme, profile.folds.time_column) == (FoldScheme.TIME_FORWARD, "year")
    assert column(profile, "year").role == "time"


def test_test_rows_in_gaps_between_training_rows_make_blocks(tmp_path: Path) -> None:
    hours = pd.date_range("2021-01-01", periods=24 * 300, freq="h")
    early = hours[hours.day <= 19]
    late = hours[hours.day > 19]
    train = pd.DataFrame({"moment": early.astype(str), "temp": RANDOM.normal(size=len(early))})
    train["count"] = RANDOM.integers(0, 500, len(early))
    test = pd.DataFrame({"moment": late.astype(str), "temp": RANDOM.normal(size=len(late))})
    files = usual(train, test[["moment"]].assign(count=0)) | {"test.csv": test}
    dataset = dataset_of(tmp_path, files, "RMSLE")
    profile = profile_dataset(dataset)
    plan = profile.folds
    assert (plan.scheme, plan.time_column) == (FoldScheme.TIME_BLOCKS, "moment")
    assert plan.block_length == pytest.approx(11 * 86_400, rel=0.15)
    folds = make_folds(profile, dataset)
    assert np.bincount(folds).min() > 0.1 * len(train)
    changes = np.count_nonzero(folds[1:] != folds[:-1])
    assert changes < 60


def test_dates_without_relation_to_the_split_change_nothing(tmp_path: Path) -> None:
    train = train_rows(sold=NUMBERS, day=days(0, 100, TRAIN_ROWS))
    test = test_rows().assign(day=days(0, 100, TEST_ROWS))
    dataset = dataset_of(tmp_path, usual(train, sample(sold=0.5)) | {"test.csv": test})
    assert profile_dataset(dataset).folds.scheme == FoldScheme.SHUFFLED


def doubled(rows: int, seed: int, first_id: int = 0) -> pd.DataFrame:
    """Each row of features twice, in random order, with ids of their own."""
    half = features(rows // 2, seed)
    both = pd.concat([half, half]).sample(frac=1, random_state=seed)
    return both.assign(id=np.arange(first_id, first_id + rows))


def test_twins_stay_together_where_the_test_rows_have_none(tmp_path: Path) -> None:
    train = doubled(TRAIN_ROWS, 1).assign(price=NUMBERS)
    dataset = dataset_of(tmp_path, usual(train, sample(price=0.5)))
    profile = profile_dataset(dataset)
    assert profile.folds.duplicates_together
    assert "duplicate_rows" in codes(profile)
    folds = pd.Series(make_folds(profile, dataset))
    twins = folds.groupby([train["size"].to_numpy(), train["visits"].to_numpy()])
    assert (twins.nunique() == 1).all()
    assert folds.value_counts().max() - folds.value_counts().min() <= 2


def test_twins_part_where_the_test_rows_have_them_too(tmp_path: Path) -> None:
    everything = doubled(TRAIN_ROWS + TEST_ROWS, 1)
    train = everything.iloc[:TRAIN_ROWS].assign(price=NUMBERS)
    test = everything.iloc[TRAIN_ROWS:]
    files = usual(train, sample(price=0.5)) | {"test.csv": test}
    profile = profile_dataset(dataset_of(tmp_path, files))
    assert not profile.folds.duplicates_together
    assert {"duplicate_rows", "shared_rows"} <= codes(profile)


def measured(things: int, times: int, seed: int) -> pd.DataFrame:
    """Each thing measured several times, in random order."""
    random = np.random.default_rng(seed)
    exact = pd.DataFrame(random.normal(size=(things, 4)), columns=list("abcd"))
    exact["thing"] = range(things)
    rows = pd.concat([exact] * times).sample(frac=1, random_state=seed).reset_index(drop=True)
    rows[list("abcd")] += random.normal(scale=0.01, size=(len(rows), 4))
    return rows


@pytest.mark.parametrize("shared", [False, True])
def test_repeated_measurements_stay_together_where_test_rows_repeat_none_of_them(
    tmp_path: Path, shared: bool
) -> None:
    rows = measured(60, 5, 4)
    is_test = rows.index % 4 == 0 if shared else rows["thing"] >= 45
    rows["id"] = np.arange(len(rows))
    train = rows[~is_test].assign(level=rows["a"] * 2)
    test = rows[is_test].drop(columns="thing")
    files = {
        "train.csv": train.drop(columns="thing"),
        "test.csv": test,
        "sample_submission.csv": test[["id"]].assign(level=0.5),
    }
    dataset = dataset_of(tmp_path, files, "RMSE")
    profile = profile_dataset(dataset)
    parts = pd.Series(make_folds(profile, dataset)).groupby(train["thing"].to_numpy()).nunique()
    assert ("near_duplicates" in codes(profile)) is not shared
    assert (parts == 1).all() == (not shared)
    assert ("repeat" in profile.folds.reason) is not shared


def test_rows_that_lie_far_from_all_training_rows_are_no_sign_of_repeats(tmp_path: Path) -> None:
    train, test = measured(300, 1, 5), measured(100, 1, 6)
    train["id"], test["id"] = np.arange(300), np.arange(300, 400)
    test[list("abcd")] += 4
    files = {
        "train.csv": train.drop(columns="thing").assign(level=train["a"]),
        "test.csv": test.drop(columns="thing"),
        "sample_submission.csv": test[["id"]].assign(level=0.5),
    }
    assert profile_dataset(dataset_of(tmp_path, files, "RMSE")).folds.repeats_within is None


@pytest.mark.parametrize("rarest", [1, 2, 6])
def test_folds_with_few_rows_of_a_class(tmp_path: Path, rarest: int) -> None:
    labels = ["a"] * 120 + ["b"] * (80 - rarest) + ["c"] * rarest
    dataset = dataset_of(tmp_path, usual(train_rows(kind=labels), sample(kind="a")))
    profile = profile_dataset(dataset)
    folds = make_folds(profile, dataset)
    assert profile.folds.scheme == FoldScheme.STRATIFIED
    assert len(set(folds[-rarest:])) == rarest
    assert set(np.bincount(folds)) == {20}


def test_folds_are_written_in_the_order_of_the_rows(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path / "data", usual(train_rows(price=NUMBERS), sample(price=0.5)))
    profile = profile_dataset(dataset)
    write_folds(profile, dataset, tmp_path / "folds.csv")
    table = pd.read_csv(tmp_path / "folds.csv")
    assert list(table.columns) == ["row", "fold"]
    assert table["row"].tolist() == list(range(TRAIN_ROWS))
    assert table["fold"].tolist() == make_folds(profile, dataset).tolist()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["folds.csv"]


@pytest.mark.parametrize(("rows", "folds"), [(12, 10), (499, 10), (500, 5), (6000, 5)])
def test_the_number_of_folds_follows_the_number_of_rows(
    tmp_path: Path, rows: int, folds: int
) -> None:
    train = features(rows).assign(price=np.arange(rows) % 101 + 0.25)
    dataset = dataset_of(tmp_path, usual(train, sample(price=0.5)))
    assert profile_dataset(dataset).folds.folds == folds
