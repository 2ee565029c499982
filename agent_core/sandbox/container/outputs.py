"""What a script has left in the warden's output folder, looked at through the engine."""

import json
from contextlib import AbstractContextManager
from typing import IO

from agent_core.engine import Engine
from agent_core.sandbox.container.plan import PLACES, SCRIPT_USER, ours
from agent_core.sandbox.outputs import Entry


class ContainerFolder:
    """A `Folder` in the container ``warden``. The script's own container is gone already.

    ``used``: the bytes and entries that its file system held then.
    """

    def __init__(self, engine: Engine, warden: str) -> None:
        self._engine = engine
        self._warden = warden
        # As the script's user, who owns it all: no rights are needed to open what was closed.
        command = ours("warden", "list_folder", PLACES.out)
        found = json.loads(engine.execute(warden, command, SCRIPT_USER))
        self._entries = [Entry(*entry) for entry in found["entries"]]
        self.used = (int(found["output_bytes"]), int(found["output_entries"]))

    def entries(self) -> list[Entry]:
        """See `Folder`."""
        return self._entries

    def open(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """See `Folder`. The engine reads it, whatever its mode is."""
        return self._engine.file(self._warden, f"{PLACES.out}/{name}")
