"""Columns of a competition's tables in pictures: the worst ones, so that they fit."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from agent_core.profile import Column
from ui.drawing.labels import axis_labels
from ui.drawing.palette import BLUE, ORANGE, RED

_MOST, _LINE_HEIGHT = 12, 22
#: From here on a column is worth a look: models that lean on it may fail on the test rows.
_MUCH_DRIFT = 0.1


def missing_chart(columns: Sequence[Column]) -> alt.Chart:
    """The part of values that is missing, in both tables, where there is most of it."""
    rows = [
        (name, table, part or 0.0)
        for column, name in _named([c for c in columns if c.missing_train or c.missing_test])
        for table, part in (("train", column.missing_train), ("test", column.missing_test))
    ]
    frame = pd.DataFrame(rows, columns=["column", "table", "part"])
    frame = _worst(frame)
    return (
        _bars(frame, alt.X("part:Q", title="part that is missing").axis(format="%", tickCount=6))
        .encode(
            yOffset=alt.YOffset("table:N", sort=["train", "test"]),
            color=alt.Color("table:N", title=None, legend=alt.Legend(orient="top")).scale(
                domain=["train", "test"], range=[BLUE, ORANGE]
            ),
        )
        .properties(height=(2 * _LINE_HEIGHT - 8) * frame["column"].nunique() + 110)
    )


def drift_chart(columns: Sequence[Column]) -> alt.Chart:
    """How differently the columns are spread in the two tables, the worst first."""
    rows = [(name, column.drift) for column, name in _named([c for c in columns if c.drift])]
    frame = _worst(pd.DataFrame(rows, columns=["column", "part"]))
    much = alt.condition(alt.datum.part >= _MUCH_DRIFT, alt.value(RED), alt.value(BLUE))
    return (
        _bars(frame, alt.X("part:Q", title="drift").scale(domainMin=0).axis(tickCount=6))
        .encode(color=much)
        .properties(height=_LINE_HEIGHT * len(frame) + 70)
    )


def _named(columns: Sequence[Column]) -> list[tuple[Column, str]]:
    labels = axis_labels([column.name for column in columns])
    return list(zip(columns, labels, strict=True))


def _worst(frame: pd.DataFrame) -> pd.DataFrame:
    worst = frame.groupby("column")["part"].max().nlargest(_MOST).index
    frame = frame[frame["column"].isin(worst)]
    order = {name: place for place, name in enumerate(worst)}
    return frame.sort_values("column", key=lambda names: names.map(order))


def _bars(frame: pd.DataFrame, x: alt.X) -> alt.Chart:
    order = list(dict.fromkeys(frame["column"]))
    axis = alt.Axis(ticks=False, labelLimit=220, labelOverlap=False)
    bars: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(cornerRadiusEnd=3)
        .encode(
            x=x,
            y=alt.Y("column:N", sort=order, title=None, axis=axis),
            tooltip=[alt.Tooltip("column:N"), alt.Tooltip("part:Q", format=".3f")],
        )
    )
    return bars
