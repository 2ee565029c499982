"""Scores of folds, with their mean, their spread, and what a dummy scores."""

import altair as alt
import pandas as pd

from agent_core.evaluation import Score
from ui.drawing.palette import BLUE, ORANGE, SLATE

_HEIGHT = 300


def fold_chart(score: Score, baseline: Score | None = None) -> alt.LayerChart | alt.FacetChart:
    """A point for each fold; the band is a standard deviation to either side of the mean."""
    frame = pd.DataFrame(
        {"fold": range(1, len(score.folds) + 1), "score": score.folds, "what": "a fold"}
    )
    lines = [("the mean", score.value)] + ([("a dummy", baseline.value)] if baseline else [])
    rules = pd.DataFrame(lines, columns=["what", "score"])
    band = pd.DataFrame({"low": [score.value - score.std], "high": [score.value + score.std]})
    y = alt.Y("score:Q", title=score.metric).scale(zero=False, padding=12)
    what = alt.Color("what:N", title=None, legend=alt.Legend(orient="top")).scale(
        domain=["a fold", "the mean", "a dummy"], range=[BLUE, SLATE, ORANGE]
    )
    shade = alt.Chart(band).mark_rect(color=SLATE, opacity=0.15).encode(y="low:Q", y2="high:Q")
    levels = alt.Chart(rules).mark_rule(strokeDash=[6, 4], strokeWidth=1.5).encode(y=y, color=what)
    points = (
        alt.Chart(frame)
        .mark_circle(size=130, opacity=1)
        .encode(
            x=alt.X("fold:O", title="fold").axis(labelAngle=0),
            y=y,
            color=what,
            tooltip=[alt.Tooltip("fold:O"), alt.Tooltip("score:Q", format=".6g")],
        )
    )
    return alt.layer(shade, levels, points).properties(height=_HEIGHT)
