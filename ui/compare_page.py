"""The page "Compare": runs of one competition side by side, ``/compare?id=ID&id=ID``."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from agent_core.errors import KaggleAgentError, NoSuchResult, SurroundingsFailed
from ui import sources
from ui.drawing.comparison import mlflow_comparison, run_labels, show_charts, show_settings
from ui.drawing.problems import explained, show_error
from ui.drawing.states import state_text
from ui.drawing.text import plain, shortened
from ui.drawing.times import clock
from ui.drawing.words import score
from ui.readers.results import Place
from ui.readers.runs import RunFilter, RunRow

_MOST_FOUND = 50
_MOST_COMPARED = 12
_LONGEST = 100


def show_page() -> None:
    """What is compared is in the address, so that it can be handed on."""
    st.title("Compare", anchor=False)
    with explained(again=True):
        known = _read(st.query_params.get_all("id")[:_MOST_COMPARED])
        rows = _choose(known)
        if len(rows) < 2:
            st.info(
                "Choose two or more runs of one competition: their scores, settings, cost and time "
                "are shown side by side.",
                icon=":material/compare:",
            )
            return
        if len({row.source for row in rows}) > 1:
            st.warning(
                "These runs are of different competitions, so a better score says nothing.",
                icon=":material/warning:",
            )
        show_charts(rows)
        st.subheader("Settings and results", anchor=False)
        show_settings(rows)
        _links(rows)


def _read(ids: Sequence[str]) -> dict[str, RunRow]:
    found = {}
    for run_id in dict.fromkeys(ids):
        try:
            found[run_id] = sources.runs().run(run_id)
        except SurroundingsFailed:
            raise  # it is the same for the others
        except KaggleAgentError as error:
            show_error(error)
    return found


def _choose(known: dict[str, RunRow]) -> list[RunRow]:
    """Those of the address, and what a search finds to add."""
    search, choice = st.columns([1, 2], vertical_alignment="bottom")
    text = search.text_input(
        "Competition",
        type="search",
        live="300ms",
        icon=":material/search:",
        placeholder="Search by name",
        key="competition",
    )
    wanted = (text or "").strip()[:_LONGEST] or next((row.name for row in known.values()), "")
    found = sources.runs().page(RunFilter(text=wanted), _MOST_FOUND, 0)
    options = known | {row.id: row for row in found.rows}
    if not options:
        st.info("Nothing was run yet.", icon=":material/search_off:")
        return []
    chosen = choice.multiselect(
        "Runs",
        list(options),
        default=list(known),
        format_func=lambda run_id: _label(options[run_id]),
        max_selections=_MOST_COMPARED,
        placeholder="Choose runs",
        help=f"The last {_MOST_FOUND} that the search finds",
    )
    if chosen != list(known):
        st.query_params["id"] = chosen
    return [options[run_id] for run_id in chosen]


def _label(row: RunRow) -> str:
    told = score(row.score) or state_text(row.state)
    return f"{shortened(row.name, 40)} · {told} · {clock(row.created, datetime.now(UTC))}"


def _links(rows: Sequence[RunRow]) -> None:
    with st.skeleton():  # MLflow's client takes seconds to start
        places, problem = _places(rows)
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, row in zip(run_labels(rows), rows, strict=True):
            st.page_link(
                "run_page.py",
                label=plain(label),
                icon=":material/science:",
                query_params={"id": row.id},
            )
        address = mlflow_comparison(places)
        if address:
            st.link_button("Compare in MLflow", address, icon=":material/open_in_new:")
    if problem:
        show_error(problem)
    elif not address:
        st.caption("MLflow's own comparison needs two runs that have reached a score there.")


def _places(rows: Sequence[RunRow]) -> tuple[list[Place], KaggleAgentError | None]:
    """Where the runs are in MLflow, of those that came that far, and why not all could be asked."""
    places = []
    for row in rows:
        try:
            places.append(sources.results().place(row.id))
        except NoSuchResult:
            continue
        except KaggleAgentError as error:
            return places, error
    return places, None


show_page()
