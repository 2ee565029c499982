"""A PostgreSQL server of a test's own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ui.free_port import LOCAL, free_port


def programs() -> Path | None:
    """Where PostgreSQL's programs are: Debian leaves them out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    there = str(found[-1]) if found else shutil.which("initdb")
    return Path(there).parent if there else None


@contextmanager
def postgres(programs: Path) -> Iterator[str]:
    """Run an empty server in the body. Yields the address of its database for Prefect."""
    with tempfile.TemporaryDirectory() as folder:
        data, port = Path(folder) / "data", free_port()
        _own(Path(folder))
        _call(programs / "initdb", "-D", data, "-U", "prefect", "-A", "trust")
        options = f"-c listen_addresses={LOCAL} -p {port} -k {folder}"
        control = (programs / "pg_ctl", "-D", data, "-w", "-t", "120")
        _call(*control, "-o", options, "-l", f"{folder}/log", "start")
        try:
            yield f"postgresql+asyncpg://prefect@{LOCAL}:{port}/postgres"
        finally:
            _call(*control, "-m", "immediate", "stop")


def _own(folder: Path) -> None:
    user = _user()
    if user:
        shutil.chown(folder, user)


def _call(*command: str | Path) -> None:
    # The server outlives its starter, and would keep a pipe open.
    subprocess.run(command, user=_user(), cwd="/", stdout=subprocess.DEVNULL, check=True)


def _user() -> str | None:
    """Whose server it is: ours, or, since it refuses to be root's, that of its package's user."""
    return pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None
