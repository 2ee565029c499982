"""The one file that is pushed: the runner, what is particular to the job, the solution."""

from pathlib import Path
from typing import Any

from agent_core.codegen.literal import literal
from agent_core.sandbox.kaggle import runner
from agent_core.value import Value

_CALL = '\n\nif __name__ == "__main__":\n    sys.exit(run_kernel(JOB, SOLUTION))\n'


class KernelJob(Value):
    """What `runner.run_kernel` is told; see there."""

    competition: str | None
    dataset: str
    files: tuple[str, ...]
    budget: float
    limit: float


def kernel_text(job: KernelJob, solution: str) -> str:
    """The kernel's source. The same input gives the same text, by which the kernel is named."""
    general = Path(runner.__file__).read_text(encoding="utf-8").rstrip()
    told: dict[str, Any] = job.model_dump(mode="json")
    return f"{general}\n\n\nJOB = {literal(told)}\n\nSOLUTION = {quoted(solution)}\n{_CALL}"


def quoted(text: str) -> str:
    """``text`` as a literal: as it is between quotes where that is possible, for people."""
    as_it_is = f"r'''{text}'''"
    plain = "'''" not in text and "\r" not in text and not text.endswith(("'", "\\"))
    return as_it_is if plain and "\0" not in text else repr(text)
