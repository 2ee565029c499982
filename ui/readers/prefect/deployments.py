"""By what names runs can be started, and which of them a run was started by."""

import threading
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowFilter, FlowFilterName

from agent_core.errors import NoSuchDeployment
from ui.readers.prefect.connection import Connection

FLOW = "solve-competition"
OURS = FlowFilter(name=FlowFilterName(any_=[FLOW]))


class Deployments:
    """Those of our flow. Names are kept, since every row of a list shows one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._names: dict[UUID, str] = {}

    def names(self) -> tuple[str, ...]:
        """All there are now, in alphabetical order."""
        return tuple(sorted(self._read().values()))

    def name(self, deployment: UUID | None) -> str:
        """Empty where there is none, or where it is gone."""
        if deployment is None:
            return ""
        if deployment not in self._names:
            self._read()
        return self._names.setdefault(deployment, "")

    def id(self, name: str) -> UUID:
        """Raises NoSuchDeployment."""
        found = self._id_in(self._names, name) or self._id_in(now := self._read(), name)
        if found is None:
            known = ", ".join(sorted(now.values()))
            raise NoSuchDeployment(
                f"No deployment {FLOW}/{name} is on the Prefect server.",
                means="Nobody has told it how to execute such runs. The run was not started.",
                next=(f"Choose one of these: {known}." if known else "")
                or "Make the deployments (kaggle-agent up, or prefect deploy --all).",
            )
        return found

    def forget(self) -> None:
        """What was kept is no longer so."""
        with self._lock:
            self._names = {}

    def _read(self) -> dict[UUID, str]:
        found = self._connection.ask(_read_all)
        with self._lock:
            self._names = {**dict.fromkeys(self._names, ""), **found}
        return found

    @staticmethod
    def _id_in(names: dict[UUID, str], wanted: str) -> UUID | None:
        return next((id_ for id_, name in names.items() if name == wanted), None)


def _read_all(client: SyncPrefectClient) -> dict[UUID, str]:
    return {made.id: made.name for made in client.read_deployments(flow_filter=OURS)}
