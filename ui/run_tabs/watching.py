"""Where a run is: followed live while it goes on, looked back on once it is over."""

import streamlit as st

from ui import sources
from ui.drawing.problems import explained
from ui.drawing.text import plain
from ui.drawing.words import duration, plural
from ui.readers.runs import JobState, RunRow, StageRow
from ui.run_tabs.log import show_log
from ui.run_tabs.timeline import stage_table, timeline

_LOOK_SECONDS = 2.0


def show_course(row: RunRow) -> None:
    """Stages as a timeline, and the log."""
    if row.state.over:
        with explained(again=True):
            _show_stages(row, sources.runs().stages(row.id))
        log = st.expander("Log", icon=":material/notes:", on_change="rerun", key="log_open")
        if log.open:
            with log, explained(again=True):
                show_log(row)
        return
    _watch(row.id)


@st.fragment(run_every=_LOOK_SECONDS)
def _watch(run_id: str) -> None:
    """The rest of the page is drawn anew whenever a stage has begun or ended."""
    with explained():
        runs = sources.runs()
        row, stages = runs.run(run_id), runs.stages(run_id)
        told = (row.state, row.detail, row.trials, [(stage.name, stage.state) for stage in stages])
        key = f"told of {run_id}"
        if st.session_state.setdefault(key, told) != told:
            st.session_state[key] = told
            st.rerun()
        _show_progress(row)
        _show_stages(row, stages)
        show_log(row)


def _show_progress(row: RunRow) -> None:
    if row.state is JobState.QUEUED:
        return
    said = f"At work: {plain(row.stage, 80) or 'getting ready'}, {duration(row.seconds)} so far"
    if row.progress is None:
        st.markdown(f":shimmer[{said}]")
    else:
        st.progress(min(1.0, max(0.0, row.progress)), text=said)


def _show_stages(row: RunRow, stages: tuple[StageRow, ...]) -> None:
    if not stages:
        if row.state is JobState.RUNNING:
            st.caption("No stage has begun yet.")
        return
    cached = sum(stage.cached for stage in stages)
    said = (
        f"{plural(len(stages), 'stage')}, {cached} from the cache, {duration(row.seconds)} in all"
    )
    st.subheader("Where it is" if not row.state.over else "How it went", anchor=False)
    st.altair_chart(timeline(stages), width="stretch", alt=f"Timeline of the stages: {said}.")
    with st.expander(said, icon=":material/table_rows:"):
        st.dataframe(stage_table(stages), hide_index=True, width="stretch")
