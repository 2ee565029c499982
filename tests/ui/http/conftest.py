"""The API over runs, results and pools in memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from agent_core.settings import Settings
from tests.standins.results import ResultsStandIn
from tests.standins.runs import RunsStandIn
from tests.standins.system import SystemStandIn
from ui.api import create_app
from ui.http.keys import KeyRing


class Api:
    """What an operator has, and a client of it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.runs = RunsStandIn()
        self.results = ResultsStandIn()
        self.system = SystemStandIn()
        self.keys = KeyRing(self.settings().folders())
        self._clients: list[TestClient] = []
        self.client = self.open()

    def settings(self, **more: Any) -> Settings:
        return Settings(home=self.home, **{"api_posts_per_minute": 1000} | more)

    def app(self, open_to_others: bool = False, **settings: Any) -> FastAPI:
        return create_app(
            self.runs,
            self.results,
            self.system,
            self.settings(**settings),
            open_to_others=open_to_others,
        )

    def open(self, open_to_others: bool = False, **settings: Any) -> TestClient:
        """A client of the same API with other settings."""
        client = TestClient(self.app(open_to_others, **settings), raise_server_exceptions=False)
        self._clients.append(client)
        return client

    def post(self, source: str = "titanic", **settings: Any) -> httpx.Response:
        return self.client.post("/run", json={"kaggle_url": source, "settings": settings})

    def close(self) -> None:
        for client in self._clients:
            client.close()


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    made = Api(tmp_path / "home")
    yield made
    made.close()


def bearer(secret: str) -> dict[str, str]:
    """The header that shows a key."""
    return {"Authorization": f"Bearer {secret}"}
