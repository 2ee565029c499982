"""What the routes of one application have in common."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from prometheus_client import CollectorRegistry

from agent_core.settings import Settings
from ui.http.intake import Intake
from ui.http.keys import KeyRing
from ui.http.places import Places, System
from ui.http.rate import Rate
from ui.readers.results import Results
from ui.readers.runs import Runs


@dataclass(frozen=True)
class Server:
    """``open_to_others``: it listens beyond this machine, so that a key is always needed."""

    runs: Runs
    results: Results
    system: System
    intake: Intake
    places: Places
    rate: Rate
    keys: KeyRing
    registry: CollectorRegistry
    settings: Settings
    open_to_others: bool

    @property
    def needs_key(self) -> bool:
        """Whether nobody gets in without one."""
        return self.open_to_others or bool(self.keys.all())


async def server_of(request: Request) -> Server:
    """Of the application that was asked."""
    server: Server = request.app.state.server
    return server


Ours = Annotated[Server, Depends(server_of)]
