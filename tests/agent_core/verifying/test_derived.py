"""The derived dataset: the same competition, with withheld rows among the test rows."""

import csv
import gzip
import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent_core.dataset import Dataset
from agent_core.folds import make_folds
from agent_core.profile import FoldScheme, Join, Profile
from agent_core.profiling import profile_dataset
from agent_core.scoring.checking import read_sample
from agent_core.scoring.predictions import read_truth
from agent_core.template.reading import read_text
from agent_core.verifying.derived import Derived, derive
from agent_core.verifying.withholding import CannotWithhold, Withheld
from tests.agent_core.profiling.competitions import (
    TEST_ROWS,
    TRAIN_ROWS,
    File,
    choices,
    dataset_of,
    sample,
    test_rows,
    train_rows,
    usual,
)

TARGET = np.random.default_rng(8).normal(50, 9, TRAIN_ROWS).round(3)
NUMBERS = train_rows(price=TARGET)
ASKED = sample(price=0.0)


@dataclass(frozen=True)
class Made:
    profile: Profile
    dataset: Dataset
    withheld: Withheld
    derived: Derived

    def rows_asked(self) -> pd.DataFrame:
        """The test row behind each withheld row, as text."""
        test = self.derived.profile.table("test")
        rows = read_text(self.derived.dataset.root, test.name, test.format.model_dump())
        layout = self.derived.profile.layout
        if layout.id_from is None:
            return rows.iloc[self.derived.asked].reset_index(drop=True)
        asked = read_sample(self.derived.profile, self.derived.dataset)[layout.id_column]
        places = pd.Series(range(len(rows)), index=rows[layout.id_from].str.strip())
        wanted = places.reindex(asked.str.strip().iloc[self.derived.asked])
        return rows.iloc[wanted.to_numpy()].reset_index(drop=True)

    def withheld_rows(self) -> pd.DataFrame:
        """The withheld rows of the training table, as text."""
        train = self.profile.table("train")
        rows = read_text(self.dataset.root, train.name, train.format.model_dump())
        return rows.iloc[self.withheld.rows].reset_index(drop=True)


def make(folder: Path, files: dict[str, File], metric: str = "RMSE") -> Made:
    """Derive the dataset of these files without fold 0."""
    (folder / "data").mkdir(parents=True)
    dataset = dataset_of(folder / "data", files, metric)
    profile = profile_dataset(dataset)
    folds = make_folds(profile, dataset)
    forward = profile.folds.scheme is FoldScheme.TIME_FORWARD
    learn = folds < 0 if forward else folds != 0
    withheld = Withheld(0, np.flatnonzero(folds == 0), np.flatnonzero(learn))
    target = folder / "derived"
    target.mkdir()
    return Made(profile, dataset, withheld, derive(profile, dataset, withheld, target))


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def delimited(frame: pd.DataFrame, separator: str, **options: object) -> str:
    """A file whose separator may have two characters."""
    text = frame.to_csv(sep="\x1f", index=False, **options)  # type: ignore[call-overload]
    return str(text).replace("\x1f", separator)


def packed(frame: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.to_parquet(stream, index=False)
    return stream.getvalue()


def zipped(members: dict[str, pd.DataFrame]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, frame in members.items():
            archive.writestr(name, frame.to_csv(index=False))
    return stream.getvalue()


def without_id(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns="id")


QUOTED = {"quoting": csv.QUOTE_NONNUMERIC}
COMMA = {"decimal": ","}
LAYOUTS: dict[str, dict[str, File]] = {
    "plain": usual(NUMBERS, ASKED),
    "semicolons": usual(delimited(NUMBERS, ";", **COMMA), ASKED)
    | {"test.csv": delimited(test_rows(), ";", **COMMA)},
    "comma and blank": usual(delimited(NUMBERS.replace("red", "deep, red"), ", ", **QUOTED), ASKED)
    | {"test.csv": delimited(test_rows().replace("red", "deep, red"), ", ", **QUOTED)},
    "blanks": usual(delimited(NUMBERS, " "), ASKED) | {"test.csv": delimited(test_rows(), " ")},
    "latin": usual(NUMBERS.replace("red", "größe").to_csv(index=False).encode("cp1252"), ASKED),
    "quotes": usual(NUMBERS.replace("red", 'a "deep", red'), ASKED),
    "parquet": {
        "train.parquet": packed(NUMBERS),
        "test.parquet": packed(test_rows()),
        "sample_submission.csv": ASKED,
    },
    "packed": {
        "train.csv.gz": gzip.compress(NUMBERS.to_csv(index=False).encode()),
        "test.csv.gz": gzip.compress(test_rows().to_csv(index=False).encode()),
        "sample_submission.csv": ASKED,
    },
    "parquet with ids of several types": {
        "train.parquet": packed(NUMBERS.assign(id=NUMBERS["id"].astype(str))),
        "test.parquet": packed(test_rows()),
        "sample_submission.csv": ASKED,
    },
    "one zip of all": {
        "data.zip": zipped(
            {"train.csv": NUMBERS, "test.csv": test_rows(), "sample_submission.csv": ASKED}
        )
    },
    "training rows without ids": usual(without_id(NUMBERS), ASKED),
    "ids that count": usual(without_id(NUMBERS), ASKED.assign(id=range(TEST_ROWS)))
    | {"test.csv": without_id(test_rows())},
    "ids that training rows have too": usual(NUMBERS.assign(id=range(TRAIN_ROWS)), ASKED)
    | {"test.csv": test_rows().assign(id=range(TEST_ROWS))}
    | {"sample_submission.csv": ASKED.assign(id=range(TEST_ROWS))},
    "a test table with an empty target": usual(NUMBERS, ASKED)
    | {"test.csv": test_rows().assign(price="")},
    "a test table with a column of its own": usual(NUMBERS, ASKED)
    | {"test.csv": test_rows().assign(extra=1.5)},
    "a sample in another order": usual(NUMBERS, ASKED[::-1]),
    "two targets": usual(
        NUMBERS.assign(weight=TARGET * 2 + 1), ASKED.assign(weight=0.0)
    ),
    "labels with a key": usual(without_id(NUMBERS).assign(id=NUMBERS["id"]).drop(columns="price"),
                               ASKED, train_labels=NUMBERS[["id", "price"]][::-1]),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_withheld_rows_become_test_rows_in_every_layout(tmp_path: Path, name: str) -> None:
    made = make(tmp_path, LAYOUTS[name])
    before = digests(made.dataset.root)
    derived, count = made.derived, len(made.withheld.rows)
    assert count > 10

    truth = read_truth(made.profile, made.dataset)
    assert np.array_equal(read_truth(derived.profile, derived.dataset), truth[made.withheld.learn])
    assert derived.profile.rows_train == TRAIN_ROWS - count
    assert derived.profile.rows_test == TEST_ROWS + count
    for table in derived.profile.tables:
        read = read_text(derived.dataset.root, table.name, table.format.model_dump())
        assert (len(read), tuple(read.columns)) == (table.rows, table.columns)
    ids = read_sample(derived.profile, derived.dataset)[derived.profile.layout.id_column]
    assert ids.is_unique
    assert len(ids) == TEST_ROWS + count

    asked, moved = made.rows_asked(), made.withheld_rows()
    for column in ("size", "color", "visits"):
        assert asked[column].str.strip().tolist() == moved[column].str.strip().tolist()
    if "price" in asked:
        assert set(asked["price"]) == {""}
    assert len(make_folds(derived.profile, derived.dataset)) == TRAIN_ROWS - count
    assert digests(made.dataset.root) == before
    changed = {file.name for file in derived.dataset.files if file.sha256 != "0" * 64}
    assert changed >= {made.profile.table("train").name, made.profile.table("test").name}


def test_plain_ids_are_dealt_anew_so_that_known_answers_are_wrong(tmp_path: Path) -> None:
    made = make(tmp_path, LAYOUTS["plain"])
    asked, moved = made.rows_asked()["id"], made.withheld_rows()["id"]
    assert set(asked) == set(moved)
    assert np.mean(asked == moved) < 0.2


def test_ids_that_find_rows_elsewhere_stay(tmp_path: Path) -> None:
    every = np.concatenate([NUMBERS["id"], test_rows()["id"]])
    more = pd.DataFrame({"id": every, "area": np.arange(len(every)) * 1.5})
    made = make(tmp_path, usual(NUMBERS, ASKED, more=more))
    assert made.rows_asked()["id"].tolist() == made.withheld_rows()["id"].tolist()


def test_the_place_of_a_row_tells_nothing(tmp_path: Path) -> None:
    made = make(tmp_path, usual(NUMBERS.sort_values("price"), ASKED))
    prices = read_truth(made.profile, made.dataset)[made.withheld.rows]
    assert abs(np.corrcoef(made.derived.asked, prices)[0, 1]) < 0.4


def test_a_file_that_repeats_the_answers_loses_those_of_withheld_rows(tmp_path: Path) -> None:
    copy = NUMBERS[["id"]].assign(number=NUMBERS["price"])[::-1]
    made = make(tmp_path, usual(NUMBERS, ASKED, ledger=copy))
    left = pd.read_csv(made.derived.dataset.root / "ledger.csv")
    assert set(left["id"]) == set(NUMBERS["id"].iloc[made.withheld.learn])
    rows = make(tmp_path / "again", usual(NUMBERS, ASKED, raw=copy[["number"]][::-1]))
    assert len(pd.read_csv(rows.derived.dataset.root / "raw.csv")) == len(rows.withheld.learn)


def test_rows_sorted_by_time_stay_so_and_later_ones_are_gone(tmp_path: Path) -> None:
    days = pd.date_range("2022-01-01", periods=TRAIN_ROWS + TEST_ROWS, freq="D").astype(str)
    train = NUMBERS.assign(day=days[:TRAIN_ROWS], price=TARGET + np.arange(TRAIN_ROWS))
    test = test_rows().assign(day=days[TRAIN_ROWS:])
    made = make(tmp_path, usual(train, ASKED) | {"test.csv": test})
    assert made.profile.folds.scheme is FoldScheme.TIME_FORWARD
    root = made.derived.dataset.root
    assert pd.read_csv(root / "test.csv")["day"].is_monotonic_increasing
    learned = pd.read_csv(root / "train.csv")["day"]
    asked = made.rows_asked()["day"]
    assert learned.max() < asked.min()
    assert len(learned) + len(asked) < TRAIN_ROWS


def test_groups_are_no_fewer_than_folds(tmp_path: Path) -> None:
    made = make(tmp_path, usual(NUMBERS, ASKED))
    plan = made.profile.folds.model_copy(
        update={"scheme": FoldScheme.GROUPED, "folds": 3, "group_column": "color"}
    )
    profile = made.profile.model_copy(update={"folds": plan})
    folds = make_folds(profile, made.dataset)
    for number, target in enumerate(("two", "one")):
        learn = np.flatnonzero(folds != 0) if number == 0 else np.flatnonzero(folds == 2)
        withheld = Withheld(0, np.flatnonzero(folds == 0), learn)
        (tmp_path / target).mkdir()
        if target == "one":
            with pytest.raises(CannotWithhold, match="one group"):
                derive(profile, made.dataset, withheld, tmp_path / target)
        else:
            derived = derive(profile, made.dataset, withheld, tmp_path / target)
            assert derived.profile.folds.folds == 2


def test_a_label_that_several_folds_share_cannot_be_withheld(tmp_path: Path) -> None:
    made = make(tmp_path, LAYOUTS["labels with a key"])
    join = Join(main_columns=("color",), side_columns=("id",), many=False)
    tables = (
        table.model_copy(update={"join": join}) if table.role == "labels" else table
        for table in made.profile.tables
    )
    profile = made.profile.model_copy(update={"tables": tuple(tables)})
    with pytest.raises(CannotWithhold, match="share one label"):
        derive(profile, made.dataset, made.withheld, tmp_path)


def test_labels_row_by_row(tmp_path: Path) -> None:
    files = usual(NUMBERS.drop(columns="price"), ASKED, train_labels=NUMBERS[["price"]])
    made = make(tmp_path, files)
    assert made.profile.table("train").name == "train.csv"
    truth = read_truth(made.profile, made.dataset)[made.withheld.learn]
    left = pd.read_csv(made.derived.dataset.root / "train_labels.csv")["price"]
    assert left.tolist() == truth.tolist()


def test_features_may_lie_in_side_tables_only(tmp_path: Path) -> None:
    every = pd.concat([NUMBERS.drop(columns="price"), test_rows()])
    files: dict[str, File] = {
        "train.csv": NUMBERS[["id", "price"]],
        "sample_submission.csv": ASKED,
        "properties.csv": every,
    }
    made = make(tmp_path, files)
    assert made.profile.table("test").name == "sample_submission.csv"
    asked = read_sample(made.derived.profile, made.derived.dataset)["id"].to_numpy()
    assert asked[made.derived.asked].tolist() == made.withheld_rows()["id"].tolist()


def test_classes_remain_text(tmp_path: Path) -> None:
    labels = choices(["None", "01", "1"])
    made = make(
        tmp_path, usual(train_rows(kind=labels), sample(kind="None")), "Categorization Accuracy"
    )
    left = read_text(
        made.derived.dataset.root, "train.csv", made.profile.table("train").format.model_dump()
    )
    assert left["kind"].tolist() == [str(labels[row]) for row in made.withheld.learn]
