"""Where the engine finds what we see: the same path, unless we are in a container ourselves."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from agent_core.engine import Engine
from agent_core.errors import SurroundingsFailed

MOUNTS = Path("/proc/self/mountinfo")
#: The engine binds these files from its folder for the container, whose name is the container's id.
_OWN = re.compile(r"/([0-9a-f]{64})/(?:hostname|hosts|resolv\.conf) /etc/")


class HostPaths:
    """``mounts``: a path here → that folder's path on the engine's machine. None: no container."""

    def __init__(self, mounts: Mapping[str, str] | None) -> None:
        self._mounts = mounts

    @classmethod
    def here(cls, engine: Engine, table: Path = MOUNTS) -> "HostPaths":
        """As this process sees things. A container of another engine counts as a machine."""
        own = own_container(table)
        return cls(engine.mounts(own) if own else None)

    def of(self, path: Path) -> str:
        """What the engine has to call ``path``. Raises `SurroundingsFailed` if it cannot see it."""
        wanted = PurePosixPath(path.resolve())
        if self._mounts is None:
            return str(wanted)
        for folder in (wanted, *wanted.parents):
            source = self._mounts.get(str(folder))
            if source is not None:
                return str(PurePosixPath(source) / wanted.relative_to(folder))
        raise SurroundingsFailed(
            f"{path} lies in this container only.",
            means="The engine starts the sandbox beside this container, and cannot show it that.",
            next="Put KAGGLE_AGENT_HOME on a volume or a folder of the machine, or take "
            "--sandbox process.",
        )


def own_container(table: Path = MOUNTS) -> str | None:
    """The id of the Docker container that this process is in."""
    if not table.exists():
        return None
    found = _OWN.search(table.read_text(encoding="utf-8", errors="replace"))
    return found[1] if found else None
