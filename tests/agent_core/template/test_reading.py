"""Reading tables as text, however they are written and packed."""

import bz2
import gzip
import io
import lzma
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from agent_core.profile import TableFormat
from agent_core.template.files import find_file
from agent_core.template.reading import join_labels, read_table, read_text

PLAIN = TableFormat().model_dump()
TEXT = 'id,name\n0012," Köln, am Rhein"\n7,NA\n'
ROWS = {"id": ["0012", "7"], "name": [" Köln, am Rhein", "NA"]}


def read(folder: Path, content: bytes | str, **options: object) -> dict[str, list[str]]:
    data = content.encode() if isinstance(content, str) else content
    (folder / "t.csv").write_bytes(data)
    table_format = TableFormat.model_validate(options).model_dump()
    return read_text(folder, "t.csv", table_format).to_dict("list")  # type: ignore[return-value]


def zstd(data: bytes) -> bytes:
    return bytes(pa.Codec("zstd").compress(data, asbytes=True))


def zipped(data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("__MACOSX/._t.csv", b"x" * 9999)
        archive.writestr("folder/", b"")
        archive.writestr("t.csv", data)
    return stream.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress, zipped, zstd])
def test_every_packing_is_known_by_its_first_bytes(tmp_path: Path, pack: object) -> None:
    assert read(tmp_path, pack(TEXT.encode())) == ROWS  # type: ignore[operator]


@pytest.mark.parametrize(
    ("content", "options", "expected"),
    [
        (TEXT, {}, ROWS),
        ("\ufeff" + TEXT, {}, ROWS),
        (TEXT.encode("utf-16"), {"encoding": "utf-16"}, ROWS),
        (TEXT.encode("cp1252"), {"encoding": "cp1252"}, ROWS),
        ('a,b\n1,"x\ny"\n2,"q""z"\n', {}, {"a": ["1", "2"], "b": ["x\ny", 'q"z']}),
        ('a\tb\n1\t"x\n', {"separator": "\t", "quoted": False}, {"a": ["1"], "b": ['"x']}),
        ("a b\n1   2\n2 3 \n", {"separator": " "}, {"a": ["1", "2"], "b": ["2", "3"]}),
        ('a, b\n1, "2, 3"\n', {"separator": ", "}, {"a": ["1"], "b": ["2, 3"]}),
        ("\n\na,b\n1,2\n\n3,4\n", {}, {"a": ["1", "3"], "b": ["2", "4"]}),
        ("a,b\r\n1,2\r\n", {}, {"a": ["1"], "b": ["2"]}),
        ("a,b\r1,2\r", {}, {"a": ["1"], "b": ["2"]}),
        ("a,a,\n1,2,3\n", {}, {"a": ["1"], "a.1": ["2"], "Unnamed: 2": ["3"]}),
        ("a,b\n1,2,3\n", {}, {"Unnamed: 0": ["1"], "a": ["2"], "b": ["3"]}),
        ("a,b\n1,2,\n", {}, {"a": ["1"], "b": ["2"], "Unnamed: 2": [""]}),
        ("a,b\n1\n2,3\n", {}, {"a": ["1", "2"], "b": ["", "3"]}),
        ("1,2\n3,4\n", {"header": False}, {"column_0": ["1", "3"], "column_1": ["2", "4"]}),
        ("a,b\n", {}, {"a": [], "b": []}),
        (b"a,b\n1,\xe9\n", {}, {"a": ["1"], "b": ["\N{REPLACEMENT CHARACTER}"]}),
    ],
)
def test_every_value_is_the_text_of_the_file(
    tmp_path: Path, content: str | bytes, options: dict[str, object], expected: object
) -> None:
    assert read(tmp_path, content, **options) == expected


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n1,2,3,4\n"])
def test_what_is_no_table_raises(tmp_path: Path, content: str) -> None:
    with pytest.raises(ValueError, match=r"empty|Expected 2 fields"):
        read(tmp_path, content)


def test_columns_are_chosen_in_the_given_order(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b,c\n1,2,3\n")
    assert read_text(tmp_path, "t.csv", PLAIN, ["c", "a"]).to_dict("list") == {
        "c": ["3"],
        "a": ["1"],
    }
    with pytest.raises(KeyError, match="no column 'd'"):
        read_text(tmp_path, "t.csv", PLAIN, ["d"])


def test_numbers_are_made_of_the_columns_asked_for(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a;b\n 1,5;2\n?;3\n")
    table_format = TableFormat(separator=";", decimal=",").model_dump()
    frame = read_table(tmp_path, "t.csv", table_format, numeric=["a"])
    assert frame["a"].tolist()[0] == 1.5
    assert np.isnan(frame["a"].tolist()[1])
    assert frame["b"].tolist() == ["2", "3"]


def test_a_table_of_several_pieces_is_one(tmp_path: Path) -> None:
    rows = 300_000
    frame = pd.DataFrame({"n": np.arange(rows), "text": "some words, quoted; and\nbroken"})
    frame.to_csv(tmp_path / "t.csv", index=False)
    read_back = read_table(tmp_path, "t.csv", PLAIN, numeric=["n"])
    assert (read_back["n"] == np.arange(rows)).all()
    assert read_back["text"].unique().tolist() == ["some words, quoted; and\nbroken"]
    assert read_back.index.equals(pd.RangeIndex(rows))


def test_parquet_has_the_same_texts_as_its_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "whole": [1.0, None, 3.0],
            "part": [0.5, None, 2.0],
            "flag": pd.array([True, False, None], dtype="boolean"),
            "count": pd.array([7, None, 9], dtype="Int64"),
            "word": ["x", None, "NA"],
            "kind": pd.Categorical(["u", "v", None]),
            "list": [[1], [2, 3], None],
            "day": pd.to_datetime(["2020-01-31", None, "2021-02-03"]),
        }
    ).set_index(pd.Index([5, 6, 7]))
    frame.to_parquet(tmp_path / "t.parquet")
    table_format = TableFormat(kind="parquet").model_dump()
    found = read_text(tmp_path, "t.parquet", table_format)
    assert found.drop(columns="day").to_dict("list") == {
        "whole": ["1", "", "3"],
        "part": ["0.5", "", "2"],
        "flag": ["True", "False", ""],
        "count": ["7", "", "9"],
        "word": ["x", "", "NA"],
        "kind": ["u", "v", ""],
        "list": ["[1]", "[2, 3]", ""],
    }
    assert found["day"].str[:10].tolist() == ["2020-01-31", "", "2021-02-03"]
    numbers = read_table(tmp_path, "t.parquet", table_format, ["part"], ["part"])
    assert numbers["part"].tolist()[::2] == [0.5, 2.0]


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        ("train.csv", "train.csv"),
        ("deep/er/train.csv", "train.csv"),
        ("train.csv", "train.csv.zip"),
        ("train.csv.zip", "train.csv"),
        ("train.csv/train.csv", "train.csv"),
        ("input/comp/train.csv", "data/train.csv.gz"),
    ],
)
def test_files_are_found_where_kaggle_puts_them(tmp_path: Path, there: str, wanted: str) -> None:
    path = tmp_path / there
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    assert find_file(tmp_path, wanted) == path


def test_a_file_that_is_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no file called train\.csv .*train\.csv\.zip"):
        find_file(tmp_path, "train.csv")


def test_labels_without_a_row_are_empty() -> None:
    main = pd.DataFrame({"id": ["1", "2.0", "x"], "f": ["a", "b", "c"]})
    side = pd.DataFrame({"key": ["2", "1", "1"], "y": ["p", "q", "r"], "f": ["-", "-", "-"]})
    join = {"main_columns": ["id"], "side_columns": ["key"], "many": False}
    assert join_labels(main, side, join).to_dict("list") == {
        "id": ["1", "2.0", "x"],
        "f": ["a", "b", "c"],
        "y": ["q", "p", ""],
    }
