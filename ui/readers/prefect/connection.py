"""The connection to a Prefect server: opened when it is needed, kept, shared by all threads."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import TypeVar

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    PREFECT_UI_URL,
    temporary_settings,
)

from agent_core.errors import SurroundingsFailed
from agent_core.settings import Settings
from agent_core.stack import running_stack

R = TypeVar("R")
#: A page that waits for longer is a page that hangs.
_SECONDS = 10.0


class Connection:
    """To the server that ``find`` names: its API's address, empty as long as there is none."""

    def __init__(self, find: Callable[[], str]) -> None:
        self._find = find
        self._lock = threading.Lock()
        self._client: SyncPrefectClient | None = None
        self._pages = ""
        # Whoever waits for an answer asks again; the client would keep them waiting for a minute.
        with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):
            self._context = copy_context()

    def ask(self, question: Callable[[SyncPrefectClient], R]) -> R:
        """The answer. Raises SurroundingsFailed where the server gives none.

        That something is not there is an answer: ObjectNotFound is passed on.
        """
        client = self._open()
        with _explained(str(client.api_url)):
            return self._context.copy().run(question, client)

    @property
    def pages(self) -> str:
        """Where the server shows its pages to people."""
        return self._pages

    def close(self) -> None:
        """Let go of the server. The next question opens it again."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            self._context.copy().run(client.__exit__, None, None, None)

    def _open(self) -> SyncPrefectClient:
        with self._lock:
            if self._client is None:
                opened = self._context.copy().run(_opened, self._address())
                self._client, self._pages = opened
            return self._client

    def _address(self) -> str:
        address = self._find()
        if not address:
            raise SurroundingsFailed(
                "No Prefect server runs all the time here.",
                means="Runs can neither be handed in nor looked at.",
                next="Start one (kaggle-agent up), or name yours in PREFECT_API_URL.",
            )
        return address


def server_of(settings: Settings) -> str:
    """The address of the server's API that the settings name, else of the stack that runs here."""
    if settings.prefect_api_url:
        return settings.prefect_api_url
    stack = running_stack(settings.folders())
    return stack.prefect_api_url if stack else ""


def _opened(address: str) -> tuple[SyncPrefectClient, str]:
    """A client, and the address of the pages that belong to the server."""
    with temporary_settings({PREFECT_API_URL: address}):
        client = get_client(sync_client=True, httpx_settings={"timeout": _SECONDS})
        return client.__enter__(), PREFECT_UI_URL.value() or ""


@contextmanager
def _explained(address: str) -> Iterator[None]:
    try:
        yield
    except ObjectNotFound:
        raise
    except (httpx.HTTPError, PrefectHTTPStatusError, OSError) as error:
        raise SurroundingsFailed(
            f"The Prefect server at {address} does not answer as it should ({error}).",
            means="Runs that wait cannot begin; those that run go on and report when it is back.",
            next="Start it (kaggle-agent up), or correct PREFECT_API_URL.",
        ) from error
