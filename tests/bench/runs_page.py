"""How quickly the ways in show runs where there are many: what their readers take, and the page.

The runs are made through Prefect's API, with the labels, the tags and the ends that runs have.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Cancelled, Completed, Failed, Running, Scheduled

from agent_core.settings import Settings
from agent_core.stack import stack_folder
from agent_core.standing import Standing
from tests.ui.browser.chromium import CHROMIUM, browser
from tests.ui.browser.visitor import Visitor
from ui.free_port import free_port
from ui.readers.prefect.connection import Connection
from ui.readers.prefect.runs import PrefectRuns
from ui.readers.runs import JobState, RunFilter
from ui.stack_services import app, prefect_api_url, prefect_server
from ui.stack_supervisor import Supervisor, stack_environment

RUNS = 2_000
_WAITING = 100
_REPEATS = 15
_VISITS = 9
_PAGE = 25
#: On one page of the app.
_SHOWN = 20
_SAYS = Standing(
    stage="train", progress=0.5, metric="rmse", higher_is_better=False, score=0.4, score_std=0.1,
    trials=4, cost_usd=0.1,
)  # fmt: skip
_STATES: tuple[State[None], ...] = (Completed(), Failed(), Cancelled(), Running())


@flow(name="solve-competition")
def solve_competition(source: str) -> None:
    """As the real one is called."""


def main() -> None:
    """Print the medians."""
    with tempfile.TemporaryDirectory() as folder, _stack(Path(folder)) as (api_url, app_url):
        print(f"{RUNS} runs are made first, which takes a few minutes", flush=True)
        begun = time.monotonic()
        _fill(api_url)
        print(f"{RUNS} runs made in {time.monotonic() - begun:.0f} s")
        _measure(api_url)
        if CHROMIUM.exists():
            _measure_page(app_url)


@contextmanager
def _stack(folder: Path) -> Iterator[tuple[str, str]]:
    """The addresses of the stack's own Prefect server and app; both are all that is up."""
    settings = Settings(
        home=folder, prefect_port=free_port(), app_port=free_port(), prefect_database=""
    )
    stack_folder(settings.folders()).mkdir()
    environment = stack_environment(
        dict(os.environ),
        PREFECT_HOME=str(folder / "prefect"),
        PREFECT_API_URL=prefect_api_url(settings),
        KAGGLE_AGENT_HOME=str(folder),
    )
    with Supervisor(environment, folder) as supervisor:
        app_service = app(settings)
        for service in (prefect_server(settings, settings.folders()), app_service):
            supervisor.wait_for(supervisor.start(service))
        yield prefect_api_url(settings), app_service.address


def _fill(api_url: str) -> None:
    with temporary_settings({PREFECT_API_URL: api_url}), get_client(sync_client=True) as client:
        flow_id = client.create_flow(solve_competition)
        deployment = client.create_deployment(flow_id, "process")
        for number in range(RUNS):
            client.request("POST", "/flow_runs/", json=_new(flow_id, deployment, number))


def _new(flow_id: UUID, deployment: UUID, number: int) -> dict[str, Any]:
    """A run that has ended long ago, goes on or, if it is one of the last, waits."""
    state = Scheduled() if number >= RUNS - _WAITING else _STATES[number % len(_STATES)]
    slug = f"competition-{number % 40}"
    return {
        "flow_id": str(flow_id),
        "deployment_id": str(deployment),
        "name": slug,
        "parameters": {"source": slug},
        "tags": [f"owner:key-{number % 5}"],
        "labels": _SAYS.labels(),
        "state": {"type": state.type, "name": state.name},
    }


def _measure(api_url: str) -> None:
    with closing(Connection(lambda: api_url)) as connection:
        runs = PrefectRuns(connection)
        first = runs.page(RunFilter(), _PAGE, 0).rows[0].id
        failed = RunFilter(states=(JobState.FAILED,), owner="key-1")
        asked: dict[str, Callable[[], object]] = {
            "first page": lambda: runs.page(RunFilter(), _PAGE, 0),
            "last page": lambda: runs.page(RunFilter(), _PAGE, RUNS - _PAGE),
            "page of 200": lambda: runs.page(RunFilter(), 200, 0),
            "page by state and owner": lambda: runs.page(failed, _PAGE, 0),
            "page by name": lambda: runs.page(RunFilter(text="tion-13"), _PAGE, 0),
            "counts": runs.counts,
            "counts of an owner": lambda: runs.counts("key-1"),
            "one run": lambda: runs.run(first),
        }
        for name, ask in asked.items():
            _show(name, [_seconds(ask) for _ in range(_REPEATS)])


def _measure_page(app_url: str) -> None:
    """As a person sees it in Chromium: in a new window each time, then from page to page.

    Streamlit's own programs are in the browser's cache from the first visit on.
    """
    opened, turned = [], []
    with browser() as chromium:
        context = chromium.new_context()
        for _ in range(_VISITS):
            visitor = Visitor(context.new_page(), app_url)
            opened.append(_seconds(partial(_open, visitor)))
            visitor.settle()
            turned += [_seconds(partial(_turn_on_to, visitor, page)) for page in range(2, 5)]
            visitor.page.close()
    _show("browser: Runs first opened", opened[:1])
    _show("browser: Runs opened again", opened[1:])
    _show("browser: a page turned", turned)


def _open(visitor: Visitor) -> None:
    visitor.page.goto(f"{visitor.app}/runs", wait_until="commit")
    visitor.sees(f"1 to {_SHOWN} of")


def _turn_on_to(visitor: Visitor, page: int) -> None:
    """From the page before it."""
    visitor.page.get_by_role("button", name="Next page").click()
    visitor.sees(f"{_SHOWN * (page - 1) + 1} to {_SHOWN * page} of")


def _show(name: str, seconds: list[float]) -> None:
    print(
        f"{name:<26} median {1000 * statistics.median(seconds):6.0f} ms   "
        f"worst {1000 * max(seconds):6.0f} ms"
    )


def _seconds(ask: Callable[[], object]) -> float:
    begun = time.monotonic()
    ask()
    return time.monotonic() - begun
