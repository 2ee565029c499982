"""The HTTP API: `create_app` makes it, ``kaggle-agent api`` serves it, ``/docs`` documents it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from prometheus_client import CollectorRegistry
from starlette.middleware.trustedhost import TrustedHostMiddleware

from agent_core.settings import Settings
from ui.http import health, jobs, logs, metrics, problems, submissions
from ui.http.intake import Intake
from ui.http.keys import KeyRing
from ui.http.metrics import Measured, RunFigures
from ui.http.places import Places, System
from ui.http.rate import Rate
from ui.http.server import Server
from ui.readers.results import Results
from ui.readers.runs import Runs

_DESCRIPTION = """\
From the address of a Kaggle competition to a checked submission.csv.

A job is a flow run of Prefect, and its id is that run's id. The API keeps nothing of its own, so it
can be stopped and started at any time, and shows runs that were started in other ways too.

Where keys exist, each request needs one: `Authorization: Bearer KEY`. A key sees its own jobs only.
Every refusal is a Problem: what happened, what it means, what to do next.
"""


def create_app(
    runs: Runs,
    results: Results,
    system: System,
    settings: Settings,
    *,
    open_to_others: bool = False,
    hosts: tuple[str, ...] = ("*",),
) -> FastAPI:
    """The application. ``hosts`` are the names that it may be called by.

    ``open_to_others``: it is served beyond this machine, so that a key is needed though none exist.
    """
    registry = CollectorRegistry()
    registry.register(RunFigures(runs))
    # As FastAPI makes it, but its page /docs asks nobody on the internet for its scripts.
    app = FastAPIOffline(
        redoc_url=None,
        title="Kaggle Agent",
        version=version("kaggle-agent"),
        description=_DESCRIPTION,
        lifespan=_looking,
    )
    app.openapi = partial(_document, app.openapi)  # type: ignore[method-assign]
    app.state.server = Server(
        runs=runs,
        results=results,
        system=system,
        intake=Intake(runs),
        places=Places(runs, system, settings),
        rate=Rate(settings.api_posts_per_minute),
        keys=KeyRing(settings.folders()),
        registry=registry,
        settings=settings,
        open_to_others=open_to_others,
    )
    for part in (jobs, submissions, logs, health, metrics):
        app.include_router(part.router)
    problems.install(app)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.add_middleware(Measured, registry=registry)
    return app


def _document(described: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The OpenAPI document, which says that a key may be left out: it is needed where any exist."""
    document = described()
    for route in (how for path in document["paths"].values() for how in path.values()):
        if "security" in route and {} not in route["security"]:
            route["security"].append({})
    return document


@asynccontextmanager
async def _looking(app: FastAPI) -> AsyncIterator[None]:
    """Keep an eye on the pools for as long as the application is up."""
    task = asyncio.create_task(app.state.server.places.keep_looking())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
