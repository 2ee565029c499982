"""How the template spends its time, with trainings that take none."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from agent_core.template import search
from agent_core.template.arrays import Floats
from agent_core.template.blending import Goal
from agent_core.template.clock import Clock
from agent_core.template.features import Features
from agent_core.template.job import Candidate
from agent_core.template.problem import Problem, make_splits
from agent_core.template.search import Search
from agent_core.template.tables import Tables
from agent_core.template.training import OutOfTime, Trained
from agent_core.template.views import Views

ROWS, TESTS = 12, 3
TRUTH = np.arange(float(ROWS))[:, None]
CANDIDATES = [
    {"name": "Ridge", "family": "linear"},
    {"name": "LightGBM", "family": "lightgbm"},
    {"name": "Extra trees", "family": "trees"},
]
LAYOUT = {
    "id_column": "id", "id_from": "id", "kind": "number", "columns": ["y"], "integers": False,
}  # fmt: skip


class Trainer:
    """Stands for `train_candidate`: a family is off by so much, or is never finished (None)."""

    def __init__(self, off: dict[str, float | None]) -> None:
        self.off = off
        self.asked: list[Candidate] = []

    def __call__(self, candidate: Candidate, *_: Any) -> Trained:
        self.asked.append(candidate)
        off = self.off[candidate.family]
        if off is None:
            raise OutOfTime
        signs = np.where(np.arange(ROWS) % 2, 1.0, -1.0)[:, None]
        gains = {"size": 1.0, "age": 3.0} if candidate.family == "lightgbm" else {}
        test = np.full((TESTS, 1), 7.0 + off)
        return Trained(candidate, TRUTH + off * signs, test, 0.0, [], gains)

    def names(self) -> list[str]:
        return [candidate.name for candidate in self.asked]


def squared(truth: Floats, predicted: Floats) -> float:
    return -float(np.mean((truth - predicted) ** 2))


def new_search(out: Path, clock: Clock | None = None) -> Search:
    """A search for a quantity, scored by its squared error."""
    folds, known = np.arange(ROWS) % 3, np.ones(ROWS, dtype=bool)
    splits = make_splits(folds, known, "shuffled")
    problem = Problem("numbers", "squared", TRUTH, known, 1, splits, folds, TESTS)
    options = {"logarithm": False, "low": -99.0, "high": 99.0, "integers": False}
    ids = pd.DataFrame({"id": ["a", "b", "c"]})
    config = {
        "candidates": CANDIDATES,
        "seed": 0,
        "metric": {"name": "mse", "higher_is_better": False},
        "may_switch_logarithm": False,
        "layout": LAYOUT,
    }
    return Search(
        config=config,
        tables=Tables(pd.DataFrame(), ids, ids, []),
        problem=problem,
        views=Views(Features(ROWS), problem, 0),
        goal=Goal(squared, "quantity", options, False, "numbers"),
        truth=TRUTH,
        clock=clock or Clock(60.0),
        out=out,
    )


def run(made: Search, monkeypatch: pytest.MonkeyPatch, **off: float | None) -> Trainer:
    trainer = Trainer(off)
    monkeypatch.setattr(search, "train_candidate", trainer)
    made.run()
    return trainer


def test_the_best_is_the_answer_and_the_notes_tell_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = new_search(tmp_path)
    trainer = run(made, monkeypatch, linear=3.0, lightgbm=0.1, trees=5.0)
    assert trainer.names() == ["First", "Ridge", "LightGBM", "Extra trees"]
    assert pd.read_csv(tmp_path / "submission.csv")["y"].tolist() == pytest.approx([7.1] * 3)
    notes = made.notes()
    assert [model["model"] for model in notes["models"]] == ["baseline", *trainer.names()]
    assert notes["score"] == pytest.approx(0.01)
    assert notes["weights"] == {"First": 1.0}
    assert made.importance() == {"size": 0.25, "age": 0.75}


def test_what_is_not_finished_in_time_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = new_search(tmp_path)
    run(made, monkeypatch, linear=None, lightgbm=2.0, trees=1.0)
    assert "Ridge: left out, the time did not suffice" in capsys.readouterr().out
    assert "Ridge" not in [member.candidate.name for member in made.pool]
    assert pd.read_csv(tmp_path / "submission.csv")["y"].tolist() == pytest.approx([8.0] * 3)


def test_without_any_model_the_usual_value_is_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(new_search(tmp_path), monkeypatch, linear=None, lightgbm=None, trees=None)
    assert pd.read_csv(tmp_path / "submission.csv")["y"].tolist() == pytest.approx([5.5] * 3)


def test_what_took_longer_than_there_is_time_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer({"trees": 1.0})
    monkeypatch.setattr(search, "train_candidate", trainer)
    made = new_search(tmp_path)
    made.costs["linear"] = 1e6
    made.attempt(Candidate("Ridge", "linear"), 0.9)
    made.attempt(Candidate("Extra trees", "trees"), 0.9)
    assert trainer.names() == ["Extra trees"]


def test_variations_are_tried_as_long_as_they_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "HOPELESS_ATTEMPTS", 3)
    trainer = Trainer({"linear": 3.0, "lightgbm": 2.0, "trees": 2.0})
    better = iter([1.5, 1.0])
    monkeypatch.setattr(
        search,
        "vary",
        lambda chosen, number, *_: Candidate(f"#{number}", "new" if number < 3 else "trees"),
    )

    def train(candidate: Candidate, *rest: Any) -> Trained:
        if candidate.family == "new":
            trainer.off["new"] = next(better)
        return trainer(candidate, *rest)

    monkeypatch.setattr(search, "train_candidate", train)
    made = new_search(tmp_path)
    made.run()
    assert trainer.names()[4:] == ["#1", "#2", "#3", "#4", "#5"]
    assert made.notes()["weights"] == {"#2": 1.0}


def test_no_variation_is_begun_that_the_time_does_not_allow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "HOPELESS_ATTEMPTS", 3)
    trainer = Trainer({"linear": 3.0, "lightgbm": 2.0, "trees": 2.0})

    def train(candidate: Candidate, *rest: Any) -> Trained:
        if candidate.name == "Extra trees":
            made.clock.end = 0.0
        return trainer(candidate, *rest)

    monkeypatch.setattr(search, "train_candidate", train)
    made = new_search(tmp_path)
    made.run()
    assert trainer.names()[-1] == "Extra trees"


def test_an_answer_that_is_slow_to_write_is_written_at_the_end(tmp_path: Path) -> None:
    made = new_search(tmp_path)
    made.writing_takes, made.written = 1e6, search.monotonic()
    train = Trainer({"trees": 1.0})
    made.add(train(Candidate("Extra trees", "trees")))
    assert not (tmp_path / "submission.csv").exists()
    made.write(final=True)
    assert (tmp_path / "submission.csv").exists()
    assert not made.unwritten
