"""Services are asked whether they serve, and none that hangs or is gone keeps the others back."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ui.readers.services import service_states


class _Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 503)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Health) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_each_says_how_it_is(address: str) -> None:
    health = {
        "mlflow": f"{address}/health",
        "keeper": f"{address}/starting",
        "worker": "http://127.0.0.1:9/health",
        "wrong": "no address",
    }
    states = {state.name: state for state in service_states(health)}
    assert list(states) == list(health)
    assert states["mlflow"].problem == ""
    assert "503" in states["keeper"].problem
    assert "refused" in states["worker"].problem
    assert states["wrong"].problem


def test_without_services() -> None:
    assert service_states({}) == ()
