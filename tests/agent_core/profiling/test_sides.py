"""Side tables, and labels in a file of their own."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent_core.errors import DataError
from agent_core.profile import Join, Profile
from agent_core.profiling import profile_dataset
from agent_core.template.reading import read_training
from tests.agent_core.profiling.competitions import (
    TEST_ROWS,
    TRAIN_ROWS,
    choices,
    column,
    dataset_of,
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


def test_side_tables_join_by_their_keys(tmp_path: Path) -> None:
    store, day = np.resize(np.arange(8), TRAIN_ROWS), np.repeat(np.arange(25), 8)
    train = TRAIN.assign(store=store, day=day)
    test = test_rows().assign(store=np.resize(np.arange(8), TEST_ROWS), day=np.repeat(range(10), 8))
    grid = pd.MultiIndex.from_product([range(25), range(8)], names=["day", "store"]).to_frame(False)
    sides = {
        "stores": pd.DataFrame({"store": range(8), "city": list("aabbccdd")}),
        "weather": pd.DataFrame({"day": range(25), "rain": np.arange(25) % 3}),
        "visits": grid.assign(guests=np.arange(200)),
        "unrelated": pd.DataFrame({"x": [7.25, 8.5], "y": ["p", "q"]}),
        "more_train": train.iloc[:20],
    }
    files = usual(train, SAMPLE, **sides) | {"test.csv": test}
    profile = profile_of(tmp_path, files)
    joins = {table.name: table.join for table in profile.side_tables()}
    assert joins == {
        "stores.csv": Join(main_columns=("store",), side_columns=("store",), many=False),
        "weather.csv": Join(main_columns=("day",), side_columns=("day",), many=False),
        "visits.csv": Join(
            main_columns=("store", "day"), side_columns=("store", "day"), many=False
        ),
    }
    assert roles(profile)["unrelated.csv"] == roles(profile)["more_train.csv"] == "unused"
    unused = [caution for caution in profile.warnings if caution.code == "table_unused"]
    assert len(unused) == 2


def test_a_side_table_with_many_rows_per_key_and_one_with_another_key_name(tmp_path: Path) -> None:
    train = TRAIN.assign(town=choices(["Ulm", "Bonn", "Kiel"]))
    test = test_rows().assign(town=choices(["Ulm", "Bonn", "Kiel"], TEST_ROWS))
    ids = np.random.default_rng(0).integers(0, TRAIN_ROWS + TEST_ROWS, 900)
    orders = pd.DataFrame({"id": ids, "amount": np.arange(900)})
    towns = pd.DataFrame({"name": ["Ulm", "Bonn", "Kiel", "Jena"], "people": [1, 2, 3, 4]})
    files = usual(train, SAMPLE, orders=orders, places=towns) | {"test.csv": test}
    joins = {table.name: table.join for table in profile_of(tmp_path, files).side_tables()}
    assert joins == {
        "orders.csv": Join(main_columns=("id",), side_columns=("id",), many=True),
        "places.csv": Join(main_columns=("town",), side_columns=("name",), many=False),
    }


def test_a_number_key_of_another_name_needs_names_that_agree(tmp_path: Path) -> None:
    train = TRAIN.assign(store_id=np.resize(np.arange(8), TRAIN_ROWS))
    test = test_rows().assign(store_id=np.resize(np.arange(8), TEST_ROWS))
    stores = pd.DataFrame({"nr": range(8), "city": list("aabbccdd")})
    files = usual(train, SAMPLE, stores=stores, other=stores) | {"test.csv": test}
    joins = {table.name: table.join for table in profile_of(tmp_path, files).side_tables()}
    assert joins == {
        "stores.csv": Join(main_columns=("store_id",), side_columns=("nr",), many=False)
    }


@pytest.mark.parametrize("name", ["train_labels.csv", "train_targets_scored.csv", "scores.csv"])
def test_labels_in_a_file_of_their_own_are_joined_by_key(tmp_path: Path, name: str) -> None:
    labels = TRAIN[["id", "price"]].sample(frac=1, random_state=0)
    files = {
        "train_features.csv": TRAIN.drop(columns="price").assign(only_here=1.5),
        name: labels,
        "test_features.csv": test_rows(),
        "submission_format.csv": SAMPLE,
    }
    dataset = dataset_of(tmp_path, files)
    profile = profile_dataset(dataset)
    assert roles(profile)[name] == "labels"
    assert column(profile, "price").role == "target"
    tables = [table.model_dump() for table in profile.tables]
    joined = read_training(dataset.root, tables, ["price", "size"])
    assert joined["price"].astype(float).tolist() == NUMBERS.tolist()
    assert joined["size"].astype(float).tolist() == TRAIN["size"].tolist()
    assert list(read_training(dataset.root, tables, ["price"])["price"]) == list(joined["price"])


@pytest.mark.parametrize("features", [["size"], ["size", "visits"]])
def test_labels_are_told_from_features_that_are_few(tmp_path: Path, features: list[str]) -> None:
    files = {
        "train.csv": TRAIN[["id", *features]],
        "train_labels.csv": TRAIN[["id", "price"]],
        "test.csv": test_rows()[["id", *features]],
        "sample_submission.csv": SAMPLE,
    }
    found = roles(profile_of(tmp_path, files))
    assert (found["train.csv"], found["train_labels.csv"]) == ("train", "labels")


def test_files_without_header_and_labels_row_by_row(tmp_path: Path) -> None:
    numbers = ["size", "visits"]
    labels = choices([0, 1])
    bare = {"index": False, "header": False}
    files = {
        "train.csv": TRAIN[numbers].assign(more=NUMBERS).to_csv(**bare),
        "trainLabels.csv": pd.DataFrame({"label": labels}).to_csv(**bare),
        "test.csv": test_rows()[numbers].assign(more=0.25).to_csv(**bare),
        "sample.csv": pd.DataFrame({"Id": range(1, TEST_ROWS + 1), "Solution": 1}),
    }
    dataset = dataset_of(tmp_path, files)
    profile = profile_dataset(dataset)
    assert profile.rows_train == TRAIN_ROWS
    tables = [table.model_dump() for table in profile.tables]
    joined = read_training(dataset.root, tables, [profile.targets[0].column])
    assert joined.iloc[:, 0].tolist() == [str(label) for label in labels]


@pytest.mark.parametrize("with_test", [True, False])
def test_features_of_training_and_test_rows_in_one_side_table(
    tmp_path: Path, with_test: bool
) -> None:
    everything = pd.concat([TRAIN.drop(columns="price"), test_rows()])
    files = {
        "train.csv": TRAIN[["id", "price"]],
        "features.csv": everything,
        "sample_submission.csv": SAMPLE,
    }
    if with_test:
        files["test.csv"] = test_rows()[["id"]]
    profile = profile_of(tmp_path, files)
    assert profile.table("test").name == ("test.csv" if with_test else "sample_submission.csv")
    [side] = profile.side_tables()
    assert side.join == Join(main_columns=("id",), side_columns=("id",), many=False)
    assert column(profile, "price").role == "target"


def test_ids_without_any_features_are_refused(tmp_path: Path) -> None:
    files = {
        "train.csv": TRAIN,
        "sample_submission.csv": SAMPLE,
        "other.csv": pd.DataFrame({"id": range(TRAIN_ROWS, TRAIN_ROWS + TEST_ROWS), "price": 1}),
    }
    with pytest.raises(DataError, match="No table has features"):
        profile_of(tmp_path, files)


def test_labels_that_match_too_few_rows_are_not_joined(tmp_path: Path) -> None:
    files = {
        "train_features.csv": TRAIN.drop(columns="price"),
        "train_labels.csv": TRAIN[["id", "price"]].iloc[:50],
        "test_features.csv": test_rows(),
        "submission_format.csv": SAMPLE,
    }
    with pytest.raises(DataError, match=r"are not in train_features\.csv"):
        profile_of(tmp_path, files)


def test_tables_that_cannot_serve_are_named(tmp_path: Path) -> None:
    sides = {
        "copy_of_test": test_rows(),
        "only_ids": test_rows()[["id"]],
        "old_prices": TRAIN[["id", "price"]].iloc[:9],
    }
    profile = profile_of(tmp_path, usual(TRAIN, SAMPLE, **sides))
    messages = [c.message for c in profile.warnings if c.code == "table_unused"]
    assert len(messages) == 3
    assert not profile.side_tables()
