"""The log of a script, read from a pipe."""

import io
import os
from collections.abc import Iterator

import pytest

from agent_core.sandbox import logs
from agent_core.sandbox.logs import Log, from_pipe, harmless
from agent_core.sandbox.sandbox import Limits


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    source, sink = os.pipe()
    os.set_blocking(source, False)
    yield source, sink
    os.close(source)
    os.close(sink)


def make_log(source: int, lines: list[str] | None, most: int = 10**6) -> tuple[Log, io.BytesIO]:
    file = io.BytesIO()
    on_line = None if lines is None else lines.append
    return Log(from_pipe(source), file, Limits(seconds=1, log_bytes=most), on_line), file


def test_lines_come_whole_also_from_pieces(pipe: tuple[int, int]) -> None:
    source, sink = pipe
    lines: list[str] = []
    log, file = make_log(source, lines)

    for piece in (b"one\ntw", b"o \xe2\x82", b"\xac\nthree"):
        os.write(sink, piece)
        assert log.read()
    assert not log.read()
    log.drain(1)

    assert lines == ["one", "two €", "three"]
    assert file.getvalue().decode() == "one\ntwo €\nthree"
    assert log.tail == "one\ntwo €\nthree"
    assert not log.full


def test_the_log_stops_at_its_limit(pipe: tuple[int, int]) -> None:
    source, sink = pipe
    log, file = make_log(source, None, most=5)

    os.write(sink, b"1234567")
    assert log.read()
    os.write(sink, b"8")
    assert log.read()

    assert log.full
    assert file.getvalue() == b"12345"


def test_a_line_without_end_is_cut(pipe: tuple[int, int]) -> None:
    source, sink = pipe
    lines: list[str] = []
    log, file = make_log(source, lines)

    for _ in range(10):
        os.write(sink, b"x" * 1000)
        log.read()
    log.drain(1)

    assert lines == ["x" * logs.LONGEST_LINE]
    assert len(file.getvalue()) == 10_000


def test_a_chatty_script_is_told_in_part_only(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, sink = pipe
    lines: list[str] = []
    log, file = make_log(source, lines)
    now = 100.0
    monkeypatch.setattr(logs.time, "monotonic", lambda: now)

    os.write(sink, b"a\n" * 80)
    log.read()
    now = 101.5
    os.write(sink, b"b\n" * 60)
    log.read()
    log.drain(1)

    told = "… {} more lines are in the log file"
    assert lines == ["a"] * 50 + [told.format(30)] + ["b"] * 50 + [told.format(10)]
    assert file.getvalue().count(b"\n") == 140


def test_the_end_of_the_pipe_is_noticed() -> None:
    source, sink = os.pipe()
    os.close(sink)
    log, _ = make_log(source, None)

    assert not log.read()
    assert log.ended
    os.close(source)


def test_nothing_harmful_is_left() -> None:
    hostile = "".join(map(chr, range(0x2100)))

    kept = harmless(hostile)

    assert all(
        character in "\t\n" or character.isprintable() or ord(character) > 0x9F
        for character in kept
    )
    assert "\x1b" not in kept
    assert harmless("a\r\nb\rc") == "a\nb\nc"
