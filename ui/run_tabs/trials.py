"""The tab "Trials": the tree of the search, to click, and the chosen trial in full."""

import streamlit as st

from agent_core.trial_tree import TrialTree
from ui.drawing.tree_chart import CHOICE, ordered, tree_chart
from ui.drawing.trial_looks import trial_line
from ui.drawing.words import dollars, plural
from ui.readers.runs import RunRow
from ui.run_tabs.known_trials import leading, tree_of
from ui.run_tabs.one_trial import show_trial
from ui.run_tabs.waiting import awaited


def show(row: RunRow) -> None:
    """Left the tree, right what was chosen in it; the list does the same without a mouse."""
    with awaited(row, "A trial", "train"):
        tree = tree_of(row)
        left, right = st.columns([2, 3], gap="large")
        with left:
            name = _choose(row, tree)
        with right:
            show_trial(row, tree.node(name))


def _choose(row: RunRow, tree: TrialTree) -> str:
    lines = {
        node.name: trial_line(node, depth, node.name == tree.winner)
        for node, depth in ordered(tree)
    }
    first = leading(tree)
    key = f"trial of {row.id}"
    if st.session_state.get(key) not in lines:
        st.session_state[key] = first.name if first else next(iter(lines))
    name = st.selectbox("Trial", list(lines), key=key, format_func=lines.__getitem__)
    cost = f", {dollars(tree.cost_usd)} for Claude" if tree.cost_usd else ""
    said = f"{plural(len(tree.nodes), 'trial')}{cost}"
    chart = f"tree of {row.id}"
    st.altair_chart(
        tree_chart(tree, name),
        width="stretch",
        key=chart,
        on_select=lambda: _clicked(chart, key, set(lines)),
        selection_mode=CHOICE,
        alt=f"Tree of {said}. The list above it holds the same trials.",
    )
    st.caption(f"{said}. Click a trial, or choose it in the list.")
    return str(name)


def _clicked(chart: str, key: str, names: set[str]) -> None:
    """Take over what was clicked; a click beside it changes nothing."""
    points = st.session_state[chart].selection.get(CHOICE, [])
    name = points[0].get("name") if points else None
    if name in names:
        st.session_state[key] = name
