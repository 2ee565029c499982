"""The file that is handed in, once it is known to be acceptable."""

from pathlib import Path
from typing import Annotated

from agent_core.value import NOT_CONTENT, Value


class Submission(Value):
    """``evaluation`` is the fingerprint of the `Evaluation` that let it through."""

    evaluation: str
    rows: int
    columns: tuple[str, ...]
    sha256: str
    path: Annotated[Path, NOT_CONTENT]
