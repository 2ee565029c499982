"""The clock of a solution, and what it has time for."""

import threading
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agent_core.template import clock as clock_module
from agent_core.template.choosing import choose_for
from agent_core.template.clock import Clock, guard_budget, say
from agent_core.template.features import Features
from agent_core.template.job import Candidate
from agent_core.template.problem import Problem, make_splits
from agent_core.template.training import OutOfTime, allow_for_time, train_candidate
from agent_core.template.views import Views
from tests.agent_core.template.lessons import lesson


class TestClock:
    def test_a_part_ends_before_the_whole(self) -> None:
        whole = Clock(100.0)
        assert 0 < whole.part(0.25).left() < 26
        assert 94 < whole.left() <= 97.5
        assert Clock(1.0, time.monotonic() - 5).left() == 0.0

    def test_lines_carry_the_seconds(self, capsys: pytest.CaptureFixture[str]) -> None:
        say(Clock(10.0, time.monotonic() - 3), "hello")
        assert capsys.readouterr().out == "[   3.0 s] hello\n"

    @pytest.mark.parametrize("answered", [True, False])
    def test_the_guard_ends_the_process_with_complete_files(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answered: bool
    ) -> None:
        ended, there = threading.Event(), threading.Event()
        monkeypatch.setattr(clock_module, "GRACE", 0.1)
        monkeypatch.setattr(clock_module.os, "_exit", lambda code: ended.set())
        if answered:
            there.set()
        assert guard_budget(Clock(0.1), threading.Lock(), there) is not None
        assert ended.wait(30)
        assert ("written last stands" in capsys.readouterr().out) is answered

    def test_the_guard_waits_for_a_first_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ended, there = threading.Event(), threading.Event()
        monkeypatch.setattr(clock_module, "GRACE", 60.0)
        monkeypatch.setattr(clock_module.os, "_exit", lambda code: ended.set())
        guard_budget(Clock(0.1), threading.Lock(), there)
        assert not ended.wait(0.6)
        there.set()
        assert ended.wait(30)

    def test_a_notebook_is_never_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(clock_module.sys.modules, "ipykernel", clock_module)
        assert guard_budget(Clock(0.1), threading.Lock(), threading.Event()) is None


class TestTime:
    def problem(self) -> Problem:
        task = lesson(40)
        folds = np.arange(40) % 2
        splits = make_splits(folds, np.ones(40, dtype=bool), "shuffled")
        known = np.ones(40, dtype=bool)
        return Problem("numbers", "squared", task.y[:, None], known, 1, splits, folds, 5)

    def test_the_first_split_sets_the_measure(self) -> None:
        settings: list[dict[str, Any]] = [{"rounds": 100}]
        allow_for_time(settings, 0, 0, 0.5)
        assert settings == [{"rounds": 50}]
        allow_for_time(settings, 0, 1, 0.8)
        with pytest.raises(OutOfTime):
            allow_for_time(settings, 0, 1, 0.5)

    def test_a_candidate_without_time_is_given_up(self) -> None:
        problem = self.problem()
        features = Features(40, {"a": np.arange(45, dtype=np.float32)})
        views = Views(features, problem, 0)
        with pytest.raises(OutOfTime):
            train_candidate(Candidate("x", "linear"), problem, views, Clock(0), Clock(0))

    def test_without_anything_to_hold_out_there_are_fallbacks(self) -> None:
        problem = replace(self.problem(), target=np.zeros((40, 1)))
        views = Views(Features(40, {"a": np.arange(45, dtype=np.float32)}), problem, 0)
        chosen = choose_for(Candidate("x", "kernel"), problem, views, Clock(9))
        assert chosen[0]["gamma"] > 0

    def test_forward_splits_learn_from_the_past_and_end_with_all(self) -> None:
        folds = np.array([-1, -1, 0, 0, 1, 1])
        splits = make_splits(folds, np.ones(6, dtype=bool), "time_forward")
        assert [s.fit.tolist() for s in splits] == [[0, 1], [0, 1, 2, 3], [0, 1, 2, 3, 4, 5]]
        assert [s.weight for s in splits] == [0.0, 0.0, 1.0]
