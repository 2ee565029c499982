"""The stack's own Prefect server, with deployments whose runs nobody executes."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import requests
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient

from agent_core.prefect_file import database_url
from flows.prefect_database import copy_template
from tests.requirements import require
from ui.free_port import free_port
from ui.readers.prefect.connection import Connection

_SECONDS = 180.0


@flow(name="solve-competition")
def solve_competition(source: str) -> None:
    """As the real one is called. What else it takes is not checked here."""


@contextmanager
def own_prefect(folder: Path) -> Iterator[str]:
    """Its API's address. There is one deployment, "process"."""
    require(copy_template(folder), "no template of Prefect's database (make it: make test)")
    address = f"http://127.0.0.1:{(port := free_port())}/api"
    log = folder / "server.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            (sys.executable, "-m", "flows.stack_server", "--port", str(port)),
            env=_environment(folder),
            stdout=out,
            stderr=out,
        ) as process,
    ):
        try:
            _wait_until_ready(address, process, log)
            with client_of(address) as client:
                flow_id = client.create_flow(solve_competition)
                client.create_deployment(flow_id, "process")
            yield address
        finally:
            process.terminate()


def client_of(address: str) -> SyncPrefectClient:
    """Straight to the server, whatever proxies are set."""
    return SyncPrefectClient(api=address, httpx_settings={"trust_env": False})


@contextmanager
def connection_to(address: str) -> Iterator[Connection]:
    """As the API opens it."""
    with closing(Connection(lambda: address)) as connection:
        yield connection


def _environment(folder: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    # One connection, as `kaggle-agent up` has it: see `agent_core.prefect_file`.
    return kept | {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database_url(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    with requests.Session() as session:
        session.trust_env = False
        while True:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            try:
                if session.get(f"{address}/ready", timeout=10).ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.2)
