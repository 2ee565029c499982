"""What is found out about single columns."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent_core.profile import Column, ColumnKind, Profile
from agent_core.profiling.drift import ks_statistic, total_variation
from tests.agent_core.profiling.competitions import (
    TEST_ROWS,
    TRAIN_ROWS,
    File,
    choices,
    codes,
    column,
    profile_of,
    sample,
    test_rows,
    train_rows,
    usual,
)

RANDOM = np.random.default_rng(7)
PRICES = RANDOM.normal(size=TRAIN_ROWS).round(3)
DAYS = pd.Timestamp("2019-03-01") + pd.to_timedelta(RANDOM.permutation(280) * 9, unit="D")
MOMENTS = DAYS + pd.to_timedelta(RANDOM.integers(0, 86_399, 280), unit="s")


def profile_with(folder: Path, values: object, name: str = "it") -> Profile:
    """``values``: 200 for training rows, then 80 for test rows."""
    series = pd.Series(list(values))  # type: ignore[call-overload]
    train = train_rows(price=PRICES)
    train[name] = series.iloc[:TRAIN_ROWS].to_numpy()
    test = test_rows()
    test[name] = series.iloc[TRAIN_ROWS:].to_numpy()
    return profile_of(folder, usual(train, sample(price=0.1)) | {"test.csv": test})


def column_with(folder: Path, values: object, name: str = "it") -> Column:
    return column(profile_with(folder, values, name), name)


@pytest.mark.parametrize(
    ("stamps", "written", "expected"),
    [
        (DAYS, "%Y-%m-%d", "ISO8601"),
        (MOMENTS, "%Y-%m-%d %H:%M:%S", "ISO8601"),
        (MOMENTS, "%Y-%m-%dT%H:%M:%SZ", "ISO8601"),
        (MOMENTS, "%Y-%m-%d %H:%M:%S+02:00", "ISO8601"),
        (DAYS, "%d/%m/%Y", "%d/%m/%Y"),
        (DAYS, "%m/%d/%Y", "%m/%d/%Y"),
        (MOMENTS, "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M"),
        (MOMENTS, "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M:%S %p"),
        (DAYS, "%d.%m.%Y", "%d.%m.%Y"),
        (DAYS, "%d-%m-%Y", "%d-%m-%Y"),
        (DAYS, "%Y/%m/%d", "%Y/%m/%d"),
        (DAYS, "%d-%b-%Y", "%d-%b-%Y"),
        (DAYS, "%d %B %Y", "%d %B %Y"),
        (DAYS, "%B %d, %Y", "%B %d, %Y"),
        (DAYS, "%b-%Y", "%b-%Y"),
        (MOMENTS, "%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %Y"),
        (MOMENTS, "%Y-%m-%d %H:%M:%S UTC", "%Y-%m-%d %H:%M:%S %Z"),
    ],
)
def test_dates_in_common_formats(
    tmp_path: Path, stamps: pd.DatetimeIndex, written: str, expected: str
) -> None:
    found = column_with(tmp_path, stamps.strftime(written))
    assert (found.kind, found.date_format) == (ColumnKind.DATE, expected)
    assert found.minimum is not None
    assert abs(found.minimum - stamps[:TRAIN_ROWS].min().timestamp()) < 32 * 86_400


@pytest.mark.parametrize(("name", "kind"), [("order_date", ColumnKind.DATE), ("it", None)])
def test_eight_digits_are_a_date_if_the_name_says_so(
    tmp_path: Path, name: str, kind: ColumnKind | None
) -> None:
    found = column_with(tmp_path, DAYS.strftime("%Y%m%d"), name)
    assert found.kind == (kind or ColumnKind.NUMERIC)


@pytest.mark.parametrize(("unit", "factor"), [("epoch_s", 1), ("epoch_ms", 1000)])
def test_counts_since_1970(tmp_path: Path, unit: str, factor: int) -> None:
    seconds = (MOMENTS - pd.Timestamp("1970-01-01")) // pd.Timedelta(seconds=1)
    found = column_with(tmp_path, np.asarray(seconds) * factor, "timestamp")
    assert (found.kind, found.date_format) == (ColumnKind.DATE, unit)
    assert found.maximum == max(seconds[:TRAIN_ROWS])


def test_day_and_month_are_told_apart_by_the_order_of_the_file(tmp_path: Path) -> None:
    days = pd.to_datetime([f"2020-{month}-{(5 * month) % 12 + 1}" for month in range(1, 13)])
    values = np.resize(days.strftime("%d/%m/%Y").to_numpy(), 280)
    assert column_with(tmp_path, values).date_format == "%d/%m/%Y"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (RANDOM.normal(size=280).round(4), ColumnKind.NUMERIC),
        ([f" {number}" if number % 7 else " " for number in range(280)], ColumnKind.NUMERIC),
        (
            ["?" if number % 9 == 0 else str(number / 8) for number in range(280)],
            ColumnKind.NUMERIC,
        ),
        (["unknown" if n % 9 == 0 else str(n / 8) for n in range(280)], ColumnKind.NUMERIC),
        ([f"${number},{number:03d}.50" for number in range(1, 281)], ColumnKind.NUMERIC),
        (np.resize(["Yes", "No"], 280), ColumnKind.BOOLEAN),
        (np.resize([True, False, True], 280), ColumnKind.BOOLEAN),
        (np.resize([0, 1, 1], 280), ColumnKind.BOOLEAN),
        (np.resize(["a", "b", "c", ""], 280), ColumnKind.CATEGORICAL),
        (np.resize([f"town {number}" for number in range(90)], 280), ColumnKind.HIGH_CARDINALITY),
        (np.resize([f"{number:05d}" for number in range(90)], 280), ColumnKind.HIGH_CARDINALITY),
        ([f"{number:x}a{number}" for number in range(280)], ColumnKind.ID_LIKE),
        ([f"we saw {n} red ships at sea" for n in range(280)], ColumnKind.TEXT),
        (["same"] * 280, ColumnKind.CONSTANT),
        ([""] * 280, ColumnKind.ALL_MISSING),
        (["NA", "nan"] * 140, ColumnKind.ALL_MISSING),
        (np.arange(280), ColumnKind.ID_LIKE),
    ],
)
def test_kinds(tmp_path: Path, values: object, kind: ColumnKind) -> None:
    found = column_with(tmp_path, values)
    assert found.kind == kind
    unused = (ColumnKind.ID_LIKE, ColumnKind.CONSTANT, ColumnKind.ALL_MISSING)
    assert found.role == ("unused" if kind in unused else "feature")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("zip_code", ColumnKind.CATEGORICAL), ("rooms", ColumnKind.NUMERIC)],
)
def test_whole_numbers_are_codes_only_when_their_name_says_so(
    tmp_path: Path, name: str, kind: ColumnKind
) -> None:
    assert column_with(tmp_path, np.resize(range(100, 140), 280), name).kind == kind


def test_a_row_counter_without_name_is_not_used(tmp_path: Path) -> None:
    train, test = train_rows(price=PRICES), test_rows()
    files = usual(train.to_csv(), sample(price=0.5)) | {"test.csv": test.to_csv()}  # type: ignore[arg-type]
    found = column(profile_of(tmp_path, files), "Unnamed: 0")
    assert (found.kind, found.role) == (ColumnKind.ID_LIKE, "unused")


def test_missing_values_unseen_values_and_drift(tmp_path: Path) -> None:
    values = ["a", "b"] * 90 + [""] * 20 + ["c"] * 40 + ["a"] * 20 + ["?"] * 20
    found = column_with(tmp_path, values)
    assert found.missing_train == pytest.approx(0.1)
    assert found.missing_test == pytest.approx(0.25)
    assert found.unseen == pytest.approx(0.5)
    assert found.drift == pytest.approx(2 / 3)
    assert found.unique == 3
    assert found.examples == ("a", "b")


def test_strong_drift_is_said(tmp_path: Path) -> None:
    values = np.concatenate([RANDOM.normal(size=200), RANDOM.normal(5, 1, 80)]).round(3)
    profile = profile_with(tmp_path, values)
    [caution] = [caution for caution in profile.warnings if caution.code == "drift"]
    assert caution.columns == ("it",)
    found = column(profile, "it")
    assert found.drift is not None
    assert found.drift > 0.9
    assert found.mean == pytest.approx(values[:200].mean())


def test_drift_of_nothing_is_unknown() -> None:
    nothing = np.array([np.nan])
    assert ks_statistic(nothing, np.array([1.0])) is None
    assert total_variation(pd.Series([], dtype=str), pd.Series(["a"])) is None


def test_a_column_that_gives_the_target_away_is_suspected(tmp_path: Path) -> None:
    label = choices(["yes", "no"])
    train = train_rows(target=label, leak=np.where(label == "yes", "A7", "B3"), num=PRICES)
    test = test_rows().assign(leak=choices(["A7", "B3"], TEST_ROWS), num=0.5)
    files = usual(train, sample(target=0.5)) | {"test.csv": test}
    profile = profile_of(tmp_path, files, "AUC")
    suspects = [c.columns for c in profile.warnings if c.code == "leak_suspect"]
    assert suspects == [("leak",)]


def test_the_target_in_another_unit_is_suspected(tmp_path: Path) -> None:
    train = train_rows(price=PRICES, cents=PRICES * 100 + 3)
    files = usual(train, sample(price=0.5)) | {"test.csv": test_rows().assign(cents=1.25)}
    profile = profile_of(tmp_path, files, "RMSE")
    assert [c.columns for c in profile.warnings if c.code == "leak_suspect"] == [("cents",)]
    assert "leak_suspect" not in codes(profile_with(tmp_path / "clean", RANDOM.normal(size=280)))


def test_column_names_with_commas_quotes_and_repeats(tmp_path: Path) -> None:
    train = train_rows(price=PRICES).rename(columns={"size": 'a, "b" {c}', "visits": "v:[1]"})
    test = test_rows().rename(columns={"size": 'a, "b" {c}', "visits": "v:[1]"})
    text = train.to_csv(index=False).replace("color", "v:[1]", 1)
    other = test.to_csv(index=False).replace("color", "v:[1]", 1)
    files = usual(text, sample(price=0.5)) | {"test.csv": other}
    names = [column.name for column in profile_of(tmp_path, files).columns]
    assert names == ["id", 'a, "b" {c}', "v:[1]", "v:[1].1", "price"]


@pytest.mark.parametrize(
    ("name", "texts", "kind"),
    [
        (
            "time_to_delivery",
            [f"{place},{place * 37 % 9000 + 1000}" for place in range(11, 91)],
            "numeric",
        ),
        ("time", [f"{1_700_000_000 + 3600 * place}" for place in range(80)], "date"),
        ("day", [f"{place % 28 + 1:02d}.{place % 12 + 1:02d}.2024" for place in range(80)], "date"),
    ],
)
def test_decimal_commas_are_numbers_whatever_the_name(
    tmp_path: Path, name: str, texts: list[str], kind: str
) -> None:
    def written(frame: pd.DataFrame) -> str:
        return str(frame.to_csv(index=False, sep=";", decimal=","))

    train = train_rows(price=np.resize(np.arange(7) + 0.5, 200))
    files: dict[str, File] = {
        "train.csv": written(train.assign(**{name: np.resize(texts, 200)})),
        "test.csv": written(test_rows().assign(**{name: texts})),
        "sample_submission.csv": written(sample(price=0.5)),
    }
    found = column(profile_of(tmp_path, files), name)
    assert found.kind == kind
    assert found.minimum is not None
