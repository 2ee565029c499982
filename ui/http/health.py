"""Whether everything is up that runs need: each is asked, not assumed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response, status

from agent_core.errors import SurroundingsFailed
from agent_core.settings import Settings
from agent_core.state_of_things import PoolState
from ui.http.access import Caller, caller_if_known
from ui.http.models import Health, ServiceHealth
from ui.http.places import System
from ui.http.server import Ours
from ui.readers.open_results import tracking_uri
from ui.readers.services import service_states

router = APIRouter(tags=["operation"])


#: Without these every other request is refused. Without the others runs wait.
_NEEDED = ("prefect", "database")


@router.get(
    "/health",
    responses={503: {"model": Health, "description": "Prefect is down: nothing can be asked."}},
    summary="Say what is up",
    response_description="The API can be used; `up` says whether runs are executed as well.",
)
def health(
    server: Ours, caller: Annotated[Caller | None, Depends(caller_if_known)], response: Response
) -> Health:
    """Each service's truth, and how many runs wait. Without a key it gives no reasons."""
    found = look(server.system, server.settings)
    if not all(found.services[name].up for name in _NEEDED):
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    return found if caller else _discreet(found)


def look(system: System, settings: Settings) -> Health:
    """Ask everybody."""
    services, pools = _prefect(system)
    services |= {"mlflow": _mlflow(settings)}
    return Health(
        up=all(service.up for service in services.values()),
        services=services,
        queued=None if pools is None else sum(pool.queued for pool in pools),
    )


def _prefect(system: System) -> tuple[dict[str, ServiceHealth], tuple[PoolState, ...] | None]:
    try:
        state, pools = system.server(), system.pools()
    except SurroundingsFailed as error:
        down = ServiceHealth(up=False, says=f"{error.what} {error.next}")
        unknown = ServiceHealth(up=False, says="Nobody knows while Prefect is down.")
        return {"prefect": down, "database": unknown, "workers": unknown}, None
    says = "" if state.database else "Prefect is up, but its database does not answer."
    database = ServiceHealth(up=state.database, says=says)
    return {
        "prefect": ServiceHealth(up=True),
        "database": database,
        "workers": _workers(pools),
    }, pools


def _workers(pools: tuple[PoolState, ...]) -> ServiceHealth:
    if any(worker.online for pool in pools for worker in pool.workers):
        return ServiceHealth(up=True)
    return ServiceHealth(
        up=False, says="No worker is there, so runs wait. Start one: kaggle-agent up"
    )


def _mlflow(settings: Settings) -> ServiceHealth:
    address = tracking_uri(settings)
    if not address.startswith(("http://", "https://")):
        return ServiceHealth(up=True)  # a file, which is no service
    (state,) = service_states({"mlflow": f"{address.rstrip('/')}/health"})
    return ServiceHealth(up=not state.problem, says=state.problem)


def _discreet(health: Health) -> Health:
    """Reasons name addresses within, which strangers need not know."""
    silent = {name: ServiceHealth(up=one.up) for name, one in health.services.items()}
    return health.model_copy(update={"services": silent})
