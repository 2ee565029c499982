"""Runs as a table whose rows can be chosen, and stay chosen while it changes under one's hands."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from ui.drawing.states import state_text
from ui.drawing.text import shortened
from ui.drawing.words import dollars, duration, score
from ui.readers.runs import JobState, RunRow

_TABLE, _SHOWN, _CHOSEN, _OPEN = "runs_table", "runs_shown", "runs_chosen", "runs_open"
_ROW_PIXELS = 36


def chosen_runs() -> dict[str, str]:
    """The names of the chosen runs by their ids, of all pages of the table."""
    chosen: dict[str, str] = st.session_state.setdefault(_CHOSEN, {})
    return chosen


def choose_none() -> None:
    """Forget what was chosen."""
    chosen_runs().clear()


def show_run_table(rows: Sequence[RunRow], now: datetime) -> str | None:
    """Draw it. Returns the id of a run that was opened by its button."""
    _keep_choice(rows)
    st.dataframe(
        [_cells(row, now) for row in rows],
        hide_index=True,
        height=_ROW_PIXELS * (len(rows) + 1),
        row_height=_ROW_PIXELS,
        key=_TABLE,
        on_select=_choose,
        selection_mode="multi-row",
        column_config=_columns(),
        placeholder="",
        alt="Runs, newest first",
    )
    click = st.session_state.get(_OPEN)
    return rows[click["row"]].id if click and click["row"] < len(rows) else None


def _keep_choice(rows: Sequence[RunRow]) -> None:
    """Positions are all that the table knows, so they follow the runs whenever these move."""
    positions = [at for at, row in enumerate(rows) if row.id in chosen_runs()]
    selection = st.session_state.get(_TABLE, {}).get("selection", {})
    if sorted(selection.get("rows", ())) != positions:
        st.session_state[_TABLE] = {"selection": {"rows": positions}}
    st.session_state[_SHOWN] = [(row.id, row.name) for row in rows]


def _choose() -> None:
    """Take over what was chosen among the shown rows; other pages' runs stay chosen."""
    chosen = chosen_runs()
    marked = set(st.session_state[_TABLE]["selection"]["rows"])
    for at, (run_id, name) in enumerate(st.session_state.get(_SHOWN, ())):
        if at in marked:
            chosen[run_id] = name
        else:
            chosen.pop(run_id, None)


def _cells(row: RunRow, now: datetime) -> dict[str, Any]:
    begun = row.started or row.created
    seconds = (
        row.seconds
        or (
            (row.ended or now) - begun if row.state is not JobState.QUEUED else now - now
        ).total_seconds()
    )
    return {
        "name": shortened(row.name, 100),
        "open": "Open",
        "state": state_text(row.state),
        "stage": shortened(row.message.partition("\n")[0] if row.failure else row.stage, 120),
        "progress": _progress(row),
        "score": shortened(f"{score(row.score, row.score_std)} {row.metric}", 60)
        if row.score is not None
        else "",
        "trials": row.trials,
        "cost": "" if row.cost_usd is None else dollars(row.cost_usd),
        "time": duration(seconds) if seconds else "",
        # As the browser counts: it shows how long ago that is.
        "age": row.created.astimezone(UTC).replace(tzinfo=None),
    }


def _progress(row: RunRow) -> float | None:
    """In percent."""
    if row.state is JobState.SUCCESS:
        return 100.0
    running = row.state is JobState.RUNNING and row.progress is not None
    return 100 * (row.progress or 0.0) if running else None


def _columns() -> dict[str, Any]:
    column = st.column_config
    return {
        "name": column.TextColumn("Competition", width=170),
        "open": column.ButtonColumn("", width=64, type="tertiary", key=_OPEN),
        "state": column.TextColumn("State", width=105),
        "stage": column.TextColumn("Stage", width=150, help="Where it is, or why it failed"),
        "progress": column.ProgressColumn(
            "Progress", width=105, min_value=0, max_value=100, format="%d%%"
        ),
        "score": column.TextColumn("Best score", width=170, help="Cross-validated, ± spread"),
        "trials": column.NumberColumn("Trials", width=56),
        "cost": column.TextColumn("Cost", width=60, alignment="right"),
        "time": column.TextColumn("Time", width=90, alignment="right"),
        "age": column.DatetimeColumn("Handed in", width=120, format="distance"),
    }
