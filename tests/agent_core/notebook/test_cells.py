"""The code that ends up in notebooks."""

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_core.notebook.cells import places
from agent_core.notebook.cells.blending import blended
from agent_core.notebook.cells.folds import have_folds, unpacked_folds
from agent_core.notebook.cells.running import run_script
from agent_core.notebook.folds import packed_folds


@given(st.lists(st.integers(-1, 3000), max_size=50))
def test_folds_survive_packing(tmp_path_factory, folds):
    path = tmp_path_factory.mktemp("folds") / "folds.csv"
    table = pd.DataFrame({"row": range(len(folds)), "fold": folds})
    table.sample(frac=1, random_state=0).to_csv(path, index=False)

    found = unpacked_folds(packed_folds(path))

    assert found["row"].tolist() == list(range(len(folds)))
    assert found["fold"].tolist() == folds


def test_random_folds_take_half_a_byte_each(tmp_path):
    folds = np.random.default_rng(0).integers(0, 5, 200_000)
    path = tmp_path / "folds.csv"
    pd.DataFrame({"row": range(len(folds)), "fold": folds}).to_csv(path, index=False)

    assert len(packed_folds(path)) < 100_000


def test_folds_that_are_there_are_left(tmp_path):
    (tmp_path / "folds.csv").write_text("mine")

    assert have_folds(tmp_path / "folds.csv", "rest").read_text() == "mine"


@pytest.fixture
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("place", [".", "titanic", "data", "data/titanic"])
def test_data_are_found_beside_the_notebook(place):
    Path(place).mkdir(parents=True, exist_ok=True)
    Path(place, "train.csv").touch()

    assert places.find_data("titanic", ["train.csv"]) == Path(place)


@pytest.mark.usefixtures("_here")
def test_packed_data_are_unpacked():
    Path("data").mkdir()
    with zipfile.ZipFile("data/train.csv.zip", "w") as archive:
        archive.writestr("train.csv", "id\n1\n")
    Path("data/test.csv").touch()

    found = places.find_data("titanic", ["train.csv", "test.csv"])

    assert (found / "train.csv").read_text() == "id\n1\n"
    assert (found / "test.csv").is_file()


@pytest.mark.usefixtures("_here")
def test_data_that_are_nowhere_are_asked_for():
    with pytest.raises(FileNotFoundError, match="add the competition titanic as an input"):
        places.find_data("titanic", ["train.csv"])
    assert places.answer_folder() == Path()


def table(*texts):
    return pd.DataFrame({"id": range(len(texts)), "y": texts}, dtype=str)


@pytest.mark.parametrize(
    ("answers", "weights", "options", "expected"),
    [
        ([("0.2", "1"), ("0.4", "3")], [0.5, 0.5], {"kind": "mean"}, [0.3, 2.0]),
        ([("1", "5"), ("4", "6")], [0.25, 0.75], {"kind": "mean", "whole": True}, [3, 6]),
        ([("a", "a"), ("b", "b"), ("b", "a")], [0.4, 0.3, 0.3], {"kind": "vote"}, ["b", "a"]),
        ([("a",), ("b",)], [0.5, 0.5], {"kind": "vote"}, ["a"]),
        ([("b",), ("a",)], [0.5, 0.5], {"kind": "vote"}, ["b"]),
        (
            [("x y", "x"), ("z y", "")],
            [0.5, 0.5],
            {"kind": "rank", "top": 2},
            ["x y", "x"],
        ),
        ([("x y",), ("z y",), ("z x",)], [0.4, 0.3, 0.3], {"kind": "rank", "top": 2}, ["z x"]),
    ],
)
def test_answers_are_blended_by_kind(answers, weights, options, expected):
    tables = [table(*texts) for texts in answers]

    result = blended(tables, weights, ["y"], **options)

    found = result["y"].tolist()
    assert found == (pytest.approx(expected) if options["kind"] == "mean" else expected)
    assert result["id"].tolist() == tables[0]["id"].tolist()


def test_a_script_is_given_the_contract_and_shown(tmp_path, capfd):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, pathlib\nprint(*sys.argv[1::2])\n"
        "pathlib.Path(sys.argv[6], 'submission.csv').touch()\n"
    )

    run_script(str(script), tmp_path, tmp_path / "folds.csv", tmp_path / "out", 5)

    assert capfd.readouterr().out == "--data --folds --out --budget\n"
    with pytest.raises(RuntimeError, match="left no answer"):
        run_script("/dev/null", tmp_path, tmp_path, tmp_path / "nothing", 5)
