"""What the services of the stack are told."""

from pathlib import Path

import pytest

from agent_core.settings import Settings
from ui.stack_services import prefect_server, waves

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


@pytest.mark.parametrize("pools", [("process",), ("process", "docker")])
def test_deployed_is_what_has_a_pool(pools: tuple[str, ...]) -> None:
    """Prefect fails at a deployment whose pool is not there: a machine without Docker has one."""
    services = {service.name: service for wave in waves(Settings(), pools) for service in wave}
    command = services["deployments"].command
    assert "--all" not in command
    assert {name for name in ("process", "docker") if name in command} == set(pools)
