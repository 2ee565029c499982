"""What the services of the stack are told."""

from pathlib import Path

import pytest

from agent_core.settings import Settings
from ui.stack_services import prefect_server

DATABASE = "PREFECT_SERVER_DATABASE_CONNECTION_URL"


@pytest.mark.parametrize("named", ["", "postgresql+asyncpg://prefect:secret@db/prefect"])
def test_the_database_that_is_named_or_one_in_the_home(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAGGLE_AGENT_HOME", str(tmp_path))
    monkeypatch.setenv(DATABASE, named)
    settings = Settings()
    told = prefect_server(settings, settings.folders()).environment[DATABASE]
    assert told == named or (not named and told.startswith(f"sqlite+aiosqlite:///{tmp_path}"))
