"""Scores of trials in the order in which they were tried, and the best so far."""

import altair as alt
import pandas as pd

from agent_core.trial_tree import Node, TrialTree
from ui.drawing.palette import SLATE
from ui.drawing.trial_looks import TRIAL_LOOKS

_HEIGHT = 300


def search_chart(tree: TrialTree) -> alt.LayerChart | alt.FacetChart | None:
    """None where fewer than two trials have a score: a point is no picture."""
    frame = search_frame(tree.nodes)
    if len(frame) < 2:
        return None
    seen = list(dict.fromkeys(frame["state"]))
    colour = alt.Color("state:N", title=None, legend=alt.Legend(orient="top")).scale(
        domain=seen, range=[frame.loc[frame["state"] == s, "colour"].iloc[0] for s in seen]
    )
    x = alt.X("name:N", sort=list(frame["name"]), title=None).axis(labelAngle=-35, labelLimit=130)
    metric = next(node.score.metric for node in tree.nodes if node.score)
    y = alt.Y("score:Q", title=metric).scale(zero=False, padding=12)
    base = alt.Chart(frame).encode(x=x)
    best = base.mark_line(interpolate="step-after", color=SLATE, strokeDash=[6, 4]).encode(
        y=alt.Y("best:Q")
    )
    spread = base.mark_rule(strokeWidth=2).encode(y=alt.Y("low:Q"), y2="high:Q", color=colour)
    points = base.mark_circle(size=130, opacity=1).encode(
        y=y,
        color=colour,
        tooltip=[
            alt.Tooltip("name:N", title="trial"),
            alt.Tooltip("title:N", title="what"),
            alt.Tooltip("score:Q", format=".6g"),
            alt.Tooltip("state:N"),
        ],
    )
    return alt.layer(best, spread, points).properties(height=_HEIGHT)


def search_frame(nodes: tuple[Node, ...]) -> pd.DataFrame:
    """A row for each trial with a score; ``best`` counts only what may win."""
    rows = []
    best = None
    for node in nodes:
        score = node.score
        if score is None:
            continue
        trusted = node.verification is None or node.verification.trusted
        if trusted and (best is None or score.better_than(best)):
            best = score
        look = TRIAL_LOOKS[node.state]
        rows.append(
            {
                "name": node.name,
                "title": node.title[:120],
                "state": look.word,
                "colour": look.colour,
                "score": score.value,
                "low": score.value - score.std,
                "high": score.value + score.std,
                "best": best.value if best else None,
            }
        )
    return pd.DataFrame(rows)
