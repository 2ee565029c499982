"""The live picture of a run on a terminal: stages with their times, how far the training is."""

import time
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from agent_core.events import Event, Line, RunStarted, StageFinished, StageProgress, StageStarted

_MOST_FINISHED = 15


class LiveDisplay:
    """Redraws itself some times a second; its last picture stays when it is closed."""

    draws_stages = True

    def __init__(self, stream: TextIO) -> None:
        self._finished: list[StageFinished] = []
        self._running: dict[str, float] = {}
        self._title = "starting"
        self._message = ""
        self._line = ""
        self._fraction: float | None = None
        self._spinner = Spinner("dots")
        console = Console(file=stream, highlight=False)
        self._live = Live(self, console=console, refresh_per_second=8, transient=False)
        self._live.start()

    def show(self, event: Event) -> None:
        """Take in ``event``."""
        match event:
            case RunStarted():
                self._title = event.name
            case StageStarted():
                self._running[event.stage] = time.monotonic()
                self._message = self._line = ""
                self._fraction = None
            case StageProgress():
                self._message, self._fraction = event.message, event.fraction
            case StageFinished():
                self._finished.append(event)
                self._running.pop(event.stage, None)
            case Line():
                self._line = event.text
            case _:
                self._running.clear()

    def close(self) -> None:
        """Leave the last picture."""
        self._running.clear()
        self._live.stop()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(self._title, style="bold", no_wrap=True, overflow="ellipsis")
        table = Table.grid(padding=(0, 1))
        # A search has more stages than a terminal has lines; the earlier ones are in the log.
        for stage in self._finished[-_MOST_FINISHED:]:
            mark = Text("✓", style="cyan" if stage.cached else "green")
            spent = Text("cached", style="cyan") if stage.cached else _seconds(stage.seconds)
            table.add_row(mark, stage.stage, spent)
        for name, since in tuple(self._running.items()):
            table.add_row(self._spinner, name, _seconds(time.monotonic() - since))
        yield table
        if self._running and self._fraction is not None:
            width = min(40, options.max_width - 4)
            yield ProgressBar(total=1.0, completed=self._fraction, width=width)
        for text in (self._message, self._line) if self._running else ():
            if text:
                yield Text(f"  {text}", style="dim", no_wrap=True, overflow="ellipsis")


def _seconds(seconds: float) -> Text:
    minutes, rest = divmod(seconds, 60)
    text = f"{minutes:.0f} min {rest:02.0f} s" if minutes else f"{rest:.1f} s"
    return Text(text, justify="right")
