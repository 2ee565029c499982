"""One execution of a solution: what happened, and what it left behind."""

import errno
import fcntl
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from agent_core.dataset import Dataset
from agent_core.errors import SurroundingsFailed
from agent_core.home import Home
from agent_core.profile import Profile
from agent_core.sandbox.sandbox import (
    Execution,
    Job,
    Limits,
    Outcome,
    OutputFile,
    Resources,
    Sandbox,
)
from agent_core.solution import Solution
from agent_core.value import NOT_CONTENT, Value, fingerprint

#: What a script must leave in ``--out`` before it may call itself finished.
REQUIRED_OUTPUTS = ("submission.csv", "oof.csv")
TAIL_BYTES = 8 * 1024
#: Beyond the budget that the script is told: for reading, writing and a slow last step.
GRACE_PART, GRACE_SECONDS = 0.1, 5.0
MEMORY_PART, MOST_MEMORY = 0.8, 16 * 1024**3


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


def run_trial(  # noqa: PLR0913, PLR0917 - the stage's signature, and one choice for special cases
    solution: Solution,
    profile: Profile,
    dataset: Dataset,
    sandbox: Sandbox,
    budget: float,
    home: Home,
    on_line: Callable[[str], None] | None = None,
    limits: Limits | None = None,
) -> Trial:
    """Run ``solution`` for about ``budget`` seconds in a new folder below ``home.trials``.

    ``limits`` are derived from the budget and the machine unless given. ``on_line`` gets what the
    script prints. Raises `SurroundingsFailed` where the machine, not the script, is at fault.
    """
    key = _key(solution, profile, dataset, budget)
    try:
        with working_folder(home.trials, key) as folder:
            job = _prepare(folder, solution, profile, dataset, budget)
            log = folder / "log.txt"
            execution = sandbox.run(job, limits or trial_limits(budget), log, on_line)
            tail = _tail(log)
            kept = _keep(folder, home.trials / key)
    except OSError as error:
        raise SurroundingsFailed(
            f"A trial's folder below {home.trials} could not be written ({error}).",
            means="The solution was not run, or its results were lost.",
            next="Check the disk's free space and permissions, and run the command again.",
        ) from error
    outcome, message = _judge(execution)
    return Trial(
        solution=solution.fingerprint(),
        outcome=outcome,
        exit_code=execution.exit_code,
        message=message,
        resources=execution.resources,
        outputs=execution.outputs,
        log_tail=tail,
        sandbox=sandbox.name,
        folder=kept,
    )


def trial_limits(budget: float) -> Limits:
    """Hard limits for a script that is told ``budget`` seconds, on this machine now."""
    import psutil  # noqa: PLC0415 - values are read by programs that never run a trial

    free = int(psutil.virtual_memory().available * MEMORY_PART)
    seconds = budget * (1 + GRACE_PART) + GRACE_SECONDS
    return Limits(seconds=seconds, memory_bytes=min(free, MOST_MEMORY))


def _key(solution: Solution, profile: Profile, dataset: Dataset, budget: float) -> str:
    """Names the trial by what decides its result (32 hex digits)."""
    files = [[file.name, file.sha256] for file in dataset.files]
    return fingerprint([solution.fingerprint(), profile.fingerprint(), files, budget])[:32]


@contextmanager
def working_folder(trials: Path, key: str) -> Iterator[Path]:
    """A folder that is gone at the end unless it was kept, or else before the next such trial."""
    trials.mkdir(parents=True, exist_ok=True)
    for left in trials.glob(f".{key}-*"):
        _remove_abandoned(left)
    folder, handle = _locked_folder(trials, key)
    try:
        yield folder
    finally:
        os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)


def _locked_folder(trials: Path, key: str) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f".{key}-", dir=trials))
        handle = os.open(folder, os.O_RDONLY)
        # Tells others of the same key that this one is alive. The kernel frees it if it is killed.
        fcntl.flock(handle, fcntl.LOCK_EX)
        if folder.exists():
            return folder, handle
        os.close(handle)  # another one took it for abandoned just before it was locked


def _remove_abandoned(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:  # another trial of this key has just removed it
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        shutil.rmtree(folder)
    finally:
        os.close(handle)


def _prepare(
    folder: Path, solution: Solution, profile: Profile, dataset: Dataset, budget: float
) -> Job:
    from agent_core.folds import write_folds  # noqa: PLC0415 - pandas, and values are read often

    script, folds, out = folder / "solution.py", folder / "folds.csv", folder / "out"
    script.write_text(solution.source, encoding="utf-8")
    write_folds(profile, dataset, folds)
    out.mkdir()
    for path in (script, folds):
        # Readable for the unprivileged user that the script runs as, whatever the umask.
        path.chmod(0o644)
    return Job(script=script, data=dataset.root, folds=folds, out=out, budget=budget)


def _keep(folder: Path, wanted: Path) -> Path:
    """Give the finished folder its name; a repeated trial gets a number behind it."""
    folder.chmod(0o755)
    for number in itertools.count(1):
        target = wanted if number == 1 else wanted.with_name(f"{wanted.name}-{number}")
        try:
            return folder.rename(target)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
    raise AssertionError("numbers do not end")


def _tail(log: Path) -> str:
    """The end of the log, beginning with a whole line."""
    with log.open("rb") as file:
        start = max(0, log.stat().st_size - TAIL_BYTES)
        file.seek(start)
        text = file.read().decode(errors="replace")
    return text.partition("\n")[2] if start else text


def _judge(execution: Execution) -> tuple[Outcome, str]:
    left = {output.name for output in execution.outputs}
    missing = [name for name in REQUIRED_OUTPUTS if name not in left]
    if execution.outcome is not Outcome.OK or not missing:
        return execution.outcome, execution.message
    return Outcome.BAD_OUTPUT, (
        f"The script ended without an error but did not write {' and '.join(missing)} to --out. "
        "Without both it can be neither scored nor submitted: let it write both, whatever happens."
    )
