"""The folders that runs write on this machine: there while they go on, and where MLflow is not."""

from pathlib import Path

from agent_core.errors import NoSuchResult
from agent_core.home import Home
from agent_core.run import load_run
from ui.readers.results import Place


class RunFolders:
    """`ui.readers.result_files.Source` of the runs in ``home``."""

    def __init__(self, home: Home) -> None:
        self._runs = home.runs

    def place(self, run_id: str) -> Place:
        """Never: a folder is no page of MLflow."""
        raise NoSuchResult(f"No page of run {run_id} is known here.")

    def read(self, run_id: str, trial: str, name: str) -> bytes:
        """Of ``runs/<id>/`` or ``runs/<id>/trials/<name>/``."""
        folder = self._runs / run_id
        path = folder / "trials" / trial / name if trial else folder / name
        try:
            return path.read_bytes()
        except OSError as error:
            raise NoSuchResult(f"{name} of run {run_id} is not on this machine.") from error

    def tracked_as(self, run_id: str) -> str | None:
        """The id of the run's MLflow run: one whose results were all cached shares an earlier's."""
        return tracked_as(self._runs / run_id)


def tracked_as(folder: Path) -> str | None:
    """What the record in that folder says."""
    try:
        solved = load_run(folder).solved
    except (OSError, ValueError):
        return None
    return solved.mlflow_run_id if solved else None
