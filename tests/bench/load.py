"""What the stack bears: 50 runs handed in at once, on SQLite and, where it is, on PostgreSQL.

Most runs find their training in the cache, so that what is measured is the stack's own part.
"""

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.load.figures import figures
from tests.load.load import CLIENTS, LIMIT, put_load, stack
from tests.load.postgres import postgres, programs


def main() -> None:
    """Print the figures."""
    found = {"SQLite": _measured(None)}
    there = programs()
    if there:
        found["PostgreSQL"] = _measured(there)
    load = ", ".join(f"{number:.1f}" for number in os.getloadavg())
    print(f"{CLIENTS} clients, {LIMIT} runs at once, {os.cpu_count()} processors, load {load}")
    print(f"{'':36}", *(f"{name:>12}" for name in found))
    for name in found["SQLite"]:
        print(f"{name:36}", *(f"{figures[name]:12.2f}" for figures in found.values()))


def _measured(programs: Path | None) -> dict[str, float]:
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        database = opened.enter_context(postgres(programs)) if programs else ""
        up = opened.enter_context(stack(folder, database))
        return figures(put_load(up, folder).passed())
