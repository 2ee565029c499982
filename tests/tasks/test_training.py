"""A kernel that fails with each class of failure, by its log, and what follows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_core.dataset import Dataset
from agent_core.errors import Waiting
from agent_core.events import Event, Line, Waits
from agent_core.failures import classify
from agent_core.profile import Profile
from agent_core.sandbox.sandbox import Outcome
from agent_core.solution import Solution
from agent_core.trial import Trial
from tasks import training
from tasks.progress import listening
from tests.flows.tiny_competition import SOLVES, write_competition
from tests.standins.kaggle import KaggleStandIn, pointed_at
from tests.standins.kaggle.kernels import Play

TRACEBACK = "Traceback (most recent call last):\n"
LOGS = {
    "network_timeout": "urllib.error.URLError: <urlopen error timed out>",
    "oom": "MemoryError",
    "pandas_compat": "AttributeError: 'DataFrame' object has no attribute 'append'",
    "missing_dep": "ModuleNotFoundError: No module named 'catboost'",
    "dataset_missing": "FileNotFoundError: [Errno 2] No such file or directory: 'train.csv'",
    "yfinance": "yfinance.exceptions.YFPricesMissingError: no price data found",
    "unknown": "RuntimeError: no such luck",
}


@pytest.fixture
def kaggle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KaggleStandIn]:
    monkeypatch.setenv("KAGGLE_AGENT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KAGGLE_AGENT_KERNEL_MAY_UPLOAD", "true")
    monkeypatch.setenv("KAGGLE_AGENT_KERNEL_INTERVAL", "0.05")
    with KaggleStandIn() as kaggle, pointed_at(kaggle):
        kaggle.datasets.settling = 0
        yield kaggle


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Profile]:
    from agent_core.home import Home
    from agent_core.intake.source import open_competition
    from agent_core.profiling import profile_dataset
    from agent_core.storage.store import store_dataset

    root = tmp_path_factory.mktemp("tiny")
    home = Home(root=root / "home")
    dataset = store_dataset(open_competition(str(write_competition(root / "tiny")), home), home)
    return dataset, profile_dataset(dataset, None)


def train(tiny: tuple[Dataset, Profile], author: bool = False) -> tuple[Trial, list[str]]:
    dataset, profile = tiny
    heard: list[Event] = []
    solution = Solution(source=SOLVES, strategy="0")
    with listening(heard.append):
        trial = training.train("train", solution, profile, dataset, "kaggle", 30.0, author)
    return trial, [event.text for event in heard if isinstance(event, Line) and not event.stage]


@pytest.mark.parametrize("author", [False, True])
@pytest.mark.parametrize("name", LOGS)
def test_each_class_is_known_by_the_log_and_has_its_next_step(
    kaggle: KaggleStandIn, tiny: tuple[Dataset, Profile], name: str, author: bool
) -> None:
    kaggle.kernels.plays = [Play("ERROR", log=f"{TRACEBACK}{LOGS[name]}\n") for _ in range(2)]
    trial, told = train(tiny, author)
    again = name == "unknown"
    assert classify(trial, None, None).name == name
    assert len(kaggle.kernels.pushed) == (2 if again else 1)
    steps = ["retry"] if again else []
    steps += ["repair" if author else "stop"]
    assert all(f"{name}: {step}." in line for step, line in zip(steps, told, strict=True))


@pytest.mark.slow
def test_a_hiccup_costs_one_more_kernel(
    kaggle: KaggleStandIn, tiny: tuple[Dataset, Profile]
) -> None:
    kaggle.kernels.plays = [Play("ERROR", failure="System error")]
    trial, _ = train(tiny)
    assert trial.outcome is Outcome.OK
    assert {output.name for output in trial.outputs} == {"oof.csv", "submission.csv"}
    assert trial.sandbox == "kaggle"
    first, second = kaggle.kernels.pushed
    assert first["slug"] != second["slug"]
    assert first["text"] == second["text"]
    assert first["datasetDataSources"] == second["datasetDataSources"]


def test_who_is_watched_sleeps_and_who_is_deployed_gives_up_its_place(
    kaggle: KaggleStandIn, tiny: tuple[Dataset, Profile], monkeypatch: pytest.MonkeyPatch
) -> None:
    kaggle.kernels.plays = [Play("RUNNING")]
    heard: list[Event] = []

    def end(event: Event) -> None:
        heard.append(event)
        for ref in kaggle.kernels.runs:
            kaggle.kernels.runs[ref] = Play("ERROR", log="KeyError: 'x'\n")

    monkeypatch.setattr(training.deployment, "get_id", lambda: "a deployment", raising=False)
    with pytest.raises(Waiting, match="the kernel ada/kaggle-agent-tiny"):
        train(tiny)
    monkeypatch.setattr(training.deployment, "get_id", lambda: None, raising=False)
    with listening(end):
        trial, _ = train(tiny)
    assert trial.outcome is Outcome.CRASHED
    assert len(kaggle.kernels.pushed) == 1
    assert any(isinstance(event, Waits) and event.since for event in heard)
