"""One execution of a solution: what happened, and what it left behind."""

from pathlib import Path
from typing import Annotated

from agent_core.sandbox.sandbox import Outcome, OutputFile, Resources
from agent_core.value import NOT_CONTENT, Value


class Trial(Value):
    """``message`` says in plain words why it failed, or is empty.

    ``folder`` holds ``solution.py``, ``folds.csv``, ``log.txt`` and ``out/`` with the outputs. A
    trial that was stopped for time may still have complete outputs.
    """

    solution: str
    outcome: Outcome
    exit_code: int | None
    message: str
    resources: Resources
    outputs: tuple[OutputFile, ...]
    log_tail: str
    sandbox: str
    folder: Annotated[Path, NOT_CONTENT]

    def output(self, name: str) -> Path | None:
        """The path of the output called ``name``, or None if the script left none."""
        found = any(output.name == name for output in self.outputs)
        return self.folder / "out" / name if found else None
