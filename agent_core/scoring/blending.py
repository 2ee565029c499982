"""How trials are blended."""

from typing import Any

from agent_core.blend import Blend


def blend(*arguments: Any) -> Blend:
    """Under construction."""
    raise NotImplementedError(arguments)
