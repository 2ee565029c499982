"""Who asks: a key's holder, or anybody on this machine where no key was ever made."""

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from agent_core.errors import NoSuchRun
from agent_core.value import Value
from ui.http.problems import Refused
from ui.http.server import Ours
from ui.readers.runs import RunRow

_BEARER = HTTPBearer(
    auto_error=False,
    description="A key that the operator has made: kaggle-agent api-key create NAME.",
)


class Caller(Value):
    """``owner`` is the id of the caller's key, empty for none; ``name`` tells callers apart."""

    owner: str
    name: str

    @property
    def sees(self) -> str | None:
        """Whose runs: the key's own, or everybody's where there are no keys."""
        return self.owner or None

    def own(self, run: RunRow) -> RunRow:
        """``run``, if it may be seen. Raises NoSuchRun, as if it were not there."""
        if self.owner and run.owner != self.owner:
            raise NoSuchRun(
                f"There is no job {run.id} of yours.",
                means="It does not exist, or was started with another key.",
                next="GET /jobs lists yours.",
            )
        return run


async def caller(
    request: Request,
    server: Ours,
    sent: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
) -> Caller:
    """Whoever sent the request. Raises Refused where a key is needed and none is right."""
    # Not that anything is waited for: what is not `async` costs a change of threads each time.
    key = server.keys.find(sent.credentials) if sent else None
    if key is not None:
        return Caller(owner=key.id, name=key.id)
    shown = "Authorization" in request.headers
    if shown or server.needs_key:
        raise Refused(
            401,
            "The key is not known." if shown else "No key was sent.",
            means="Whoever asks has to show a key.",
            next="Send the header `Authorization: Bearer KEY`. The operator makes keys with: "
            "kaggle-agent api-key create NAME",
        )
    return Caller(owner="", name=request.client.host if request.client else "unknown")


async def caller_if_known(
    request: Request,
    server: Ours,
    sent: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
) -> Caller | None:
    """Whoever sent the request, None for a stranger."""
    try:
        return await caller(request, server, sent)
    except Refused:
        return None


Known = Annotated[Caller, Depends(caller)]
