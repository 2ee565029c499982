"""What the stack asks of the container engine, where there is one."""

from contextlib import suppress

from agent_core.engine import Engine
from agent_core.errors import SurroundingsFailed

_LABEL = "kaggle-agent.stack"


def has_image(name: str) -> bool:
    """Whether an engine answers here and has that image."""
    try:
        with Engine.connect() as engine:
            return engine.has_image(name)
    except SurroundingsFailed:
        return False


def remove_containers(mark: str) -> None:
    """End and remove the runs in containers of the stack ``mark``."""
    with suppress(SurroundingsFailed), Engine.connect() as engine:  # without engine there are none
        for container in engine.containers(f"{_LABEL}={mark}"):
            engine.remove(container.id)
