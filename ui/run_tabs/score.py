"""The tab "Score": what the answer is worth, and why that can be believed."""

import pandas as pd
import streamlit as st

from agent_core.evaluation import Evaluation
from agent_core.trial_tree import Node, NodeKind, TrialTree
from agent_core.verification import Verification
from ui import sources
from ui.drawing.facts import show_facts
from ui.drawing.fold_chart import fold_chart
from ui.drawing.search_chart import search_chart
from ui.drawing.text import plain
from ui.drawing.words import duration
from ui.drawing.words import score as score_text
from ui.readers.runs import RunRow
from ui.run_tabs.known_trials import leading, tree_of
from ui.run_tabs.leaderboard import show_leaderboard
from ui.run_tabs.waiting import awaited


def show(row: RunRow) -> None:
    """The score of the trial that leads, its folds and gates, and how the search came to it."""
    with awaited(row, "A score", "evaluate"):
        tree = tree_of(row)
        node = leading(tree)
        if node is None:
            st.caption("Nothing was tried yet.")
            return
        trial = sources.results().trial(row.id, node.name)
        found = trial.evaluation
        if found is None or found.score is None:
            st.caption("No trial has a score.")
            return
        _show_score(node, found)
        show_leaderboard(row)
        left, right = st.columns(2, gap="large")
        with left:
            st.subheader("Folds", anchor=False)
            st.altair_chart(fold_chart(found.score, found.baseline), alt="Score of each fold.")
        with right:
            _show_search(tree)
        _show_gates(found)
        _show_verification(node, trial.verification)


def _show_score(node: Node, found: Evaluation) -> None:
    score, baseline = found.score, found.baseline
    assert score is not None
    better = "higher is better" if score.higher_is_better else "lower is better"
    with st.container(horizontal=True, gap="large"):
        st.metric(
            f"{plain(score.metric)}, {better}",
            score_text(score.value, score.std),
            help="Computed by the host from out-of-fold predictions; ± is the spread over the "
            "folds. What a script prints never counts.",
            width="content",
        )
        if baseline:
            st.metric(
                "A dummy scores", score_text(baseline.value), width="content",
                help="The best answer that does not look at the features.",
            )  # fmt: skip
        st.metric("From the trial", node.name, width="content")


def _show_search(tree: TrialTree) -> None:
    chart = search_chart(tree)
    st.subheader("The search", anchor=False)
    if chart is None:
        st.caption("One trial only: there was nothing to compare.")
        return
    st.altair_chart(chart, alt="Scores of the trials in their order. The tab Trials lists them.")
    if tree.stopped:
        st.caption(f"It ended: {plain(tree.stopped)}")


def _show_gates(found: Evaluation) -> None:
    st.subheader("Gates", anchor=False)
    failed = [gate for gate in found.gates if not gate.passed]
    st.caption(
        f"{len(found.gates) - len(failed)} of {len(found.gates)} passed. A failed error keeps a "
        "trial from winning; a warning is only shown."
    )
    order = sorted(found.gates, key=lambda gate: (gate.passed, gate.severity == "warning"))
    st.dataframe(
        pd.DataFrame(
            [
                {
                    "Result": "✔ passed" if gate.passed
                    else ("✘ failed" if gate.severity == "error" else "⚠ warning"),
                    "Gate": gate.name.replace("_", " "),
                    "Detail": gate.detail,
                }
                for gate in order
            ]
        ),
        hide_index=True,
        width="stretch",
        column_config={"Detail": st.column_config.TextColumn(width="large")},
        alt="Every check of the answer with its result",
    )  # fmt: skip


def _show_verification(node: Node, verdict: Verification | None) -> None:
    st.subheader("Verification", anchor=False)
    if verdict is None:
        ours = node.kind in {NodeKind.TEMPLATE, NodeKind.BLEND}
        st.caption(
            "Not needed: the tested template cannot see a fold's answers, and a blend of verified "
            "trials is as honest as its parts."
            if ours
            else "Not done: this trial did not lead."
        )
        return
    _show_verdict(verdict)
    numbers = {
        "Fold that was withheld": "" if verdict.fold is None else str(verdict.fold + 1),
        "It claimed": score_text(verdict.claimed),
        "Without the answers": score_text(verdict.withheld),
        "Allowed to differ by": score_text(verdict.allowed),
        "Took": duration(verdict.seconds),
    }
    show_facts(numbers)


def _show_verdict(verdict: Verification) -> None:
    if verdict.passed:
        st.success(
            "The script was run once more with one fold's answers really withheld, and its claim "
            "held.", icon=":material/verified:",
        )  # fmt: skip
    elif verdict.passed is None:
        st.info(plain(verdict.reason), title="Could not be verified", icon=":material/help:")
    else:
        st.error(plain(verdict.reason), title="The score did not hold", icon=":material/gpp_bad:")
