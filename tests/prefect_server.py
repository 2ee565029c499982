"""One Prefect server for all tests of a process that need a real one.

There is one only because this process's Prefect client can be pointed at no more than one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)

from flows.embedded_server import EmbeddedServer


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Its API's address."""
    server = EmbeddedServer(folder, linger=0)
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
