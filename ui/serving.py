"""The command ``api``: the HTTP API, for as long as the command runs."""

import gc
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from agent_core.errors import KaggleAgentError, SurroundingsFailed
from agent_core.run import failure_of
from agent_core.settings import Settings
from agent_core.stack import is_loopback
from ui.answers import print_failure
from ui.http.keys import KeyRing

if TYPE_CHECKING:
    from fastapi import FastAPI

#: How long answers that are under way may take when the API is told to stop.
_LAST_ANSWERS_SECONDS = 3


def serve_api(host: str | None, port: int | None) -> int:
    """Serve until told to stop. ``host`` and ``port`` win over the settings."""
    settings = Settings()
    host, port = host or settings.api_host, settings.api_port if port is None else port
    try:
        check_keys(host, KeyRing(settings.folders()))
        with closing(_listen(host, port)) as listening:
            _serve(settings, host, listening)
    except KaggleAgentError as error:
        return print_failure(failure_of(error), as_json=False)
    return 0


def check_keys(host: str, keys: KeyRing) -> None:
    """Raise SurroundingsFailed where others could get in without a key."""
    if is_loopback(host) or keys.all():
        return
    raise SurroundingsFailed(
        f"The API would listen on {host}, and there is no key.",
        means="Whoever reaches this machine could start runs and spend your money. Nothing was "
        "started.",
        next="Make a key first: kaggle-agent api-key create NAME. Or let it listen on this machine "
        "only: --host 127.0.0.1",
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise SurroundingsFailed(
            f"The API cannot listen on {host}:{port} ({error.strerror or error}).",
            means="Somebody else does, or this machine has no such address. Nothing was started.",
            next="End what uses the port, or choose another: --port, or KAGGLE_AGENT_API_PORT.",
        ) from error


def _serve(settings: Settings, host: str, listening: socket.socket) -> None:
    import uvicorn  # noqa: PLC0415 - seconds

    with application(settings, host) as app:
        config = uvicorn.Config(
            app,
            access_log=False,  # the metrics say as much, and no log should hold what people ask
            proxy_headers=False,  # else any client could say who it is, and so how often it asked
            server_header=False,
            timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
        )
        gc.freeze()  # what is imported stays: no answer shall wait while that is looked through
        uvicorn.Server(config).run(sockets=[listening])


@contextmanager
def application(settings: Settings, host: str) -> Iterator["FastAPI"]:
    """The API over the servers that the settings name, to be served on ``host``. Asks nobody."""
    from ui.api import create_app  # noqa: PLC0415 - these take seconds to import
    from ui.readers.open_results import open_results, tracking_uri  # noqa: PLC0415
    from ui.readers.prefect.connection import Connection, server_of  # noqa: PLC0415
    from ui.readers.prefect.runs import PrefectRuns  # noqa: PLC0415
    from ui.readers.prefect.system import PrefectSystem  # noqa: PLC0415

    with closing(Connection(lambda: server_of(settings))) as connection:
        yield create_app(
            PrefectRuns(connection),
            open_results(tracking_uri(settings), settings.folders()),
            PrefectSystem(connection),
            settings,
            open_to_others=not is_loopback(host),
            hosts=_names(host),
        )


def _names(host: str) -> tuple[str, ...]:
    """What the API may be called by. On this machine a name of somebody else's is an attack: a page
    in the person's browser whose address was made to mean this machine.
    """
    # The last is all that is looked at of [::1].
    return ("localhost", "127.0.0.1", "[") if is_loopback(host) else ("*",)
