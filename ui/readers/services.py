"""Whether the services beside Prefect's server serve: each is asked where it says so itself."""

import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

from agent_core.state_of_things import ServiceState

_SECONDS = 3.0


def service_states(health: Mapping[str, str]) -> tuple[ServiceState, ...]:
    """Of the services by name, each with the address that answers 200 as long as it serves."""
    if not health:
        return ()
    with ThreadPoolExecutor(len(health)) as asking:
        problems = asking.map(_problem, health.values())
        return tuple(
            ServiceState(name=name, address=address, problem=problem)
            for (name, address), problem in zip(health.items(), problems, strict=True)
        )


def _problem(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS):  # noqa: S310 - our own settings
            return ""
    except urllib.error.HTTPError as error:
        return f"It answers {error.code} {error.reason}."
    except (OSError, HTTPException, ValueError) as error:
        return f"It does not answer ({getattr(error, 'reason', error)})."
