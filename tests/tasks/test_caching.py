"""Keys that follow content, and results that come back as they were."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import pytest

from agent_core.competition import Competition
from agent_core.dataset import DataFile, Dataset
from agent_core.evaluation import Score
from agent_core.value import NOT_CONTENT
from tasks.caching import ValueSerializer, cache_key, code_fingerprint
from tests.tasks import solve_records


def _dataset(root: Path, sha256: str = "0" * 64) -> Dataset:
    competition = Competition(slug="s", title="S", origin="folder", folder=root)
    file = DataFile(name="train.csv", bytes=1, sha256=sha256)
    return Dataset(competition=competition, files=(file,), root=root)


def _stage(dataset: Dataset, budget: float, number: int = 1) -> None:
    """A signature."""


def test_equal_content_has_one_key_wherever_it_lies() -> None:
    here = cache_key("train", _stage, (_dataset(Path("/here")), 60.0), {})
    there = cache_key("train", _stage, (), {"dataset": _dataset(Path("/there")), "budget": 60.0})
    assert here == there


@pytest.mark.parametrize(
    ("stage", "dataset", "budget", "number"),
    [
        ("other", _dataset(Path("/d")), 60.0, 1),
        ("train", _dataset(Path("/d"), "1" * 64), 60.0, 1),
        ("train", _dataset(Path("/d")), 61.0, 1),
        ("train", _dataset(Path("/d")), 60.0, 2),
    ],
)
def test_what_matters_is_in_the_key(
    stage: str, dataset: Dataset, budget: float, number: int
) -> None:
    usual = cache_key("train", _stage, (_dataset(Path("/d")), 60.0), {})
    assert cache_key(stage, _stage, (dataset, budget, number), {}) != usual


def test_changed_code_changes_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = cache_key("train", _stage, (_dataset(Path("/d")), 60.0), {})
    monkeypatch.setattr("tasks.caching.code_fingerprint", lambda: "other code")
    assert cache_key("train", _stage, (_dataset(Path("/d")), 60.0), {}) != before


def test_the_code_fingerprint_covers_a_module_deep_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "agent_core"
    (package / "deep").mkdir(parents=True)
    module = package / "deep" / "one.py"
    monkeypatch.setattr("tasks.caching.agent_core.__path__", [str(package)])
    prints = []
    for text in ("a = 1", "a = 2", "a = 1"):
        module.write_text(text)
        code_fingerprint.cache_clear()
        prints.append(code_fingerprint())
    code_fingerprint.cache_clear()
    assert prints[0] == prints[2] != prints[1]


def test_an_input_without_a_fingerprint_is_refused() -> None:
    with pytest.raises(TypeError, match="has no fingerprint"):
        cache_key("train", _stage, ([1, 2], 60.0), {})


def test_values_come_back_equal_with_their_types(tmp_path: Path) -> None:
    record = solve_records.record(solve_records.attempt(tmp_path / "trial"))
    back = ValueSerializer().loads(ValueSerializer().dumps(record))
    assert back == record
    assert type(back) is type(record)
    assert isinstance(back.attempts, tuple)
    assert isinstance(back.started, datetime)
    assert back.started.tzinfo == UTC
    assert back.attempts[0].trial.folder == tmp_path / "trial"
    assert back.fingerprint() == record.fingerprint()


def test_numbers_that_json_does_not_know_survive() -> None:
    score = Score(metric="m", higher_is_better=True, value=float("inf"), std=float("nan"), folds=())
    back = ValueSerializer().loads(ValueSerializer().dumps(score))
    assert isinstance(back, Score)
    assert back.value == float("inf")
    assert back.std != back.std


@pytest.mark.parametrize("kind", ["os:system", "subprocess:Popen", "agent_core.run:load_run"])
def test_nothing_but_our_own_values_is_read(kind: str) -> None:
    with pytest.raises(ValueError, match=r"none of our modules|is no value"):
        ValueSerializer().loads(json.dumps({"class": kind, "value": {}}).encode())


def test_nothing_but_values_is_kept() -> None:
    with pytest.raises(TypeError, match="returns a Value"):
        ValueSerializer().dumps({"a": 1})  # type: ignore[arg-type]


def _asking(question: int, client: Annotated[object, NOT_CONTENT]) -> None:
    """A signature."""


def test_what_says_how_has_no_part_in_the_key() -> None:
    assert cache_key("ask", _asking, (1, object()), {}) == cache_key("ask", _asking, (1, 2.0), {})
    assert cache_key("ask", _asking, (1, None), {}) != cache_key("ask", _asking, (2, None), {})


def test_what_was_paid_for_outlives_our_code(monkeypatch: pytest.MonkeyPatch) -> None:
    before = cache_key("ask", _asking, (1, None), {}, of_code=False)
    monkeypatch.setattr("tasks.caching.code_fingerprint", lambda: "other code")
    assert cache_key("ask", _asking, (1, None), {}, of_code=False) == before
