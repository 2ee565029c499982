"""What the ways in read from MLflow: the only module of this room that imports its client."""

import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from agent_core.errors import NoSuchResult, SurroundingsFailed
from agent_core.mlflow_environment import prepare_mlflow
from agent_core.mlflow_pages import run_url, server_url
from ui.readers.results import Place

if TYPE_CHECKING:
    from mlflow import MlflowClient

T = TypeVar("T")

#: Seconds for which nobody asks again what was not there, or who was not there.
_NOT_THERE, _AWAY = 5.0, 15.0


class MlflowFiles:
    """`ui.readers.result_files.Source`: the artifacts of a solve's run and of its children.

    ``uri`` is a server's address, or ``sqlite:`` and a file's. ``tracked_as`` may know a run's
    MLflow run by its id; else it is found by its tag. Where a run is, and which files it has, is
    asked once; what it lacks may come later, as Kaggle's word on a submission does.
    """

    def __init__(self, uri: str, tracked_as: Callable[[str], str | None]) -> None:
        self._uri = uri
        self._tracked_as = tracked_as
        self._open: MlflowClient | None = None
        self._known: dict[tuple[str, str], Place] = {}
        self._files: dict[str, frozenset[str]] = {}
        self._missing: dict[tuple[str, str], float] = {}
        self._away_until = 0.0

    def place(self, run_id: str) -> Place:  # noqa: D102 - the protocol says it
        return self._find(run_id, "")

    def read(self, run_id: str, trial: str, name: str) -> bytes:  # noqa: D102
        mlflow_run = self._find(run_id, trial).mlflow_run_id
        if not self._has(mlflow_run, name):
            raise NoSuchResult(f"MLflow has no {name} of this run.")
        with tempfile.TemporaryDirectory(prefix="kaggle-agent-") as folder:
            return self._ask(
                lambda client: Path(
                    client.download_artifacts(mlflow_run, name, folder)
                ).read_bytes()
            )

    def _has(self, mlflow_run: str, name: str) -> bool:
        if name in self._files.get(mlflow_run, ()):
            return True
        key = (mlflow_run, name)
        if time.monotonic() < self._missing.get(key, 0.0):
            return False
        listed = self._ask(lambda client: client.list_artifacts(mlflow_run))
        self._files[mlflow_run] = frozenset(file.path for file in listed)
        self._missing[key] = time.monotonic() + _NOT_THERE
        return name in self._files[mlflow_run]

    def _find(self, run_id: str, trial: str) -> Place:
        key = (run_id, trial)
        if key in self._known:
            return self._known[key]
        if time.monotonic() < self._missing.get(key, 0.0):
            raise NoSuchResult("MLflow does not know this run.")
        found = self._child(run_id, trial) if trial else self._parent(run_id)
        if found is None:
            self._missing[key] = time.monotonic() + _NOT_THERE
            raise NoSuchResult("MLflow does not know this run.")
        self._known[key] = found
        return found

    def _parent(self, run_id: str) -> Place | None:
        tracked = self._tracked_as(run_id)
        if tracked is not None:
            return self._ask(lambda client: self._place(client.get_run(tracked)))
        return self._search(f"tags.`prefect.flow_run_id` = '{run_id}' and tags.kind = 'solve'")

    def _child(self, run_id: str, trial: str) -> Place | None:
        parent = self._find(run_id, "").mlflow_run_id
        return self._search(f"tags.`mlflow.parentRunId` = '{parent}' and tags.trial = '{trial}'")

    def _search(self, wanted: str) -> Place | None:
        """The newest run that is not being written any more."""

        def ask(client: "MlflowClient") -> Place | None:
            experiments = [one.experiment_id for one in client.search_experiments(max_results=1000)]
            over = f"{wanted} and attributes.status != 'RUNNING'"
            runs = client.search_runs(experiments, over, max_results=1) if experiments else []
            return self._place(runs[0]) if runs else None

        return self._ask(ask)

    def _place(self, run: object) -> Place:
        info = run.info  # type: ignore[attr-defined]
        return Place(
            mlflow_run_id=info.run_id,
            experiment_id=info.experiment_id,
            url=run_url(self._uri, info.experiment_id, info.run_id),
        )

    def _ask(self, ask: "Callable[[MlflowClient], T]") -> T:
        if time.monotonic() < self._away_until:
            raise self._away("it did not a moment ago")
        failures = store_failures()
        try:
            if self._open is None:
                self._open = open_client(self._uri)
            return ask(self._open)
        except failures as error:
            if getattr(error, "error_code", "") == "RESOURCE_DOES_NOT_EXIST":
                raise NoSuchResult("MLflow does not have this any more.") from error
            self._away_until = time.monotonic() + _AWAY
            raise self._away(
                (str(error).strip() or type(error).__name__).splitlines()[0]
            ) from error

    def _away(self, why: str) -> SurroundingsFailed:
        place = server_url(self._uri) or "the store in the home folder"
        # MLflow's messages repeat the address with the password that may be in it.
        why = re.sub(r"//[^/\s@]*@", "//", why)
        return SurroundingsFailed(
            f"MLflow ({place}) does not answer: {why[:300]}.",
            means="Results that only MLflow keeps cannot be shown now. Nothing is lost.",
            next="Start it (kaggle-agent up), or correct MLFLOW_TRACKING_URI.",
        )


def open_client(uri: str) -> "MlflowClient":
    """A client. Raises NoSuchResult where a local store is not there yet: none is made here."""
    prepare_mlflow()
    from mlflow import MlflowClient  # noqa: PLC0415 - 2 to 10 s

    file = uri.removeprefix("sqlite:///")
    if file != uri and not Path(file).is_file():
        raise NoSuchResult(f"No experiment was stored in {file} yet.")
    return MlflowClient(uri)


def store_failures() -> tuple[type[Exception], ...]:
    """What a broken or absent store raises. Nothing that a mistake of ours would raise."""
    from mlflow.exceptions import MlflowException  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    return MlflowException, SQLAlchemyError, OSError
