"""What tests of containers need: an engine, and the image that scripts run in."""

import functools
import subprocess

from agent_core.engine import Engine
from agent_core.errors import SurroundingsFailed
from agent_core.sandbox.container.image import build_image, image_tag
from tests.requirements import require


@functools.cache
def engine_problem() -> str:
    """Why containers cannot be used here, or nothing. Builds the image where it is not there."""
    try:
        with Engine.connect() as engine:
            if not engine.has_image(image_tag()):
                for _ in build_image(engine):
                    pass
    except SurroundingsFailed as error:
        return str(error)
    return ""


def require_engine() -> None:
    """Skip the calling test where no engine answers or the image cannot be built."""
    require(not engine_problem(), engine_problem())


def bridge_address() -> str:
    """This machine's address on the engine's default network."""
    form = "{{(index .IPAM.Config 0).Gateway}}"
    command = ["docker", "network", "inspect", "bridge", "--format", form]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
