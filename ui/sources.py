"""Where the pages get what they show: one reader for each outside system, shared by all sessions.

Tests put stand-ins in the place of these functions, so pages call them as ``sources.runs()``.
"""

import streamlit as st

from agent_core.settings import Settings
from agent_core.stack import running_stack
from agent_core.state_of_things import Status
from ui.readers.results import Results
from ui.readers.runs import Runs
from ui.status import read_status

#: Of how many runs that ended the system's page tells.
LAST_RUNS = 100


@st.cache_resource(show_spinner=False)
def runs() -> Runs:
    """Who knows of runs."""
    from ui.readers.prefect_runs import PrefectRuns  # noqa: PLC0415 - seconds

    reader: Runs = PrefectRuns(Settings())
    return reader


def results() -> Results:
    """Who knows what came of runs."""
    settings = Settings()
    stack = running_stack(settings.folders())
    local = f"sqlite:///{settings.folders().mlflow / 'mlflow.db'}"
    return _results(settings.mlflow_tracking_uri or (stack.mlflow_url if stack else local))


@st.cache_resource(show_spinner=False)
def _results(mlflow: str) -> Results:
    from ui.readers.mlflow_reader import MlflowFiles  # noqa: PLC0415
    from ui.readers.result_files import FileResults  # noqa: PLC0415
    from ui.readers.run_folder import RunFolders  # noqa: PLC0415

    folders = RunFolders(Settings().folders())
    return FileResults([folders, MlflowFiles(mlflow, folders.tracked_as)])


@st.cache_data(ttl=5, show_spinner=False)
def status() -> Status:
    """How things stand with servers, workers, limits and the disk; never older than 5 s."""
    return read_status(Settings(), LAST_RUNS)
