"""The tree of a search as a picture in which trials can be clicked."""

import altair as alt
import pandas as pd

from agent_core.trial_tree import Node, TrialTree
from ui.drawing.palette import SLATE
from ui.drawing.trial_looks import TRIAL_LOOKS

#: The selection's name in what Streamlit hands back.
CHOICE = "chosen"
_LINE_HEIGHT, _LEAST_HEIGHT = 34, 90


def ordered(tree: TrialTree) -> list[tuple[Node, int]]:
    """Every trial with its depth, each followed by what was made of it."""
    children: dict[str | None, list[Node]] = {}
    names = {node.name for node in tree.nodes}
    for node in tree.nodes:
        parent = node.parent if node.parent in names else None
        children.setdefault(parent, []).append(node)
    found: list[tuple[Node, int]] = []
    waiting = [(node, 0) for node in reversed(children.get(None, []))]
    while waiting:
        node, depth = waiting.pop()
        found.append((node, depth))
        waiting += [(child, depth + 1) for child in reversed(children.get(node.name, []))]
    return found


def tree_chart(tree: TrialTree, chosen: str) -> alt.LayerChart | alt.FacetChart:
    """Trials from top to bottom, what was made of another one to its right."""
    nodes = tree_frame(tree)
    deepest = int(nodes["depth"].max())
    x = alt.X("depth:Q", axis=None).scale(domain=[-0.3, deepest + 2.6], nice=False)
    y = alt.Y("line:Q", axis=None).scale(domain=[-0.6, len(nodes) - 0.4], reverse=True, nice=False)
    edges = nodes[nodes["depth"] > 0]
    down = (
        alt.Chart(edges)
        .mark_rule(color=SLATE, opacity=0.6)
        .encode(
            x=alt.X("above:Q", axis=None), x2="above:Q", y=alt.Y("from:Q", axis=None), y2="line:Q"
        )
    )
    across = (
        alt.Chart(edges)
        .mark_rule(color=SLATE, opacity=0.6)
        .encode(x="above:Q", x2="depth:Q", y="line:Q")
    )
    click = alt.selection_point(name=CHOICE, fields=["name"], on="click", empty=False, toggle=False)
    seen = list(dict.fromkeys(nodes["state"]))
    colour = alt.Color("state:N", title=None, legend=alt.Legend(orient="top")).scale(
        domain=seen, range=[nodes.loc[nodes["state"] == s, "colour"].iloc[0] for s in seen]
    )
    marked = alt.condition(alt.datum.name == chosen, alt.value(420), alt.value(170))
    points = (
        alt.Chart(nodes)
        .mark_circle(opacity=1, cursor="pointer")
        .encode(x=x, y=y, color=colour, size=marked, tooltip=_tooltip())
        .add_params(click)
    )
    words = (
        alt.Chart(nodes)
        .mark_text(align="left", dx=15, fontSize=13, color=SLATE, cursor="pointer")
        .encode(x=x, y=y, text="label:N", tooltip=_tooltip())
    )
    height = max(_LEAST_HEIGHT, _LINE_HEIGHT * len(nodes) + 40)
    return alt.layer(down, across, words, points).properties(height=height)


def _tooltip() -> list[alt.Tooltip]:
    return [alt.Tooltip("name:N", title="trial"), alt.Tooltip("title:N", title="what")]


def tree_frame(tree: TrialTree) -> pd.DataFrame:
    """Where each trial and the line to its parent lie."""
    lines = ordered(tree)
    places = {node.name: place for place, (node, _) in enumerate(lines)}
    rows = [
        {
            "name": node.name,
            "title": node.title[:120],
            "state": TRIAL_LOOKS[node.state].word,
            "colour": TRIAL_LOOKS[node.state].colour,
            "label": _label(node, tree.winner),
            "depth": depth,
            "above": depth - 1,
            "line": place,
            "from": places.get(node.parent or "", place),
        }
        for place, (node, depth) in enumerate(lines)
    ]
    return pd.DataFrame(rows)


def _label(node: Node, winner: str | None) -> str:
    told = [node.name]
    if node.score:
        told.append(f"{node.score.value:.4g}")
    if node.name == winner:
        told.append("★ wins")
    return "  ·  ".join(told)
