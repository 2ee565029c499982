"""Figures for Prometheus: what was asked of the API, and how the runs stand."""

import time
from collections.abc import Iterable

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent_core.errors import SurroundingsFailed
from ui.http.access import Known
from ui.http.problems import declared
from ui.http.server import Ours
from ui.readers.runs import Runs

router = APIRouter(tags=["operation"])

_TEXT = {"text/plain": {"schema": {"type": "string"}}}


@router.get(
    "/metrics",
    response_class=Response,
    responses={**declared(), 200: {"description": "In Prometheus' format.", "content": _TEXT}},
    summary="Figures for Prometheus",
)
def metrics(server: Ours, caller: Known) -> Response:
    """Requests by route and status, their seconds, runs by state, and whether Prefect is up."""
    return Response(generate_latest(server.registry), media_type=CONTENT_TYPE_LATEST)


class RunFigures:
    """Runs by state, counted when they are asked for."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def collect(self) -> Iterable[Metric]:
        """As the registry calls it."""
        up = GaugeMetricFamily("kaggle_agent_prefect_up", "Whether Prefect's server answers.")
        runs = GaugeMetricFamily("kaggle_agent_runs", "Runs by state.", labels=["state"])
        try:
            for state, number in self._runs.counts().items():
                runs.add_metric([state.value], number)
            up.add_metric([], 1)
        except SurroundingsFailed:
            up.add_metric([], 0)
        return up, runs


class Measured:
    """Counts and times every request, and says that no answer is ever to be guessed at.

    Browsers take what looks like a page for one unless they are told not to; a log or a column's
    name may look like anything.
    """

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        labels = ["method", "route", "status"]
        self._requests = Counter(
            "kaggle_agent_http_requests", "Requests answered.", labels, registry=registry
        )
        self._seconds = Histogram(
            "kaggle_agent_http_seconds",
            "From a request to the first byte of its answer.",
            ["method", "route"],
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-content-type-options", b"nosniff")]
                # Not the path itself: of those there is no end.
                route = getattr(scope.get("route"), "path", "none")
                method = scope["method"] if route != "none" else "none"
                self._requests.labels(method, route, str(message["status"])).inc()
                self._seconds.labels(method, route).observe(time.perf_counter() - begun)
            await send(message)

        await self._app(scope, receive, answer)
