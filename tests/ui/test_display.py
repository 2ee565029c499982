"""The display on a terminal and elsewhere."""

import io

import pytest
from rich.console import Console

from agent_core.events import Event, Line, RunStarted, StageFinished, StageProgress, StageStarted
from ui.display import PlainDisplay, open_display
from ui.live_display import LiveDisplay

EVENTS: list[Event] = [
    RunStarted(run_id="r1", name="tiny"),
    StageStarted(stage="download"),
    StageProgress(stage="download", message="Unpacking", fraction=None),
    StageFinished(stage="download", seconds=1.25, cached=False),
    StageStarted(stage="profile"),
    StageFinished(stage="profile", seconds=0.01, cached=True),
    StageStarted(stage="train"),
    StageProgress(stage="train", message="training", fraction=0.5),
    Line(stage="train", text="[bold]score[/bold] 0.8"),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_plain_lines() -> None:
    stream = io.StringIO()
    display = open_display(stream)
    assert isinstance(display, PlainDisplay)
    for event in EVENTS:
        display.show(event)
    display.close()
    assert stream.getvalue().splitlines() == [
        "run r1 (tiny)",
        "download ...",
        "download: Unpacking",
        "download done in 1.2 s",
        "profile ...",
        "profile cached",
        "train ...",
        "  train | [bold]score[/bold] 0.8",
    ]


@pytest.mark.parametrize("term", ["", "dumb"])
def test_a_terminal_that_cannot_move_gets_lines(monkeypatch: pytest.MonkeyPatch, term: str) -> None:
    monkeypatch.setenv("TERM", term)
    assert isinstance(open_display(Terminal()), PlainDisplay)


@pytest.mark.parametrize("columns", ["20", "80"])
def test_a_terminal_gets_the_live_picture(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", columns)
    stream = Terminal()
    display = open_display(stream)
    assert isinstance(display, LiveDisplay)
    for event in EVENTS:
        display.show(event)
    console = Console(width=int(columns), file=io.StringIO(), color_system=None)
    with console.capture() as capture:
        console.print(display)
    display.close()
    picture = capture.get().splitlines()
    assert max(len(line) for line in picture) <= int(columns)
    assert any("download" in line and "1.2 s" in line for line in picture)
    assert any("profile" in line and "cached" in line for line in picture)
    assert any("[bold]score" in line for line in picture)  # a program's text is no markup
    assert stream.getvalue()


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    display = open_display(stream)
    for event in EVENTS:
        display.show(event)
    display.close()
    assert "\x1b[32m" not in stream.getvalue()
    assert "\x1b[36m" not in stream.getvalue()


def test_stages_that_run_side_by_side_are_all_shown() -> None:
    display = LiveDisplay(Terminal())
    for name in ("ask draft 1", "ask draft 2", "ask draft 3"):
        display.show(StageStarted(stage=name))
    display.show(StageFinished(stage="ask draft 2", seconds=65.0, cached=False))
    shown = io.StringIO()
    Console(file=shown, width=60).print(display)
    display.close()
    rows = [line.split() for line in shown.getvalue().splitlines() if "ask" in line]
    assert rows[0] == ["✓", "ask", "draft", "2", "1", "min", "05", "s"]
    assert [" ".join(row) for row in rows[1:] if "draft 2" in " ".join(row)] == []
    assert len(rows) == 3
