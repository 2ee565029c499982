"""A run's page in a session without a browser, over runs and results in memory."""

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from agent_core.home import Home
from tests.standins.results import ResultsStandIn
from tests.standins.runs import RunsStandIn
from tests.standins.status import a_status
from ui import sources
from ui.readers.runs import RunRow
from ui.stack_services import PROJECT

RunPage = Callable[..., AppTest]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> RunsStandIn:
    made = RunsStandIn()
    monkeypatch.setattr(sources, "runs", lambda: made)
    return made


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch) -> ResultsStandIn:
    made = ResultsStandIn()
    monkeypatch.setattr(sources, "results", lambda: made)
    return made


@pytest.fixture
def run_page(
    runs: RunsStandIn, results: ResultsStandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> RunPage:
    """Opens the page of a run, at a tab if one is named."""
    monkeypatch.setattr(sources, "status", a_status)
    monkeypatch.setattr(sources, "home", lambda: Home(root=tmp_path))
    st.cache_data.clear()

    def open_page(run: RunRow | str, tab: str = "") -> AppTest:
        if isinstance(run, RunRow):
            runs.rows[run.id] = run
        page = AppTest.from_file(str(PROJECT / "ui" / "app.py"), default_timeout=60)
        page.run()
        page.switch_page("run_page.py")
        page.query_params["id"] = run.id if isinstance(run, RunRow) else run
        if tab:
            page.query_params["tab"] = tab
        return page.run()

    return open_page


def words(page: AppTest) -> str:
    """All that is written on the page as text or Markdown."""
    kinds = ("title", "subheader", "markdown", "caption", "text", "code", "error", "warning",
             "info", "success")  # fmt: skip
    parts = []
    for kind in kinds:
        for element in page.get(kind):
            parts += [str(getattr(element, "title", "") or ""), str(element.value)]
    return "\n".join(parts)
