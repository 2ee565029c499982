"""What can be done with a run: take its files, stop it, run it again with other settings."""

from collections.abc import Callable

import streamlit as st

from ui import sources
from ui.drawing.problems import explained
from ui.drawing.run_settings import PLANNERS, SANDBOXES
from ui.drawing.text import plain
from ui.readers.runs import JobState, RunRow
from ui.run_tabs.submitting import show_submit_button, show_under_way

#: What of the settings of a run the form for a new one knows by the same name.
_SAME = ("source", "planner", "sandbox", "metric", "seed", "max_usd", "max_trials")


def show_actions(row: RunRow) -> None:
    """In one line; only what can be done now."""
    with st.container(horizontal=True, gap="small", key="actions"):
        if row.state is JobState.SUCCESS:
            _show_downloads(row)
            show_submit_button(row)
        if row.state.over:
            _show_again(row, "Run again", ":material/replay:")
        else:
            _show_cancel(row)
            _show_again(row, "Start another", ":material/add_circle:")
    show_under_way(row)


def _show_downloads(row: RunRow) -> None:
    # The files are fetched when somebody clicks, not whenever the page is drawn.
    results = sources.results()
    _download("Submission", lambda: results.submission(row.id), "submission.csv", "text/csv", True)
    _download("Solution", lambda: results.solution(row.id), "solution.py", "text/x-python")
    if write := sources.notebook(row.id):
        _download("Notebook", write, "notebook.ipynb", "application/x-ipynb+json")


def _download(
    label: str, fetch: Callable[[], bytes], name: str, mime: str, first: bool = False
) -> None:
    st.download_button(
        label,
        data=fetch,
        file_name=name,
        mime=mime,
        on_click="ignore",
        icon=":material/download:",
        type="primary" if first else "secondary",
        key=f"download {label}",
        help=f"Download {name}",
    )


def _show_again(row: RunRow, label: str, icon: str) -> None:
    if st.button(label, icon=icon, help="With the same settings, to be changed before it starts."):
        st.switch_page("new_run_page.py", query_params=again_parameters(row))


def again_parameters(row: RunRow) -> dict[str, str]:
    """The settings of a run as the page for a new one takes them in its address."""
    asked = row.asked
    given = {name: str(asked[name]) for name in _SAME if asked.get(name) is not None}
    for name, labels in (("planner", PLANNERS), ("sandbox", SANDBOXES)):
        if given.get(name) in labels:
            given[name] = labels[given[name]]
    if isinstance(asked.get("budget"), (int, float)):
        given["minutes"] = str(max(1, round(asked["budget"] / 60)))
    return given


def _show_cancel(row: RunRow) -> None:
    # No dialog: it would be closed whenever the page is drawn anew because the run has gone on.
    if row.detail == "Cancelling":
        st.button("Stopping …", icon=":material/hourglass_top:", disabled=True)
        return
    with st.popover("Cancel", icon=":material/cancel:", key="cancel"):
        st.markdown(f"Stop **{plain(row.name, 80)}**?")
        st.caption("Finished stages are kept: run again, it goes on from there.")
        if st.button("Yes, stop it", type="primary", key="cancel_now"):
            with explained():
                sources.runs().cancel(row.id)
                st.rerun()
