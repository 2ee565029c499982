"""Tables in, answers out."""

import csv
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_core.template.folding import plan_folds
from agent_core.template.joins import join_side_table
from agent_core.template.main import read_arguments
from agent_core.template.outputs import prediction_columns, rows_of_sample, write_table
from agent_core.template.tables import Tables


class TestTables:
    def test_side_rows_are_summarised_by_key(self) -> None:
        train = pd.DataFrame({"k": ["1", "2", "9"]})
        side = pd.DataFrame({"key": ["1.0", "1", "2"], "v": ["3", "5", None], "c": ["a", "b", "b"]})
        how = {"name": "s", "main_columns": ["k"], "side_columns": ["key"], "many": True}
        joined, _, added = join_side_table(train, train.iloc[:1], side, how)
        assert joined["s: rows"].tolist()[:2] == [2.0, 1.0]
        assert joined["s: v mean"].tolist()[0] == 4.0
        assert joined["s: c most frequent"].tolist()[:2] == ["a", "b"]
        assert joined.iloc[2, 1:].isna().all()
        assert {c["kind"] for c in added} == {"numeric", "categorical"}

    def test_one_side_row_per_key_is_looked_up(self) -> None:
        train = pd.DataFrame({"k": ["2", "1"]})
        words = "a long text of many words"
        side = pd.DataFrame({"key": ["1", "2"], "v": ["x", "y"], "t": [words, words]})
        how = {"name": "s", "main_columns": ["k"], "side_columns": ["key"], "many": False}
        joined, test, added = join_side_table(train, train, side, how)
        assert joined["s: v"].tolist() == ["y", "x"]
        assert len(test) == 2
        assert [c["kind"] for c in added] == ["categorical", "text"]

    def test_folds_are_made_where_none_are_given(self) -> None:
        plan = {
            "scheme": "grouped",
            "folds": 3,
            "group_column": "g",
            "time_column": None,
            "block_length": None,
            "duplicates_together": False,
            "repeats_within": None,
        }
        config: dict[str, Any] = {
            "folds": plan,
            "targets": [{"column": "y"}],
            "stratify_by": ["a", "b"],
            "columns": [{"name": "x"}],
            "time_format": None,
        }
        train = pd.DataFrame({"g": list("aabbccdd"), "y": list("abababab"), "x": list("11223344")})
        folds = plan_folds(config, train)
        assert all(len(set(folds[train["g"] == g])) == 1 for g in "abcd")
        config["folds"] = plan | {
            "scheme": "stratified",
            "group_column": None,
            "duplicates_together": True,
        }
        folds = plan_folds(config, train)
        assert all(len(set(folds[train["x"] == x])) == 1 for x in "1234")
        config["folds"] = plan | {"scheme": "time_blocks", "group_column": None, "time_column": "x"}
        assert set(plan_folds(config, train)) == {0, 1, 2}
        config["time_format"] = "%d"
        assert set(plan_folds(config, train)) == {0, 1, 2}


class TestOutputs:
    layout: ClassVar[dict[str, Any]] = {
        "id_column": "id",
        "id_from": "id",
        "kind": "label",
        "columns": ["y"],
        "order": [],
        "submitted_labels": ["no", "yes"],
        "integers": False,
    }

    def tables(self, sample: list[str], test: list[str]) -> Tables:
        return Tables(pd.DataFrame(), pd.DataFrame({"id": test}), pd.DataFrame({"id": sample}), [])

    def test_labels_rankings_and_whole_numbers(self) -> None:
        frame = prediction_columns(self.layout, np.array([1.0, 0.0, np.nan]))
        assert frame["y"].tolist() == ["yes", "no", ""]
        ranking = self.layout | {"kind": "ranking"}
        frame = prediction_columns(ranking, np.array([[1.0, 0.0], [0.0, np.nan]]))
        assert frame["y"].tolist() == ["yes no", "no"]
        whole = self.layout | {"kind": "number", "integers": True}
        assert prediction_columns(whole, np.array([1.0, 2.0])).to_csv(index=False) == "y\n1\n2\n"

    def test_rows_come_in_the_samples_order(self) -> None:
        assert rows_of_sample(self.layout, self.tables(["b", "a "], ["a", "b"])).tolist() == [1, 0]
        assert rows_of_sample(self.layout, self.tables(["a", "a"], ["a", "a"])).tolist() == [0, 1]

    def test_an_unknown_id_and_a_wrong_length_are_refused(self) -> None:
        with pytest.raises(ValueError, match="asks for 'c'"):
            rows_of_sample(self.layout, self.tables(["c"], ["a", "b"]))
        numbered = self.layout | {"id_from": None}
        with pytest.raises(ValueError, match="1 rows, the test table 2"):
            rows_of_sample(numbered, self.tables(["1"], ["a", "b"]))


def test_arguments_have_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    options = read_arguments({"slug": "x"}, ["-f", "kernel.json"])
    assert options.budget == 600.0
    assert options.folds is None


class TestFiles:
    @given(st.lists(st.floats(allow_nan=True, allow_infinity=False), min_size=1))
    def test_numbers_come_back_exactly(self, values: list[float]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "oof.csv"
            write_table(pd.DataFrame({"y": values, "row": range(len(values))}), path)
            np.testing.assert_array_equal(pd.read_csv(path)["y"].to_numpy(dtype=float), values)

    @pytest.mark.parametrize(
        "texts", [["plain", " blank "], ['a "quote"', "x"], ["a, b", "x"], ["two\nlines", ""]]
    )
    def test_texts_come_back(self, tmp_path: Path, texts: list[str]) -> None:
        whole = pd.array([3, None], dtype="Int64")
        frame = pd.DataFrame({"id, of a row": texts, "größe": whole})
        write_table(frame, tmp_path / "t.csv")
        with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert header == ["id, of a row", "größe"]
        assert rows == [[texts[0], "3"], [texts[1], ""]]
        assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]

    @pytest.mark.parametrize(
        "values", [[0.5, np.nan], ["a", ""], pd.array([None, 3], dtype="Int64")], ids=str
    )
    def test_an_empty_field_that_is_alone_is_a_row(self, tmp_path: Path, values: Any) -> None:
        write_table(pd.DataFrame({"y": values}), tmp_path / "t.csv")
        assert len(pd.read_csv(tmp_path / "t.csv")) == 2

    def test_nothing_is_quoted_without_need(self, tmp_path: Path) -> None:
        write_table(pd.DataFrame({"id": ["a", "b"], "y": [0.5, 1.0]}), tmp_path / "t.csv")
        assert (tmp_path / "t.csv").read_text() == "id,y\na,0.5\nb,1\n"

    def test_no_rows(self, tmp_path: Path) -> None:
        write_table(pd.DataFrame([], columns=["feature", "importance"]), tmp_path / "t.csv")
        assert (tmp_path / "t.csv").read_text() == "feature,importance\n"
