"""The page of a run: ``/run?id=FLOW_RUN_ID``. A tab has an address of its own (``&tab=Trials``)."""

import streamlit as st

from ui import sources
from ui.drawing.problems import explained
from ui.readers.runs import RunRow
from ui.run_tabs import data, importance, score, strategy, submission, trials
from ui.run_tabs.actions import show_actions
from ui.run_tabs.failure import show_ending
from ui.run_tabs.header import show_header
from ui.run_tabs.watching import show_course

_TABS = {
    "Score": score.show,
    "Trials": trials.show,
    "Data": data.show,
    "Strategy": strategy.show,
    "Importance": importance.show,
    "Submission": submission.show,
}


def show_page() -> None:
    """What a person wants to know first comes first: how it went, where it is, and why."""
    run_id = st.query_params.get("id", "")
    if not run_id:
        _invite()
        return
    with explained(again=True):
        row = sources.runs().run(run_id)
        show_header(row)
        show_actions(row)
        show_ending(row)
        show_course(row)
        _show_tabs(row)


def _show_tabs(row: RunRow) -> None:
    tabs = st.tabs(list(_TABS), key="tab", bind="query-params")
    for tab, show in zip(tabs, _TABS.values(), strict=True):
        if tab.open:
            with tab, explained(again=True):
                show(row)


def _invite() -> None:
    st.title("A run", anchor=False)
    st.info("Choose one from the list: each has an address of its own.", icon=":material/list_alt:")
    st.page_link("runs_page.py", label="All runs", icon=":material/arrow_back:")


show_page()
