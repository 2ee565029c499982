"""What a stage tells, and to whom."""

import time

import pytest

from agent_core.events import Event, Line, StageProgress
from tasks import progress
from tasks.progress import StageReport, by_the_clock, listening, log_line, tell


@pytest.fixture
def heard() -> list[Event]:
    return []


def test_all_listeners_hear_and_only_while_they_listen(heard: list[Event]) -> None:
    other: list[Event] = []
    with listening(heard.append), listening(other.append):
        tell(Line(text="one"))
    tell(Line(text="two"))
    assert heard == other == [Line(text="one")]


def test_a_burst_of_progress_is_thinned_but_its_end_is_told(heard: list[Event]) -> None:
    report = StageReport("download")
    with listening(heard.append):
        for percent in range(101):
            report("fetching", percent / 100)
        report("unpacking", None)
    fractions = [event.fraction for event in heard if isinstance(event, StageProgress)]
    assert fractions[0] == 0.0
    assert fractions[-2:] == [1.0, None]
    assert len(fractions) < 10


def test_the_clock_reports_what_is_used_of_the_time(heard: list[Event]) -> None:
    fractions: list[float | None] = []
    with by_the_clock(lambda message, fraction: fractions.append(fraction), 2.0, "training"):
        time.sleep(1.3)
    count = len(fractions)
    time.sleep(0.7)
    assert len(fractions) == count  # nothing after the end
    assert count == 2
    assert fractions[0] == pytest.approx(0.25, abs=0.1)


def test_the_clock_never_claims_to_be_done() -> None:
    fractions: list[float | None] = []
    with by_the_clock(lambda message, fraction: fractions.append(fraction), 0.1, "training"):
        time.sleep(0.7)
    assert fractions == [0.99]


def test_printed_lines_cannot_steer_a_terminal(heard: list[Event]) -> None:
    with listening(heard.append):
        log_line("train")("\x1b[2J\x1b]0;title\x07score 0.9\r\n")
    assert heard == [Line(stage="train", text="[2J ]0;title score 0.9")]


def test_printed_lines_are_a_sample(heard: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_LINE_SECONDS", 3600.0)
    line = log_line("train")
    with listening(heard.append):
        for number in range(1000):
            line(f"line {number} " + "x" * 1000)
    assert len(heard) == 1
    assert isinstance(heard[0], Line)
    assert len(heard[0].text) == 300
