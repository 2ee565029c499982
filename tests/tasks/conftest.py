"""One migrated MLflow store per session, copied for each test: migrating takes seconds."""

import shutil
from pathlib import Path

import pytest

from agent_core.home import Home
from tasks.record import SolveRecord
from tasks.tracking import warm_up
from tests.tasks.solve_records import attempt, record


@pytest.fixture(scope="session")
def migrated_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = Home(root=tmp_path_factory.mktemp("migrated"))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        assert warm_up(home) == ""
    return home.mlflow / "mlflow.db"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home, with a blank and an accent in its path as people have them."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return Home(root=tmp_path / "my hôme")


@pytest.fixture
def tracked_home(home: Home, migrated_store: Path) -> Home:
    home.mlflow.mkdir(parents=True)
    shutil.copy(migrated_store, home.mlflow / "mlflow.db")
    return home


@pytest.fixture
def solve(tracked_home: Home) -> SolveRecord:
    return record(attempt(tracked_home.trials / "1"))
