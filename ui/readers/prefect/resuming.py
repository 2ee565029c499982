"""Have a suspended run of a deployment go on."""

from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.exceptions import ObjectNotFound

from agent_core.errors import NoSuchRun, RequestRefused
from agent_core.settings import Settings
from ui.readers.prefect.connection import Connection, server_of


def resume_run(run_id: str, settings: Settings) -> None:
    """Schedule it: a worker executes it anew, and its finished stages come from the cache.

    Raises NoSuchRun or RequestRefused where there is none that waits, and SurroundingsFailed where
    the server does not answer.
    """

    def resume(client: SyncPrefectClient) -> bool:
        answer = client.resume_flow_run(UUID(run_id))
        return answer.status.value == "ACCEPT"

    connection = Connection(lambda: server_of(settings))
    try:
        if not connection.ask(resume):
            raise RequestRefused(
                f"The run {run_id} does not wait any more.",
                means="It goes on already, or somebody has stopped it.",
                next="Run: kaggle-agent runs",
            )
    except ObjectNotFound:
        raise NoSuchRun(
            f"The Prefect server knows no run {run_id}.",
            means="It was started on another server, or that has forgotten it.",
            next="Give the same source to kaggle-agent solve: finished stages are kept.",
        ) from None
    finally:
        connection.close()
