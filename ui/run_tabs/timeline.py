"""The stages of a run as bars over time."""

from collections.abc import Sequence
from datetime import datetime

import altair as alt
import pandas as pd

from ui.drawing.palette import BLUE, GREEN, GREY, RED, SLATE
from ui.drawing.words import duration
from ui.readers.runs import JobState, StageRow

#: More stages than that share a line with others of their kind ("train", "verify").
_MOST_LINES = 12
_LINE_HEIGHT = 26
#: Of the whole width, so that what took no time can be seen at all.
_LEAST_PART = 0.006
_COLOURS = {"done": BLUE, "from the cache": GREY, "at work": GREEN, "failed": RED, "stopped": SLATE}


def timeline(stages: Sequence[StageRow]) -> alt.LayerChart | alt.FacetChart:
    """A line for each stage, or for each kind of stage where there are many."""
    frame = stage_frame(stages)
    minutes = frame["end"].max() > 180
    unit = "minutes" if minutes else "seconds"
    frame[["start", "end"]] /= 60 if minutes else 1
    lines = list(dict.fromkeys(frame["line"]))
    base = alt.Chart(frame).encode(
        x=alt.X("start:Q", title=f"{unit} since the first stage began")
        .scale(nice=False)
        .axis(tickCount=10),
        y=alt.Y(
            "line:N",
            sort=lines,
            title=None,
            axis=alt.Axis(ticks=False, labelLimit=220, labelOverlap=False),
        ),
        tooltip=[
            alt.Tooltip("name:N", title="stage"),
            alt.Tooltip("what:N", title="was"),
            alt.Tooltip("took:N", title="took"),
        ],
    )
    seen = [what for what in _COLOURS if what in set(frame["what"])]
    colour = alt.Color("what:N", title=None, legend=alt.Legend(orient="top")).scale(
        domain=seen, range=[_COLOURS[what] for what in seen]
    )
    bars = base.mark_bar(cornerRadius=3, height=14).encode(x2="end:Q", color=colour)
    layers = [bars]
    if len(lines) == len(frame):
        layers.append(
            base.mark_text(align="left", dx=6, color=SLATE).encode(x="end:Q", text="took:N")
        )
    return alt.layer(*layers).properties(height=_LINE_HEIGHT * len(lines) + 100)


def stage_frame(stages: Sequence[StageRow]) -> pd.DataFrame:
    """``start`` and ``end`` in seconds since the first stage began; only what has begun."""
    begun = [(stage, stage.started) for stage in stages if stage.started is not None]
    first = min((started for _, started in begun), default=None)
    shared = len({stage.name for stage, _ in begun}) > _MOST_LINES
    rows = [_row(stage, started, first or started, shared) for stage, started in begun]
    frame = pd.DataFrame(rows, columns=["line", "name", "start", "end", "what", "took"])
    least = _LEAST_PART * float(frame["end"].max()) if len(frame) else 0.0
    frame["end"] = frame["end"].clip(lower=frame["start"] + least)
    return frame


def _row(stage: StageRow, started: datetime, first: datetime, shared: bool) -> tuple[object, ...]:
    start = (started - first).total_seconds()
    line = stage.name.partition(" ")[0] if shared else stage.name
    took = duration(stage.seconds)
    return line, stage.name, start, start + stage.seconds, _what(stage), took


def _what(stage: StageRow) -> str:
    if stage.cached:
        return "from the cache"
    match stage.state:
        case JobState.SUCCESS:
            return "done"
        case JobState.FAILED | JobState.TIMEOUT:
            return "failed"
        case JobState.CANCELLED:
            return "stopped"
    return "at work"


def stage_table(stages: Sequence[StageRow]) -> pd.DataFrame:
    """The same in words and numbers."""
    return pd.DataFrame(
        [
            {"Stage": stage.name, "Was": _what(stage), "Took": duration(stage.seconds)}
            for stage in stages
        ]
    )
