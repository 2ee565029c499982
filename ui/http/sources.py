"""What a client may have solved: competitions of Kaggle, and folders where the operator allows it.

A client must learn nothing of this machine's files, not even whether one is there: outside the
allowed folder nothing is looked at, and every refusal is the same.
"""

from pathlib import Path

from agent_core.errors import BadSource
from agent_core.intake.source import kaggle_slug


def remote_source(text: str, data: Path | None) -> str:
    """The address of the competition, or the whole path of a folder in ``data``.

    Always an address where it is on Kaggle: a worker takes a bare slug for a folder of that name if
    it sees one. Raises BadSource.
    """
    text = text.strip()
    if data is not None and text.startswith(("/", "./")):
        return str(_folder(text, data.expanduser().resolve()))
    return f"https://www.kaggle.com/competitions/{kaggle_slug(text)}"


def _folder(text: str, data: Path) -> Path:
    """Raises BadSource for what is no folder in ``data``, once links are followed."""
    try:
        folder = (data / text).resolve()
        allowed = folder.is_relative_to(data) and folder != data and folder.is_dir()
    except (OSError, ValueError, RuntimeError):  # no path, or a circle of links
        allowed = False
    if not allowed:
        raise BadSource(
            f"{text[:200]!r} is no folder of a competition that may be named here.",
            next=f"Name one that lies in {data}, or an address on Kaggle.",
        )
    return folder
