"""What a database of Prefect's is called where it is a file."""

from pathlib import Path

#: SQLite has one writer at a time, and Prefect's own settings let many try, who lock each other out
#: (from three on). It keeps to one connection, where they queue up, if the name of the database
#: holds the word in the middle; a test sees to it that this is so in the version that is pinned.
PREFECT_FILE = "prefect:memory:.db"


def database_url(folder: Path) -> str:
    """The address of the one in ``folder``, as Prefect's settings want it."""
    return f"sqlite+aiosqlite:///{folder / PREFECT_FILE}"
