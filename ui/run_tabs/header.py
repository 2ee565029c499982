"""The top of a run's page: which run, how it stands, and where else it can be looked at."""

from datetime import UTC, datetime

import streamlit as st

from agent_core.errors import KaggleAgentError
from ui import sources
from ui.drawing.facts import show_facts
from ui.drawing.states import state_badge
from ui.drawing.text import plain, web_address
from ui.drawing.times import clock
from ui.drawing.words import dollars, duration, plural, score
from ui.readers.runs import RunRow


def show_header(row: RunRow) -> None:
    """Name, state, links, and the few numbers that sum it up."""
    st.page_link("runs_page.py", label="All runs", icon=":material/arrow_back:")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.title(plain(row.name, 80), anchor=False, width="content")
        state_badge(row.state)
        st.space("stretch")
        _show_links(row)
    show_facts(_facts(row), narrowest=130)


def _facts(row: RunRow) -> dict[str, str]:
    now = datetime.now(UTC)
    better = {True: "higher is better", False: "lower is better", None: ""}[row.higher_is_better]
    return {
        "Cross-validated score": score(row.score, row.score_std),
        "Metric": f"{row.metric} ({better})" if row.metric and better else row.metric,
        "Trials": "" if row.trials is None else plural(row.trials, "trial"),
        "Claude cost": "" if row.cost_usd is None else dollars(row.cost_usd),
        "Time": duration(row.seconds) if row.state.over and row.started else "",
        "Handed in": clock(row.created, now),
        "Ran on": row.deployment,
    }


def _show_links(row: RunRow) -> None:
    prefect = web_address(row.url)
    if prefect:
        st.link_button("Prefect", prefect, icon=":material/timeline:", help="Its timeline there.")
    mlflow = _mlflow_page(row.id) if row.state.over else None
    if mlflow:
        st.link_button("MLflow", mlflow, icon=":material/science:", help="Its experiment there.")
    competition = web_address(row.source)
    if competition:
        st.link_button("Kaggle", competition, icon=":material/open_in_new:")


def _mlflow_page(run_id: str) -> str | None:
    """None where MLflow has no page of it; the tabs say what is wrong with MLflow."""
    try:
        return web_address(sources.results().place(run_id).url)
    except KaggleAgentError:
        return None
