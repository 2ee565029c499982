"""By which columns side tables are joined."""

from pathlib import Path

import numpy as np
import pandas as pd

from agent_core.profile import Join
from tests.agent_core.profiling.competitions import (
    TEST_ROWS,
    TRAIN_ROWS,
    choices,
    profile_of,
    sample,
    test_rows,
    train_rows,
    usual,
)

RANDOM = np.random.default_rng(7)
PRICES = RANDOM.normal(size=TRAIN_ROWS).round(3)
SAMPLE = sample(price=0.5)


def join_of(folder: Path, side: pd.DataFrame, **columns: np.ndarray) -> Join | None:
    """The join of ``side`` where the main tables have ``columns``, training rows first."""
    train = train_rows(price=PRICES).assign(**{k: v[:TRAIN_ROWS] for k, v in columns.items()})
    test = test_rows().assign(**{k: v[TRAIN_ROWS:] for k, v in columns.items()})
    files = usual(train, SAMPLE, side=side) | {"test.csv": test}
    [table] = [table for table in profile_of(folder, files).tables if table.name == "side.csv"]
    return table.join


def of(side: pd.DataFrame, *names: str) -> dict[str, np.ndarray]:
    """Values of main rows for these columns: side rows drawn at random."""
    drawn = side.iloc[np.random.default_rng(1).integers(0, len(side), TRAIN_ROWS + TEST_ROWS)]
    return {name: drawn[name].to_numpy() for name in names}


def one(*names: str) -> Join:
    return Join(main_columns=names, side_columns=names, many=False)


def test_the_smallest_key_is_taken_and_rather_an_id_than_a_measure(tmp_path: Path) -> None:
    means = RANDOM.permutation(40) / 7
    schools = pd.DataFrame(
        {"mean_ses": means.round(4), "school": range(1000, 1040), "size": RANDOM.permutation(40)}
    )
    assert join_of(tmp_path, schools, **of(schools, "mean_ses", "school")) == one("school")


def test_columns_are_added_until_the_key_is_unique(tmp_path: Path) -> None:
    hours = pd.MultiIndex.from_product([range(1, 4), range(1, 9), range(5), ["A", "B"]])
    weather = hours.to_frame(False, ["month", "day", "hour", "origin"])
    weather["wind"] = RANDOM.normal(size=len(weather))
    names = ("month", "day", "hour", "origin")
    assert join_of(tmp_path, weather, **of(weather, *names)) == one(*names)
    stamped = weather.assign(
        stamp=weather["month"] * 10000 + weather["day"] * 100 + weather["hour"]
    )
    joined = join_of(tmp_path, stamped, **of(stamped, *names, "stamp"))
    assert joined == one("origin", "stamp")


def test_a_unique_key_that_leads_nowhere_is_left_for_one_of_many_rows(tmp_path: Path) -> None:
    orders = pd.DataFrame(
        {"order": range(90_000, 90_600), "town": choices(["Ulm", "Bonn", "Kiel"], 600)}
    ).assign(amount=range(600))
    columns = of(orders, "town") | {"order": np.arange(TRAIN_ROWS + TEST_ROWS)}
    expected = Join(main_columns=("town",), side_columns=("town",), many=True)
    assert join_of(tmp_path, orders, **columns) == expected


def test_row_numbers_that_were_written_along_are_no_key(tmp_path: Path) -> None:
    towns = [f"town {place}" for place in range(300)]
    places = pd.DataFrame({"Unnamed: 0": range(300), "town": towns, "people": range(300)})
    rows = {"Unnamed: 0": np.resize(np.arange(200), TRAIN_ROWS + TEST_ROWS)}
    assert join_of(tmp_path, places, **of(places, "town"), **rows) == one("town")


def test_of_two_main_columns_that_fit_the_one_with_more_values_is_joined(tmp_path: Path) -> None:
    codes = [f"{a}{b}X" for a in "ABCDEFGH" for b in "ABCDEFGH"]
    airports = pd.DataFrame({"faa": codes, "altitude": range(64)})
    rows = TRAIN_ROWS + TEST_ROWS
    # Some destinations are abroad.
    ends = choices([*codes, "QQQ", "ZZZ"], rows, seed=4)
    joined = join_of(tmp_path, airports, origin=choices(codes[:3], rows), dest=ends)
    assert joined == Join(main_columns=("dest",), side_columns=("faa",), many=False)
