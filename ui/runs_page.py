"""The page "Runs": all of them, live, a page at a time."""

import math
from datetime import UTC, datetime

import streamlit as st

from agent_core.errors import KaggleAgentError
from ui import sources
from ui.drawing.glance import show_counts, show_limits
from ui.drawing.problems import explained
from ui.drawing.run_table import choose_none, chosen_runs, show_run_table
from ui.drawing.states import LOOKS
from ui.drawing.text import plain
from ui.drawing.words import plural
from ui.readers.runs import JobState, RunFilter, RunPage

_LOOK_SECONDS = 3.0
_ROWS = 20
_MOST_COMPARED = 12
_LONGEST = 100


def show_page() -> None:
    """Everything below the title keeps itself up to date."""
    st.title("Runs", anchor=False)
    _live()


@st.fragment(run_every=_LOOK_SECONDS)
def _live() -> None:
    with explained():
        counts = sources.runs().counts()
        if not any(counts.values()):
            _nothing_yet()
            return
        show_counts(counts)
        show_limits(sources.status())
        wanted = _filter()
        page, first = _read(wanted)
        _actions()
        if page.rows:
            opened = show_run_table(page.rows, datetime.now(UTC))
            if opened:
                st.switch_page("run_page.py", query_params={"id": opened})
        else:
            st.info("No run matches these filters.", icon=":material/search_off:")
        _where(page, first)


def _nothing_yet() -> None:
    with st.container(border=True, horizontal_alignment="center"):
        st.subheader("Nothing was run yet", anchor=False, text_alignment="center")
        told = "Give a competition, and watch it being solved here."
        st.markdown(told, text_alignment="center", width="stretch")
        st.page_link(
            "new_run_page.py", label="Start the first run", icon=":material/rocket_launch:"
        )


def _filter() -> RunFilter:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Search by name",
            type="search",
            live="300ms",
            placeholder="Name of a competition",
            icon=":material/search:",
            key="search",
            bind="query-params",
            width=280,
        )
        states = st.pills(
            "States",
            [state.value for state in LOOKS],
            selection_mode="multi",
            format_func=lambda state: LOOKS[JobState(state)].word,
            key="states",
            bind="query-params",
        )
    return RunFilter(
        text=(text or "").strip()[:_LONGEST], states=tuple(map(JobState, states or ()))
    )


def _read(wanted: RunFilter) -> tuple[RunPage, int]:
    """The page that is turned to, or the last one where there are not so many, and its offset."""
    offset = (st.session_state.get("page", 1) - 1) * _ROWS
    page = sources.runs().page(wanted, _ROWS, offset)
    if page.rows or not offset:
        return page, offset
    st.session_state["page"] = max(1, math.ceil(page.total / _ROWS))
    offset = (st.session_state["page"] - 1) * _ROWS
    return sources.runs().page(wanted, _ROWS, offset), offset


def _where(page: RunPage, first: int) -> None:
    if not page.total:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.caption(f"{first + 1:,} to {first + len(page.rows):,} of {plural(page.total, 'run')}")
        pages = math.ceil(page.total / _ROWS)
        if pages > 1:
            st.pagination(pages, key="page")


def _actions() -> None:
    chosen = chosen_runs()
    with st.container(horizontal=True, vertical_alignment="center", key="actions"):
        if not chosen:
            st.caption("Choose runs by the boxes on their left to cancel or compare them.")
            return
        st.markdown(f"**{plural(len(chosen), 'run')} chosen**", width="content")
        if st.button(
            "Compare",
            icon=":material/compare:",
            key="compare",
            disabled=not 2 <= len(chosen) <= _MOST_COMPARED,
            help=f"Two to {_MOST_COMPARED} runs, side by side",
        ):
            st.switch_page("compare_page.py", query_params={"id": list(chosen)})
        with st.popover("Cancel …", icon=":material/cancel:", key="cancel"):
            _confirm(chosen)
        st.button("Choose none", type="tertiary", key="none", on_click=choose_none)


def _confirm(chosen: dict[str, str]) -> None:
    st.markdown(
        "These runs are asked to stop, unless they are over. What they have finished is kept."
    )
    st.text("\n".join(chosen.values()))
    label = f"Cancel {plural(len(chosen), 'run')}"
    st.button(label, type="primary", key="cancel_chosen", on_click=_cancel, args=(chosen,))


def _cancel(chosen: dict[str, str]) -> None:
    asked = 0
    for run_id in tuple(chosen):
        try:
            row = sources.runs().cancel(run_id)
        except KaggleAgentError as error:
            st.toast(plain(str(error)), icon=":material/error:")
        else:
            asked += row.state is JobState.CANCELLED or not row.state.over
            del chosen[run_id]
    st.toast(f"{plural(asked, 'run')} asked to stop.", icon=":material/cancel:")


show_page()
