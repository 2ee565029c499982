"""What models relied on, the most first."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from ui.drawing.labels import axis_labels
from ui.drawing.palette import BLUE
from ui.readers.results import Importance

MOST_FEATURES = 25
_LINE_HEIGHT = 22


def importance_chart(found: Sequence[Importance]) -> alt.Chart:
    """A bar for each of the first features. Each has a line of its own, whatever it is called."""
    shown = found[:MOST_FEATURES]
    labels = axis_labels([one.feature for one in shown])
    values = [one.importance for one in shown]
    frame = pd.DataFrame({"feature": labels, "importance": values})
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar(cornerRadiusEnd=3, color=BLUE)
        .encode(
            x=alt.X("importance:Q", title="importance"),
            y=alt.Y("feature:N", sort=labels, title=None).axis(
                ticks=False, labelLimit=300, labelOverlap=False
            ),
            tooltip=[alt.Tooltip("feature:N"), alt.Tooltip("importance:Q", format=".4g")],
        )
        .properties(height=_LINE_HEIGHT * len(frame) + 70)
    )
    return chart
