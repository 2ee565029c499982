"""The tab "Strategy": what was to be tried, and why."""

import streamlit as st

from agent_core.errors import NoSuchResult
from agent_core.strategy import Strategy
from agent_core.trial_tree import Node, NodeKind, TrialTree
from ui import sources
from ui.drawing.facts import show_facts
from ui.drawing.text import plain
from ui.readers.runs import RunRow
from ui.run_tabs.known_trials import leading, tree_of
from ui.run_tabs.waiting import awaited


def show(row: RunRow) -> None:
    """The strategy of the trial that leads, and every other idea."""
    with awaited(row, "A strategy", "strategy"):
        name, tree = _leading(row)
        strategy = sources.results().trial(row.id, name).strategy
        st.subheader(plain(strategy.summary), anchor=False)
        st.caption(f"The strategy of the trial *{plain(name)}*.")
        show_facts(_facts(strategy))
        st.markdown("\n".join(f"- {plain(reason)}" for reason in strategy.reasons))
        if tree:
            _show_ideas(tree, name)


def _leading(row: RunRow) -> tuple[str, TrialTree | None]:
    """Before anything has been tried it is the template that will be."""
    try:
        tree = tree_of(row)
    except NoSuchResult:
        return NodeKind.TEMPLATE.value, None
    node = leading(tree)
    return (node.name if node else NodeKind.TEMPLATE.value), tree


def _facts(strategy: Strategy) -> dict[str, str]:
    target = "its logarithm" if strategy.transform == "log1p" else "as it is"
    return {
        "Planned by": "Claude" if strategy.planner == "claude" else "rules",
        "Models": ", ".join(strategy.models),
        "Target": f"{target}; logarithm tried too" if strategy.try_logarithm else target,
        "Seed": str(strategy.seed),
    }


def _show_ideas(tree: TrialTree, shown: str) -> None:
    kinds = {NodeKind.DRAFT, NodeKind.IMPROVE, NodeKind.TEMPLATE}
    others = [node for node in tree.nodes if node.kind in kinds and node.name != shown]
    if not others:
        return
    st.subheader("What else was tried", anchor=False)
    st.markdown("\n".join(_idea(node) for node in others))
    if tree.stopped:
        st.caption(f"The search ended: {plain(tree.stopped)}")


def _idea(node: Node) -> str:
    score = f"{node.score.value:.5g}" if node.score else "no score"
    return f"- **{plain(node.name)}** ({plain(score)}): {plain(node.title)}"
