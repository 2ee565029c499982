"""The data of a competition, unpacked, addressed by content and read-only."""

from pathlib import Path
from typing import Annotated

from agent_core.competition import Competition
from agent_core.value import NOT_CONTENT, Value


class DataFile(Value):
    """``name`` is the path below the dataset's root, with forward slashes."""

    name: str
    bytes: int
    sha256: str


class Dataset(Value):
    """Every file of the competition below ``root``, none of which is ever changed."""

    competition: Competition
    files: tuple[DataFile, ...]
    root: Annotated[Path, NOT_CONTENT]

    def path(self, name: str) -> Path:
        """The absolute path of the file called ``name``."""
        return self.root / name
