"""Containers whose owner is gone: known by their labels, removed by whoever comes next."""

import os
import socket
import time
import uuid
from datetime import UTC, datetime

import psutil

from agent_core.engine import Container, Engine
from agent_core.home import Home

LABEL = "kaggle-agent.sandbox"
WARDEN = "kaggle-agent.warden"
OWNER = "kaggle-agent.owner"
#: Seconds within which a container that was made is started.
BIRTH_SECONDS = 120


def labels_of(home: Home) -> dict[str, str]:
    """For every container and volume of one execution: what it is, and whose."""
    started = datetime.fromtimestamp(psutil.Process().create_time(), UTC)
    return {
        LABEL: uuid.uuid4().hex,
        "kaggle-agent.home": str(home.root),
        OWNER: own_name(),
        "kaggle-agent.owner-started": started.isoformat(),
        "kaggle-agent.created": datetime.now(UTC).isoformat(),
    }


def own_name() -> str:
    """This process, for people."""
    return f"{socket.gethostname()}:{os.getpid()}"


def sweep(engine: Engine) -> int:
    """Remove what executions have left whose owner is gone. How many containers and volumes.

    A warden runs for as long as its owner's connection to the engine is open: the kernel closes
    that with the owner, wherever (in which container or on which machine) it has run.
    """
    containers = engine.containers(LABEL)
    alive = {container.id for container in containers if container.running}
    orphans = [container for container in containers if _is_orphan(container, alive)]
    for container in orphans:
        engine.remove(container.id)
    volumes = engine.unused_volumes(LABEL)
    for volume in volumes:
        engine.remove_volume(volume)
    return len(orphans) + len(volumes)


def _is_orphan(container: Container, alive: set[str]) -> bool:
    warden = container.labels.get(WARDEN)
    if warden is not None:
        return warden not in alive
    return container.id not in alive and time.time() - container.created > BIRTH_SECONDS
