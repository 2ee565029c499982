"""One embedded Prefect server per session, for the tests that need a real one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)

from agent_core.home import Home
from flows.embedded_server import EmbeddedServer


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address; this process's Prefect client is pointed at it."""
    server = EmbeddedServer(tmp_path_factory.mktemp("prefect"), linger=0)
    server.start()
    try:
        server.wait_until_ready()
        settings = {
            PREFECT_API_URL: server.api_url,
            PREFECT_LOGGING_TO_API_ENABLED: False,
            PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
        }
        with temporary_settings(settings):
            yield server.api_url
    finally:
        server.stop()
        server.wait_until_ended()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home, with a blank and an accent in its path as people have them."""
    home = Home(root=tmp_path / "my hôme")
    monkeypatch.setenv("KAGGLE_AGENT_HOME", str(home.root))
    return home
