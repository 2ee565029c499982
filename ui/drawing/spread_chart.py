"""How values are spread, as bars: parts of the rows, so that tables of any size compare."""

import altair as alt
import pandas as pd

from agent_core.spread import Spread
from ui.drawing.labels import axis_labels
from ui.drawing.palette import BLUE, ORANGE
from ui.drawing.text import shortened

_COLOURS = {"training": BLUE, "out-of-fold": BLUE, "submission": ORANGE}
_HEIGHT = 300


def spread_chart(spread: Spread) -> alt.Chart:
    """Bars for classes, steps for ranges; a colour for each series."""
    frame = spread_frame(spread)
    names = list(spread.series)
    colour = alt.Color(
        "series:N", title=None, legend=alt.Legend(orient="top") if len(names) > 1 else None
    ).scale(domain=names, range=[_COLOURS.get(name, BLUE) for name in names])
    share = alt.Y("share:Q", title="part of the rows").axis(format="%", grid=True)
    chart = alt.Chart(frame).encode(y=share, color=colour)
    drawn = _classes(chart, frame) if spread.labels else _ranges(chart, spread.column)
    sized: alt.Chart = drawn.properties(height=_HEIGHT)
    return sized


def _classes(chart: alt.Chart, frame: pd.DataFrame) -> alt.Chart:
    order = list(dict.fromkeys(frame["label"]))
    bars: alt.Chart = chart.mark_bar(cornerRadiusTopLeft=3, cornerRadiusTopRight=3).encode(
        x=alt.X("label:N", title=None, sort=order).axis(labelAngle=0 if len(order) < 9 else -40),
        xOffset=alt.XOffset("series:N"),
        tooltip=_tooltip("label:N", "class"),
    )
    return bars


def _ranges(chart: alt.Chart, column: str) -> alt.Chart:
    bars: alt.Chart = chart.mark_bar(opacity=0.55, binSpacing=0).encode(
        x=alt.X("low:Q", title=shortened(column, 60)).bin("binned"),
        x2="high:Q",
        y=alt.Y("share:Q", title="part of the rows", stack=None).axis(format="%"),
        tooltip=_tooltip("label:N", "range"),
    )
    return bars


def _tooltip(field: str, title: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(field, title=title),
        alt.Tooltip("series:N", title="of"),
        alt.Tooltip("rows:Q", title="rows", format=","),
        alt.Tooltip("share:Q", title="part", format=".1%"),
    ]


def spread_frame(spread: Spread) -> pd.DataFrame:
    """A row for each class or bin of each series."""
    if spread.labels:
        labels = axis_labels(spread.labels)
        places = [(label, 0.0, 0.0) for label in labels]
    else:
        pairs = list(zip(spread.edges, spread.edges[1:], strict=False))
        places = [(f"{low:.4g} to {high:.4g}", low, high) for low, high in pairs]
    rows = [
        (name, *place, count, count / max(1, sum(counts)))
        for name, counts in spread.series.items()
        for place, count in zip(places, counts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["series", "label", "low", "high", "rows", "share"])
