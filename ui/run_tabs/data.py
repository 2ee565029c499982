"""The tab "Data": what was found out before any model was trained."""

import streamlit as st

from agent_core.errors import NoSuchResult
from agent_core.profile import Profile
from ui import sources
from ui.drawing.column_chart import drift_chart, missing_chart
from ui.drawing.column_table import show_columns
from ui.drawing.facts import show_facts
from ui.drawing.spread_chart import spread_chart
from ui.drawing.text import plain
from ui.readers.runs import RunRow
from ui.run_tabs.waiting import awaited


def show(row: RunRow) -> None:
    """Facts, warnings, pictures, and every column."""
    with awaited(row, "The profile of the data", "profile"):
        profile = sources.results().profile(row.id)
        show_facts(_facts(profile), narrowest=230)
        _show_warnings(profile)
        _show_pictures(row, profile)
        st.subheader("Columns", anchor=False)
        show_columns(profile.columns)


def _facts(profile: Profile) -> dict[str, str]:
    folds, metric = profile.folds, profile.metric
    return {
        "Task": profile.task.value.replace("_", " "),
        "Submitted as": profile.layout.kind.value.replace("_", " "),
        "Target": ", ".join(target.column for target in profile.targets),
        "Metric": f"{metric.name} ({metric.reason})",
        "Folds": f"{folds.folds} {folds.scheme.value.replace('_', ' ')} ({folds.reason})",
        "Rows": f"{profile.rows_train:,} to train, {profile.rows_test:,} to predict",
        "Tables": ", ".join(f"{table.name} ({table.role})" for table in profile.tables),
    }


def _show_warnings(profile: Profile) -> None:
    if not profile.warnings:
        st.success("Nothing in the data calls for caution.", icon=":material/verified:")
        return
    with st.container(border=True):
        st.markdown("**To know about these data**")
        for caution in profile.warnings:
            st.markdown(f":material/warning: {plain(caution.message)}")


def _show_pictures(row: RunRow, profile: Profile) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        _show_targets(row)
    with right:
        known = [column for column in profile.columns if column.missing_train]
        st.subheader("Missing values", anchor=False)
        if known:
            said = f"Missing values of {len(known)} columns."
            st.altair_chart(missing_chart(profile.columns), alt=said)
        else:
            st.caption("No value is missing in the training table.")
        st.subheader("Drift from training to test", anchor=False)
        if any(column.drift for column in profile.columns):
            st.altair_chart(drift_chart(profile.columns), alt="Drift of each column.")
            st.caption("0: the same distribution in both tables; 1: no value in common.")
        else:
            st.caption("The columns are spread in the test table as in the training table.")


def _show_targets(row: RunRow) -> None:
    st.subheader("What is to be predicted", anchor=False)
    try:
        spreads = sources.results().spreads(row.id).targets
    except NoSuchResult:
        st.caption("The distribution of the target is counted at the end of the run.")
        return
    if not spreads:
        st.caption("The training table is too large to be counted for a picture.")
    for spread in spreads:
        st.markdown(f"**{plain(spread.column, 80)}** in the training rows")
        said = f"Distribution of {spread.column}"
        st.altair_chart(spread_chart(spread), alt=plain(said))
