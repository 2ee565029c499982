"""Where the pages get what they show: one reader for each outside system, shared by all sessions.

Tests put stand-ins in the place of these functions, so pages call them as ``sources.runs()``.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from agent_core.home import Home
from agent_core.intake.preflight import Preflight
from agent_core.intake.preflight import preflight as ask_preflight
from agent_core.progress import Report
from agent_core.receipt import Receipt
from agent_core.run import load_run
from agent_core.settings import Settings
from agent_core.state_of_things import Status
from ui.new_runs.checking import Preflights
from ui.readers.open_results import open_results, tracking_uri
from ui.readers.results import Results
from ui.readers.runs import Runs
from ui.status import read_status
from ui.submissions import Submissions

if TYPE_CHECKING:
    from agent_core.submitting.quota import Quota

#: Of how many runs that ended the page "System" tells.
LAST_RUNS = 100


@st.cache_resource(show_spinner=False)
def runs() -> Runs:
    """Who knows of runs."""
    from ui.readers.prefect.runs import connect  # noqa: PLC0415 - imports for seconds

    return connect(Settings())


def results() -> Results:
    """Who knows what came of runs."""
    return _results(tracking_uri(Settings()))


@st.cache_resource(show_spinner=False)
def _results(uri: str) -> Results:
    return open_results(uri, home())


@st.cache_data(ttl=5, refresh_mode="background", show_spinner=False)
def status() -> Status:
    """How things stand with servers, workers, limits and the disk, some seconds ago.

    Whoever asks gets the last answer while the next one is found out, which may take a while.
    """
    return read_status(Settings(), LAST_RUNS)


def home() -> Home:
    """Where uploads are kept."""
    return Settings().folders()


def preflight(source: str) -> Preflight | None:
    """Of what a person typed, None as long as it goes on. Raises as the core's own does."""
    return _preflights().look(source)


def forget(source: str) -> None:
    """Check ``source`` anew the next time."""
    _preflights().forget(source)


@st.cache_resource(show_spinner=False)
def _preflights() -> Preflights:
    return Preflights(lambda source: ask_preflight(source, home()))


@st.cache_data(ttl=30, show_spinner=False)
def quota(slug: str) -> "Quota":
    """What may be submitted to a competition on Kaggle. Raises KaggleError if nobody says."""
    from agent_core.submitting.quota import quota as ask_quota  # noqa: PLC0415 - Kaggle's client

    return ask_quota(slug)


@st.cache_resource(show_spinner=False)
def submissions() -> Submissions:
    """What is being submitted from the pages."""
    from ui.submitting import Wish, submit_and_track  # noqa: PLC0415 - Kaggle's client

    def send(run_id: str, message: str, report: Report) -> Receipt:
        return submit_and_track(Wish(run=run_id, message=message), home(), report).receipt

    return Submissions(send)


def notebook(run_id: str) -> Callable[[], bytes] | None:
    """What writes a solved run as a notebook, None where its folder is not on this machine."""
    kept = home()
    if not (kept.runs / run_id / "run.json").is_file():
        return None

    def write() -> bytes:
        from agent_core.notebook.writing import notebook_of  # noqa: PLC0415 - the template's parts

        return notebook_of(load_run(kept.runs / run_id), kept).encode()

    return write
