"""HTTP connections that never wait for ever."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter

from agent_core.kaggle.patience import Patience


class BoundedAdapter(HTTPAdapter):
    """Sets a timeout on every request that has none, and remembers the ``last`` answer."""

    def __init__(self, patience: Patience) -> None:
        super().__init__()
        self._timeouts = (patience.connect_timeout, patience.read_timeout)
        self.last: requests.Response | None = None

    def send(self, request: requests.PreparedRequest, *args: Any, **named: Any) -> Any:
        """As in requests, with a timeout (seconds to connect, longest silence)."""
        self.last = None
        if named.get("timeout") is None:
            named["timeout"] = self._timeouts
        self.last = super().send(request, *args, **named)
        return self.last


def bound(session: requests.Session, patience: Patience) -> BoundedAdapter:
    """Give ``session`` timeouts for every address."""
    adapter = BoundedAdapter(patience)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return adapter
