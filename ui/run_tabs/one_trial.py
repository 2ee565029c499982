"""One trial in full: how it went, its code, what it changed, its folds and its log."""

import streamlit as st

from agent_core.errors import NoSuchResult
from agent_core.failures import failure_named
from agent_core.trial_tree import Node
from ui import sources
from ui.drawing.facts import show_facts
from ui.drawing.fold_chart import fold_chart
from ui.drawing.text import plain
from ui.drawing.trial_looks import TRIAL_LOOKS
from ui.drawing.words import dollars, duration, score
from ui.readers.results import TrialResult
from ui.readers.runs import RunRow

_HEIGHT = 520
_VIEWS = {
    "Code": ":material/code:",
    "Changes": ":material/difference:",
    "Folds": ":material/bar_chart:",
    "Log": ":material/notes:",
}


def show_trial(row: RunRow, node: Node) -> None:
    """What the tree knows of it comes at once; its files are asked for."""
    look = TRIAL_LOOKS[node.state]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(node.name), anchor=False, width="content")
        st.badge(f"{look.sign} {look.word}", color=look.badge, help=look.meaning)
    st.markdown(plain(node.title))
    show_facts(_facts(node), narrowest=110)
    _show_failure(node)
    view = st.segmented_control(
        "What of it", list(_VIEWS), default="Code", required=True, key="trial_view",
        format_func=lambda name: f"{_VIEWS[name]} {name}", label_visibility="collapsed",
    )  # fmt: skip
    try:
        found = sources.results().trial(row.id, node.name)
    except NoSuchResult:
        st.caption("Its script and its log can be read here once the trial is over.")
        return
    _show_view(view or "Code", node, found)


def _facts(node: Node) -> dict[str, str]:
    of = ", ".join(f"{name} ({weight:.0%})" for name, weight in node.parts)
    return {
        "Score": score(node.score.value, node.score.std) if node.score else "none",
        "Made from": node.parent or of,
        "Ran for": duration(node.seconds) if node.seconds else "",
        "Claude cost": dollars(node.cost_usd) if node.cost_usd else "",
    }


def _show_failure(node: Node) -> None:
    if not node.failure:
        if node.message:
            st.warning(plain(node.message), icon=":material/info:")
        return
    try:
        meaning = failure_named(node.failure).meaning
    except KeyError:  # named by another version of this program
        meaning = ""
    st.warning(
        plain(node.message) or " ",
        title=f"{plain(node.failure)}: {plain(meaning)}",
        icon=":material/bug_report:",
    )


def _show_view(view: str, node: Node, found: TrialResult) -> None:
    match view:
        case "Changes" if found.changes:
            st.code(found.changes, language="diff", height=_HEIGHT)
        case "Changes":
            st.caption("It comes from no other script, or changed nothing in it.")
        case "Folds" if found.evaluation and found.evaluation.score:
            st.altair_chart(
                fold_chart(found.evaluation.score, found.evaluation.baseline),
                alt="Score of each fold.",
            )
        case "Folds":
            st.caption("It has no score: there are no predictions to compute one from.")
        case "Log":
            st.code(found.log or "It printed nothing.", language=None, height=_HEIGHT)
        case _ if found.solution:
            st.code(found.solution, language="python", line_numbers=True, height=_HEIGHT)
        case _:
            st.caption("There is no script: a blend has the scripts of its parts." if node.parts
                       else "The model gave no script.")  # fmt: skip
