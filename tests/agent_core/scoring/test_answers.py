"""What a hostile or careless script may leave behind in place of a table."""

import os
import socket
from pathlib import Path

import pandas as pd
import pytest

from agent_core.scoring.answers import id_problems, read_answer

HEADER = ("id", "y")


def problem(path: Path, rows: int = 2, optional: tuple[str, ...] = ()) -> str:
    answer = read_answer(path, HEADER, rows, optional)
    assert answer.frame is None
    assert len(answer.problems) == 1
    return answer.problems[0]


def written(folder: Path, content: bytes) -> Path:
    path = folder / "oof.csv"
    path.write_bytes(content)
    return path


def test_a_plain_table_is_read_as_text(tmp_path: Path) -> None:
    content = b'id,y\r\n001,"a, ""b"""\r\n2,\xc3\xa9\r\n'
    answer = read_answer(written(tmp_path, content), HEADER, 2)
    assert answer.frame is not None
    assert answer.frame.to_numpy().tolist() == [["001", 'a, "b"'], ["2", "é"]]
    assert answer.content == content
    assert answer.problems == ()


def test_an_optional_column_may_be_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, b'y\n1\n""\n\n')
    answer = read_answer(path, HEADER, 3, optional=("id",))
    assert answer.frame is not None
    assert answer.frame["y"].tolist() == ["1", "", ""]
    assert "lacks the columns 'id'" in problem(path, 3)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is empty"),
        (b" \n \n", "is empty"),
        (b"id,y\n1,2\n", "has 1 rows, 2 are expected"),
        (b"id,y\n", "has 0 rows"),
        (b"id,y\n1,2\n2,3\n3,4\n", "has 3 rows"),
        (b"id,y\n1,2\n2\n", "has 1 fields in row 2, the header has 2"),
        (b"id,y\n1,2\n\n", "fields in row 2"),
        (b"id,y\n1,2,3\n2,3\n", "has 3 fields in row 1"),
        (b"id,z\n1,2\n2,3\n", "lacks the columns 'y' and has unexpected columns 'z'"),
        (b"id,y,w\n1,2,3\n2,3,4\n", "has unexpected columns 'w'"),
        (b"y,id\n1,2\n2,3\n", "wrong order"),
        (b"id,y,y\n1,2,3\n2,3,4\n", "a column twice"),
        (b"ID,Y\n1,2\n2,3\n", "lacks the columns"),
        (b"\xef\xbb\xbfid,y\n1,2\n2,3\n", "lacks the columns 'id'"),
        (b"id;y\n1;2\n2;3\n", "lacks the columns"),
        (b"id,y\n1,2\n2,\x003\n", "NUL byte at position 11"),
        (b"id,y\n1,\xff\xfe\n2,3\n", "not UTF-8 text: byte 7"),
        ("id,y\n1,2\n2,3\n".encode("utf-16"), "NUL byte"),
        (b'id,y\n1,"2\n2,3\n', "no valid CSV"),
        (b'id,y\n1,"2"x\n2,3\n', "no valid CSV at line 2"),
        (b"id,y\n1,2\n2," + b"9" * 5000, "larger than"),
    ],
)
def test_every_other_content_is_a_problem(tmp_path: Path, content: bytes, expected: str) -> None:
    assert expected in problem(written(tmp_path, content))


def test_a_huge_field_within_the_limit_is_read(tmp_path: Path) -> None:
    content = b"id,y\n" + b"1,2\n" * 999 + b"1," + b"9" * 200_000 + b"\n"
    answer = read_answer(written(tmp_path, content), HEADER, 1000)
    assert answer.frame is not None
    assert len(answer.frame["y"].iloc[-1]) == 200_000


def test_links_are_not_followed(tmp_path: Path) -> None:
    written(tmp_path, b"id,y\n1,2\n2,3\n").rename(tmp_path / "secret")
    (tmp_path / "oof.csv").symlink_to(tmp_path / "secret")
    assert "oof.csv is a link" in problem(tmp_path / "oof.csv")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "oof.csv")
    assert "a pipe or device" in problem(tmp_path / "oof.csv")


def test_other_things_than_files_are_problems(tmp_path: Path) -> None:
    assert "was not written" in problem(tmp_path / "oof.csv")
    (tmp_path / "oof.csv").mkdir()
    assert "is a folder" in problem(tmp_path / "oof.csv")
    assert "cannot be opened" in problem(tmp_path / "oof.csv" / ("x" * 300))


def test_a_socket_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("oof.csv")
        assert "cannot be opened" in problem(Path("oof.csv"))


def test_a_sparse_giant_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "oof.csv").open("wb") as stream:
        stream.truncate(10 * 1024**3)
    assert "larger than" in problem(tmp_path / "oof.csv")


def test_many_rows_are_read_in_pieces(tmp_path: Path) -> None:
    rows = 120_000
    content = "id,y\n" + "".join(f"{row},0.5\n" for row in range(rows))
    answer = read_answer(written(tmp_path, content.encode()), HEADER, rows)
    assert answer.frame is not None
    assert len(answer.frame) == rows
    assert answer.frame["id"].iloc[-1] == "119999"
    assert answer.frame.index[-1] == rows - 1


@pytest.mark.parametrize(
    ("found", "expected", "said"),
    [
        (["1", "2"], ["1", "2"], []),
        (["1", "1"], ["1", "2"], ["more than once: '1'", "missing: '2'"]),
        (["1", "3"], ["1", "2"], ["unknown ids: '3'", "missing: '2'"]),
        (["1.0", "2"], ["1", "2"], ["unknown ids: '1.0'", "missing: '1'"]),
        (["01", "2"], ["1", "2"], ["unknown ids: '01'", "missing: '1'"]),
        (["2", "1"], ["1", "2"], ["wrong order from row 1 on ('2' instead of '1')"]),
        (["1", "2", "1"], ["1", "1", "2"], ["wrong order from row 2"]),
        (["a"] * 9, list("bcdefghij"), ["more than once", "unknown", "'b', 'c', 'd' and 6 more"]),
    ],
)
def test_ids_are_compared_as_text(found: list[str], expected: list[str], said: list[str]) -> None:
    problems = id_problems(pd.Series(found), pd.Series(expected), "oof.csv")
    assert len(problems) == len(said) if found != ["a"] * 9 else 3
    for part, whole in zip(said, problems, strict=True):
        assert part in whole
