"""A sample of the rows is enough to see whether a script works."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent_core import rehearsal
from agent_core.dataset import Dataset
from agent_core.home import Home
from agent_core.intake.source import open_competition
from agent_core.profile import Profile
from agent_core.profiling import profile_dataset
from agent_core.rehearsal import rehearse, sample
from agent_core.sandbox.process import ProcessSandbox
from agent_core.sandbox.sandbox import Execution, Job, Limits, Outcome, Resources
from agent_core.solution import Solution
from agent_core.storage.store import store_dataset
from agent_core.verifying.withholding import CannotWithhold
from tests.flows.dialogue import SCRIPTS, write_competition

COUNTS = SCRIPTS["fine"].replace('print("done")', 'print(len(rows), "test rows")')


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Profile, Dataset]:
    folder = tmp_path_factory.mktemp("data")
    competition = open_competition(str(write_competition(folder / "codes")), Home(root=folder))
    dataset = store_dataset(competition, Home(root=folder / "home"))
    return profile_dataset(dataset, None), dataset


@pytest.fixture(autouse=True)
def _few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "ROWS", 60)


def test_the_sample_has_rows_of_every_class(data: tuple[Profile, Dataset]) -> None:
    chosen = sample(*data)
    assert 60 <= len(chosen.learn) < 120
    assert len(chosen.rows) == 50
    assert set(chosen.rows).isdisjoint(chosen.learn)
    assert np.all(np.diff(chosen.learn) > 0)
    again = sample(*data)
    assert chosen.learn.tolist() == again.learn.tolist()


class Looking:
    """A sandbox that runs nothing: it counts what it is shown, and the script crashes."""

    name = "looking"

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.seconds = 0.0

    def run(
        self, job: Job, limits: Limits, log: Path, on_line: Callable[[str], None] | None = None
    ) -> Execution:
        names = ("train", "test", "sample_submission")
        self.rows = {name: len(pd.read_csv(job.data / f"{name}.csv")) for name in names}
        self.rows["folds"] = len(pd.read_csv(job.folds))
        self.seconds = limits.seconds
        log.write_text("KeyError: 'x'\n")
        spent = Resources(seconds=1, cpu_seconds=1, peak_memory_bytes=1)
        return Execution(
            outcome=Outcome.CRASHED,
            exit_code=1,
            message="It crashed.",
            resources=spent,
            outputs=(),
            protections=(),
        )


def test_only_the_sample_is_shown_and_for_a_short_time(
    data: tuple[Profile, Dataset], tmp_path: Path
) -> None:
    sandbox = Looking()
    solution = Solution(source="script", strategy="s")
    trial = rehearse(solution, *data, sandbox, 60.0, Home(root=tmp_path))
    learned = len(sample(*data).learn)
    assert sandbox.rows["train"] == sandbox.rows["folds"] == learned
    assert sandbox.rows["test"] == sandbox.rows["sample_submission"] >= 50
    assert sandbox.seconds == pytest.approx(22.0)
    assert trial
    assert trial.outcome is Outcome.CRASHED
    assert "KeyError" in trial.log_tail
    assert list((tmp_path / "trials").iterdir()) == []  # nothing is left of it


def test_where_no_sample_can_be_made_nothing_is_rehearsed(
    data: tuple[Profile, Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise CannotWithhold("the labels are spread over files")

    monkeypatch.setattr("agent_core.verifying.derived.derive", refuse)
    solution = Solution(source="script", strategy="s")
    assert rehearse(solution, *data, Looking(), 60.0, Home(root=tmp_path)) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "outcome", "said"),
    [
        (COUNTS, Outcome.OK, "350 test rows"),
        (SCRIPTS["hopeless"], Outcome.CRASHED, "undefined_name"),
    ],
)
def test_what_a_rehearsal_shows(
    data: tuple[Profile, Dataset], tmp_path: Path, script: str, outcome: Outcome, said: str
) -> None:
    solution = Solution(source=script, strategy="s")
    trial = rehearse(solution, *data, ProcessSandbox(), 60.0, Home(root=tmp_path))
    assert trial
    assert trial.outcome is outcome
    assert said in trial.log_tail
    assert trial.outputs == ()
    assert list((tmp_path / "trials").iterdir()) == []  # nothing is left of it
