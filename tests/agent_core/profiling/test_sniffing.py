"""Formats are recognised from the file's content alone."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_core.errors import DataError
from agent_core.profiling.dialect import find_dialect
from agent_core.profiling.loading import load_tables, sniff
from agent_core.profiling.marks import find_marks
from agent_core.progress import silent
from agent_core.template.converting import parse_numbers
from agent_core.template.reading import read_text
from tests.agent_core.profiling.competitions import dataset_of

WORDS = st.text("abcdeäöé ,;|\t\"'\n", min_size=1, max_size=12).map(str.strip).filter(len)


def written(rows: list[list[str]], separator: str, encoding: str) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode(encoding)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(
    values=st.lists(st.tuples(WORDS, st.floats(-999, 999)), min_size=8, max_size=30),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    decimal=st.sampled_from([".", ","]),
)
def test_what_was_written_is_read_again(
    tmp_path: Path,
    values: list[tuple[str, float]],
    separator: str,
    encoding: str,
    decimal: str,
) -> None:
    rows = [
        ["number", "word", "size"],
        *(
            [str(place), word, f"{size:.4f}".replace(".", decimal)]
            for place, (word, size) in enumerate(values)
        ),
    ]
    dataset = dataset_of(tmp_path, {"t.csv": written(rows, separator, encoding)})
    [table], failed = load_tables(dataset, silent)
    assert not failed
    assert table.format.separator == separator
    assert table.frame.to_numpy().tolist() == rows[1:]
    numbers = parse_numbers(table.frame["size"], table.format.model_dump())
    assert numbers.tolist() == [float(f"{size:.4f}") for _, size in values]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Grüße aus Köln, Zürich und Würzburg über die Straße"),
        ("cp1252", "Le café où Hélène a mangé une crème brûlée à côté"),
        ("shift_jis", "東京都の天気は晴れです、明日は雨が降るでしょう"),
        ("cp1251", "Погода в Москве сегодня хорошая, завтра будет дождь"),
        ("utf-16", "Grüße aus Köln"),
        ("utf-16-le", "Grüße aus Köln"),
        ("utf-16-be", "Grüße aus Köln"),
        ("utf-8-sig", "Grüße aus Köln"),
        ("utf-8", "Grüße aus Köln, 東京"),
    ],
)
def test_encodings_even_where_the_first_lines_are_plain(
    tmp_path: Path, encoding: str, text: str
) -> None:
    plain = [f"{place};some words here;{place}" for place in range(3000)]
    lines = ["id;text;n", *plain, *(f"{place};{text};1" for place in range(20))]
    dataset = dataset_of(tmp_path, {"t.csv": "\n".join(lines).encode(encoding)})
    [table], _ = load_tables(dataset, silent)
    assert table.frame["text"].iloc[-1] == text


def test_a_stray_byte_does_not_make_utf8_something_else(tmp_path: Path) -> None:
    lines = ["a,b", *(f"{place},Köln und Zürich" for place in range(100))]
    content = "\n".join(lines).encode() + b"\n100,K\xf6ln\n"
    dataset = dataset_of(tmp_path, {"t.csv": content})
    [table], _ = load_tables(dataset, silent)
    assert table.format.encoding == "utf-8"
    assert table.frame["b"].iloc[0] == "Köln und Zürich"
    assert table.rows == 101


@pytest.mark.parametrize(
    ("text", "separator", "quoted", "header"),
    [
        ("a,b\n1,2\n3,4\n", ",", True, True),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";", True, True),
        ("a;b;c\n1,5;2;x\n3,5;4;y\n", ";", True, True),
        ("a,b\nr1,1,2\nr2,3,4\n", ",", True, True),
        ("a,tags\n1,x;y\n2,z;w\n", ",", True, True),
        ("a|b\nx, y|z\nx|z\n", "|", True, True),
        ("a   b\n1 2\n33   4\n", " ", True, True),
        ('a, b\n1, "x, y"\n2, "z, w"\n3, "u"\n', ", ", True, True),
        ('a\tb\n1\t"open\n2\tz\n3\tx"y\n4\tz\n', "\t", False, True),
        ("1.5,2\n3.5,4\n", ",", True, False),
        ("id,0,1,2,3\n7,1,2,3,4\n8,1,2,3,4\n", ",", True, True),
        ("0,1,2,3\n7,1,2,3\n8,1,2,3\n", ",", True, True),
        ("number\n1\n2\n", ",", True, True),
        ("1\n0\n1\n", ",", True, False),
        ("city,2019,2020,2021\nUlm,1,2,3\n", ",", True, True),
        ("a,b\n", ",", True, True),
    ],
)
def test_dialects(text: str, separator: str, quoted: bool, header: bool) -> None:
    found = find_dialect(text)
    assert found is not None
    assert (found.separator, found.quoted, found.header) == (separator, quoted, header)


@pytest.mark.parametrize(
    "text",
    ["", "just a line\nand, maybe, another\none\n", "# Title\n\nSome text; more.\n- a\n- b\n"],
)
def test_prose_is_no_table(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match="no table that can be read"):
        sniff(dataset_of(tmp_path, {"t.csv": text}), "t.csv")


@pytest.mark.parametrize(
    ("values", "separator", "marks"),
    [
        (["1.5", "2.25"], ",", (".", None)),
        (["1,5", "2,25"], ";", (",", None)),
        (["1,234.5", "12.0"], ",", (".", ",")),
        (["1.234,5", "12,0"], ";", (",", ".")),
        (["1,234", "2", "1,234,567"], ",", (".", ",")),
        (["1,234", "0,5"], ";", (",", None)),
        (["1,234", "5,678"], ";", (",", None)),
        (["1'234.5", "7'000"], ",", (".", "'")),
        (["1 234,5", "7,0"], ";", (",", " ")),
        (["1.234", "5.678"], ",", (".", None)),
        (["1.234", "12,5"], ";", (",", ".")),
        (["$1,234.50", "$7.00"], ",", (".", ",")),
        (["a,b", "c"], ";", (".", None)),
        (["1", "2"], ",", (".", None)),
        (["", "NA"], ",", (".", None)),
    ],
)
def test_decimal_and_thousands_marks(
    tmp_path: Path, values: list[str], separator: str, marks: tuple[str, str | None]
) -> None:
    rows = [["x", "word"], *([value, "w"] for value in values * 10)]
    dataset = dataset_of(tmp_path, {"t.csv": written(rows, separator, "utf-8")})
    frame = read_text(tmp_path, "t.csv", sniff(dataset, "t.csv").model_dump())
    assert find_marks(frame, separator, ()) == marks


def test_grouped_whole_numbers_in_a_file_with_decimal_commas(tmp_path: Path) -> None:
    rows = [["x", "y"], *([f"1.{place:03d}", f"{place},5"] for place in range(100, 120))]
    dataset = dataset_of(tmp_path, {"t.csv": written(rows, ";", "utf-8")})
    [table], _ = load_tables(dataset, silent)
    assert (table.format.decimal, table.format.thousands) == (",", ".")
