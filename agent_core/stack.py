"""Where the servers of this home answer, while ``kaggle-agent up`` keeps them running."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from agent_core.home import Home
from agent_core.run import Process
from agent_core.value import Value


class Stack(Value):
    """``process`` started the servers and ends them. Addresses are those of this machine.

    ``health`` says for each service by name which address answers 200 as long as it serves.
    """

    process: Process
    prefect_api_url: str
    mlflow_url: str
    health: dict[str, str] = Field(default_factory=dict)

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """``given``, pointed at these servers unless it names others."""
        servers = {
            "PREFECT_API_URL": self.prefect_api_url,
            "MLFLOW_TRACKING_URI": self.mlflow_url,
        }
        named = {name: given.get(name) or address for name, address in servers.items()}
        return {**given, **named, **around_proxies(given)}


def around_proxies(given: Mapping[str, str]) -> dict[str, str]:
    """What keeps clients from asking a proxy for our own machine."""
    names = ("NO_PROXY", "no_proxy")
    return {name: ",".join(filter(None, (given.get(name), "127.0.0.1"))) for name in names}


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine gets there. A name but localhost might mean anything."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def stack_folder(home: Home) -> Path:
    """Databases, logs and the lock of the stack."""
    return home.root / "stack"


def save_stack(stack: Stack, home: Home) -> None:
    """Say where the servers answer. Whole or not at all."""
    folder = stack_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / "stack.json.new"
    beside.write_text(stack.model_dump_json(indent=2), encoding="utf-8")
    beside.replace(folder / "stack.json")


def forget_stack(home: Home) -> None:
    """The servers are gone."""
    (stack_folder(home) / "stack.json").unlink(missing_ok=True)


def running_stack(home: Home) -> Stack | None:
    """The servers that run for this home, or None: a record whose process is gone is none."""
    try:
        text = (stack_folder(home) / "stack.json").read_text(encoding="utf-8")
        stack = Stack.model_validate_json(text)
    except (OSError, ValueError):
        return None
    return None if stack.process.is_gone() else stack
