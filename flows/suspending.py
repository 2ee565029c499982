"""How a deployed run that waits for Kaggle gives up its worker's place, and says what it waits for.

Its process ends, its state is Prefect's "Suspended", and its labels say what it waits for, so that
`flows.waking` need not look into any home. Finished stages come from the cache when it goes on.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas import OrchestrationResult
from prefect.client.schemas.objects import State
from prefect.exceptions import Pause
from prefect.runtime import flow_run
from prefect.states import Suspended

from agent_core.errors import Waiting
from agent_core.value import Value

_PREFIX = "kaggle-agent.waits."


class WaitingFor(Value):
    """As `Waiting`, in the labels of a flow run. ``kernel`` is empty where it waits for a place."""

    what: str
    since: datetime
    until: datetime
    kernel: str = ""

    def labels(self) -> dict[str, bool | int | float | str]:
        """For Prefect."""
        told: dict[str, str] = self.model_dump(mode="json")
        return {_PREFIX + name: text for name, text in told.items()}

    @classmethod
    def of(cls, labels: Mapping[str, object]) -> "WaitingFor | None":
        """What they say; None where the run is suspended for another reason."""
        known = {name: labels.get(_PREFIX + name) for name in cls.model_fields}
        return cls.model_validate(known) if known["what"] else None


def suspend(waiting: Waiting) -> NoReturn:
    """End this run's process until it is resumed."""
    run_id = UUID(str(flow_run.get_id()))
    told = WaitingFor(
        what=waiting.waits_for, since=waiting.since, until=waiting.until, kernel=waiting.kernel
    )
    with get_client(sync_client=True) as client:
        client.update_flow_run_labels(run_id, told.labels())
        state: State[Any] = Suspended(message=str(waiting))
        answer: OrchestrationResult[Any] = client.set_flow_run_state(run_id, state)
    raise Pause(state=answer.state)
