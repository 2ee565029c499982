"""What a competition is, before any of its data is read."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from agent_core.value import NOT_CONTENT, Value


class SourceFile(Value):
    """A file that the competition offers. ``version`` changes when its content does.

    Kaggle's creation date for a remote file, the SHA-256 for a local one.
    """

    name: str
    bytes: int
    version: str


class Competition(Value):
    """A competition on Kaggle, or a folder in Kaggle's layout.

    ``evaluation_metric`` is the display name as Kaggle writes it ("Root Mean Squared Error"), or
    None where the competition names none. ``folder`` is set for a local competition only.
    """

    slug: str
    title: str
    origin: Literal["kaggle", "folder"]
    url: str | None = None
    description: str = ""
    evaluation_metric: str | None = None
    deadline: datetime | None = None
    reward: str | None = None
    files: tuple[SourceFile, ...] = ()
    folder: Annotated[Path | None, NOT_CONTENT] = None
