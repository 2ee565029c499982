"""The page "System": whether runs can be executed, and what became of the last ones."""

import streamlit as st

from agent_core.state_of_things import Status
from ui import sources
from ui.drawing.health import (
    show_disk,
    show_failures,
    show_limits,
    show_pools,
    show_reasons,
    show_services,
)
from ui.drawing.problems import explained
from ui.drawing.words import duration
from ui.status import FAILURE_DAYS

_LOOK_SECONDS = 5.0


@st.fragment(run_every=_LOOK_SECONDS)
def show_page() -> None:
    """Keeps itself up to date."""
    with explained():
        status = sources.status()
        if status.server is None:
            _no_server()
        show_services(status)
        left, right = st.columns([3, 2], gap="large")
        with left:
            st.subheader("Workers and their queue", anchor=False)
            if status.is_known:
                show_pools(status.pools)
            else:
                st.caption("Not known while no server answers; the same goes for past runs.")
        with right:
            if status.is_known:
                st.subheader("Limits", anchor=False)
                show_limits(status)
            st.subheader("Disk", anchor=False)
            show_disk(status.disk)
        if status.is_known:
            _history(status)


def _no_server() -> None:
    st.error(
        "Runs can be neither seen nor started here. This starts everything:",
        title="No Prefect server runs for this home folder",
        icon=":material/cloud_off:",
    )
    st.code("kaggle-agent up", language="bash")


def _history(status: Status) -> None:
    st.subheader("What became of the last runs", anchor=False)
    history = status.history
    if history.success is None or history.seconds is None:
        st.caption("None has ended yet.")
        return
    grid = st.grid(min_column_width=140)
    grid.metric("Solved", f"{history.success:.0%}", help=f"Of the last {history.runs} that ended")
    grid.metric("Time, typically", duration(history.seconds), help="The median of these runs")
    show_failures(status.failures, FAILURE_DAYS)
    show_reasons(history.failures)


st.title("System", anchor=False)
show_page()
