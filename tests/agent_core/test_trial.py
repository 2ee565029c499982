"""Running a solution in a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_core.errors import SurroundingsFailed
from agent_core.home import Home
from agent_core.profile import PredictionKind
from agent_core.sandbox.process import ProcessSandbox
from agent_core.sandbox.sandbox import (
    Execution,
    Job,
    Limits,
    Outcome,
    OutputFile,
    Resources,
)
from agent_core.solution import Solution
from agent_core.trial import Trial, run_trial, trial_limits
from tests.agent_core.small_competition import SmallCompetition, small_competition

WRITE_BOTH = """
import sys
out = sys.argv[sys.argv.index("--out") + 1]
for name in ("submission.csv", "oof.csv"):
    open(out + "/" + name, "w").write("id,y\\n")
print("fold 0 done")
"""


@pytest.fixture
def competition(tmp_path: Path) -> SmallCompetition:
    return small_competition(
        tmp_path / "small",
        targets={"y": [str(row) for row in range(12)]},
        metric="rmse",
        kind=PredictionKind.NUMBER,
    )


class ScriptedSandbox:
    """Answers with what it is given, after looking at the job."""

    name = "scripted"

    def __init__(self, outcome: Outcome = Outcome.OK, outputs: tuple[str, ...] = ()) -> None:
        self._outcome = outcome
        self._outputs = outputs
        self.seen: list[tuple[Job, Limits, str, str]] = []

    def run(
        self, job: Job, limits: Limits, log: Path, on_line: Callable[[str], None] | None = None
    ) -> Execution:
        self.seen.append((job, limits, job.script.read_text(), job.folds.read_text()))
        log.write_text("first line\n" + "x" * 20_000 + "\nlast line\n")
        files = [OutputFile(name=name, bytes=1, sha256="0") for name in self._outputs]
        for name in self._outputs:
            (job.out / name).write_text("1")
        return Execution(
            outcome=self._outcome,
            exit_code=0,
            message="" if self._outcome is Outcome.OK else "It failed.",
            resources=Resources(seconds=1, cpu_seconds=1, peak_memory_bytes=1),
            outputs=tuple(files),
            protections=(),
        )


Run = Callable[..., Trial]


@pytest.fixture
def run(competition: SmallCompetition, home: Home) -> Run:
    def with_sandbox(
        sandbox: ScriptedSandbox | ProcessSandbox,
        source: str = "pass",
        budget: float = 10,
        on_line: Callable[[str], None] | None = None,
    ) -> Trial:
        solution = Solution(source=source, strategy="s")
        return run_trial(
            solution,
            competition.profile,
            competition.dataset,
            sandbox,
            budget,
            home,
            on_line,
        )

    return with_sandbox


def test_a_real_script_in_the_real_sandbox(run: Run, home: Home) -> None:
    lines: list[str] = []

    trial = run(ProcessSandbox(), WRITE_BOTH, 5, lines.append)

    assert trial.outcome is Outcome.OK
    assert trial.log_tail == "fold 0 done\n"
    assert lines == ["fold 0 done"]
    assert trial.sandbox == "process"
    assert trial.folder.parent == home.trials
    found = {str(path.relative_to(trial.folder)) for path in trial.folder.rglob("*")}
    assert found == {"solution.py", "folds.csv", "log.txt", "out"} | {
        "out/submission.csv",
        "out/oof.csv",
    }
    oof = trial.output("oof.csv")
    assert oof is not None
    assert oof.read_text() == "id,y\n"
    assert trial.output("importance.csv") is None


def test_the_script_gets_its_source_the_folds_the_data_and_the_budget(
    run: Run, competition: SmallCompetition
) -> None:
    sandbox = ScriptedSandbox()
    run(sandbox, "print(1)", 100)

    ((job, limits, source, folds),) = sandbox.seen
    assert source == "print(1)"
    header, *rows = folds.split()
    assert header == "row,fold"
    assert [row.split(",")[0] for row in rows] == [str(row) for row in range(12)]
    assert {row.split(",")[1] for row in rows} == {"0", "1", "2"}
    assert job.data == competition.dataset.root
    assert job.budget == 100
    assert limits.seconds == pytest.approx(115)


def test_limits_leave_memory_to_the_machine() -> None:
    limits = trial_limits(60)

    assert limits.seconds == pytest.approx(71)
    assert 0 < limits.memory_bytes <= 16 * 1024**3


@pytest.mark.parametrize(
    ("left", "missing"),
    [
        ((), "submission.csv and oof.csv"),
        (("submission.csv",), "not write oof.csv"),
        (("oof.csv",), "not write submission.csv"),
    ],
)
def test_an_exit_without_error_and_without_outputs_is_bad_output(
    run: Run, left: tuple[str, ...], missing: str
) -> None:
    trial = run(ScriptedSandbox(outputs=left))

    assert trial.outcome is Outcome.BAD_OUTPUT
    assert missing in trial.message


@pytest.mark.parametrize("left", [(), ("submission.csv", "oof.csv")])
def test_a_timeout_stays_one_whatever_is_there(run: Run, left: tuple[str, ...]) -> None:
    trial = run(ScriptedSandbox(Outcome.TIMEOUT, left))

    assert trial.outcome is Outcome.TIMEOUT
    assert trial.message == "It failed."
    assert (trial.output("oof.csv") is not None) == bool(left)


def test_the_tail_of_a_long_log_begins_with_a_whole_line(run: Run) -> None:
    trial = run(ScriptedSandbox())

    assert trial.log_tail == "last line\n"
    assert (trial.folder / "log.txt").read_text().startswith("first line")


def test_the_folder_is_named_by_what_decides_the_result(run: Run) -> None:
    names = [
        run(ScriptedSandbox(), source, budget).folder.name
        for source, budget in (("pass", 10), ("pass", 10), ("pass", 20), ("pass ", 10))
    ]

    assert names[1] == names[0] + "-2"
    assert len(set(names)) == 4


def test_a_killed_run_leaves_a_folder_that_the_next_one_removes(run: Run, home: Home) -> None:
    key = run(ScriptedSandbox()).folder.name
    abandoned = home.trials / f".{key}-abc"
    (abandoned / "out").mkdir(parents=True)
    alive = home.trials / f".{key}-def"
    alive.mkdir()
    other = home.trials / ".another-abc"
    other.mkdir()
    lock = "import fcntl, os, sys; fcntl.flock(os.open(sys.argv[1], 0), 2); print(); input()"
    with subprocess.Popen(
        [sys.executable, "-c", lock, str(alive)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        run(ScriptedSandbox())
        left = {path.name for path in home.trials.iterdir() if path.name.startswith(".")}
        holder.communicate(b"\n")

    assert left == {alive.name, other.name}


def test_a_run_that_fails_leaves_nothing(run: Run, home: Home) -> None:
    class Broken(ScriptedSandbox):
        def run(
            self, job: Job, limits: Limits, log: Path, on_line: Callable[[str], None] | None = None
        ) -> Execution:
            raise OSError(28, os.strerror(28))

    with pytest.raises(SurroundingsFailed, match="No space left"):
        run(Broken())

    assert list(home.trials.iterdir()) == []
