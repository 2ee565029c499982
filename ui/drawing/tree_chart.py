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
    seen = list(dict.fromkeys(zip(nodes["state"], nodes["colour"], strict=True)))
    colour = alt.Color("state:N", title=None, legend=alt.Legend(orient="top")).scale(
        domain=[state for state, _ in seen], range=[colour for _, colour in seen]
    )
    x, y = _across("depth:Q", nodes), _down("line:Q", nodes)
    marked = alt.condition(alt.datum.name == chosen, alt.value(420), alt.value(170))
    click = alt.selection_point(name=CHOICE, fields=["name"], on="click", empty=False, toggle=False)
    base = alt.Chart(nodes).encode(x=x, y=y, tooltip=_tooltip())
    words = base.mark_text(align="left", dx=15, fontSize=13, color=SLATE).encode(text="label:N")
    points = base.mark_circle(opacity=1, cursor="pointer").encode(color=colour, size=marked)
    height = max(_LEAST_HEIGHT, _LINE_HEIGHT * len(nodes) + 40)
    return alt.layer(*_edges(nodes), words, points.add_params(click)).properties(height=height)


def _edges(nodes: pd.DataFrame) -> list[alt.Chart]:
    """From each parent down, and then across to what was made of it."""
    edges = alt.Chart(nodes[nodes["depth"] > 0]).mark_rule(color=SLATE, opacity=0.6)
    return [
        edges.encode(x=_across("above:Q", nodes), y=_down("from:Q", nodes), y2="line:Q"),
        edges.encode(x=_across("above:Q", nodes), x2="depth:Q", y=_down("line:Q", nodes)),
    ]


def _across(field: str, nodes: pd.DataFrame) -> alt.X:
    domain = [-0.3, int(nodes["depth"].max()) + 2.6]
    return alt.X(field, axis=None).scale(domain=domain, nice=False)


def _down(field: str, nodes: pd.DataFrame) -> alt.Y:
    domain = [-0.6, len(nodes) - 0.4]
    return alt.Y(field, axis=None).scale(domain=domain, reverse=True, nice=False)


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
