"""PostgreSQL is restarted under the Prefect server while a run trains."""

import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.faults.live import LiveStack
from tests.faults.scenario import training, went_on
from tests.requirements import require

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(1800)]


def restart(database: str) -> None:
    """As after a crash: no connection is said goodbye to."""
    port = str(urlsplit(database).port)
    (server,) = [
        process
        for process in psutil.process_iter(["cmdline"])
        if {"-D", "-p", port} <= set(process.info["cmdline"] or ())
    ]
    command = server.cmdline()
    control = Path(command[0]).with_name("pg_ctl")
    data = command[command.index("-D") + 1]
    subprocess.run(
        (control, "-D", data, "-w", "-m", "immediate", "-l", f"{data}/restart.log", "restart"),
        user=server.username(),
        cwd="/",
        stdout=subprocess.DEVNULL,
        check=True,
    )


def test_restart_of_postgresql(stack: LiveStack, competition: Path, database: str | None) -> None:
    require(database is not None, "PostgreSQL is not installed")
    assert database
    run = training(stack, competition)
    killed = time.time()
    restart(database)
    went_on(run, "PostgreSQL under the Prefect server (restarted)", killed, "nothing: it goes on")
