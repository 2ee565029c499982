"""What the HTTP API bears: 50 clients that hand in a run at the same moment, on SQLite.

Prefect's server and the API are processes as `kaggle-agent up` starts them; nobody executes the
runs. Every client has a connection of its own and opens it within the time that is measured.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, quantiles
from uuid import UUID

import httpx

from tests.ui.http.own_prefect import client_of, own_prefect
from ui.free_port import free_port

CLIENTS = 50
ROUNDS = 5


def main() -> None:
    """Print the figures of some rounds. The first is the first work that the servers have."""
    with tempfile.TemporaryDirectory() as folder, own_prefect(Path(folder)) as prefect:
        jobs: set[str] = set()
        with _api(Path(folder), prefect) as url:
            print(f"{CLIENTS} clients at once, {os.cpu_count()} processors")
            for number in range(1, ROUNDS + 1):
                load = os.getloadavg()[0]
                times, made = asyncio.run(_round(url, number))
                jobs |= made
                p95 = quantiles(times, n=20)[-1]
                print(
                    f"round {number}: mean {mean(times) * 1000:4.0f} ms, p95 {p95 * 1000:4.0f} ms, "
                    f"longest {max(times) * 1000:4.0f} ms, load {load:.1f}"
                )
                time.sleep(1.0)
        with client_of(prefect) as client:
            found = sum(1 for job in jobs if client.read_flow_run(UUID(job)).id == UUID(job))
        print(f"{found} of {CLIENTS * ROUNDS} runs are in Prefect")
        assert found == CLIENTS * ROUNDS


async def _round(url: str, number: int) -> tuple[list[float], set[str]]:
    """The seconds of each client, and the runs that were made."""
    go = asyncio.Event()
    clients = [httpx.AsyncClient(trust_env=False, timeout=60) for _ in range(CLIENTS)]

    async def post(client: httpx.AsyncClient, seed: int) -> tuple[float, str]:
        await go.wait()
        begun = time.perf_counter()
        wish = {"kaggle_url": "titanic", "settings": {"seed": seed, "planner": "rules"}}
        answer = await client.post(f"{url}/run", json=wish)
        seconds = time.perf_counter() - begun
        assert answer.status_code == 201, answer.text
        return seconds, answer.json()["job_id"]

    asked = [
        asyncio.create_task(post(client, number * CLIENTS + index))
        for index, client in enumerate(clients)
    ]
    await asyncio.sleep(0.1)
    go.set()
    answers = await asyncio.gather(*asked)
    for client in clients:
        await client.aclose()
    return [seconds for seconds, _ in answers], {job for _, job in answers}


@contextmanager
def _api(folder: Path, prefect: str) -> Iterator[str]:
    """The address of the API over the server ``prefect``, once it answers."""
    port = str(free_port())
    settings = {
        "KAGGLE_AGENT_HOME": str(folder / "home"),
        "KAGGLE_AGENT_API_POSTS_PER_MINUTE": "1000000",
        "KAGGLE_AGENT_API_QUEUE_LIMIT": "1000000",
        "PREFECT_API_URL": prefect,
    }
    program = str(Path(sys.executable).parent / "kaggle-agent")
    with subprocess.Popen(
        (program, "api", "--port", port),
        env=os.environ | settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(url, process)
            yield url
        finally:
            process.terminate()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    with httpx.Client(trust_env=False) as client:
        while True:
            assert process.poll() is None
            try:
                if client.get(f"{url}/jobs").is_success:
                    return
            except httpx.ConnectError:
                time.sleep(0.2)
