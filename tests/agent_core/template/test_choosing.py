"""How settings are chosen."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agent_core.template.choosing import exam, held_out
from agent_core.template.clock import Clock
from agent_core.template.job import Candidate, Exam, Lesson, choose_settings, mistakes, sample_rows
from agent_core.template.variations import vary
from tests.agent_core.template.lessons import lesson


class TestChoosing:
    def test_settings_move_while_that_helps(self) -> None:
        from agent_core.template.job import Fitted

        def fit(tried: dict[str, Any], task: Lesson) -> Fitted:
            return Fitted(lambda x: task.y + abs(tried["a"] - 5))

        task = lesson(5)
        exams = [Exam(task, task.x, task.y)]
        assert choose_settings(fit, {"a": [1, 2, 3, 4, 5, 6]}, exams, Clock(9)) == ({"a": 5}, 0.0)
        assert choose_settings(fit, {"a": [1, 2, 3]}, exams, Clock(0))[0] == {"a": 2}

    def test_whole_folds_are_held_out(self) -> None:
        folds = np.array([1, 1, 2, 3, -1])
        assert held_out(folds, 0).tolist() == [True, True, False, False, False]
        assert held_out(folds, 2).tolist() == [False, False, False, True, False]
        assert held_out(np.zeros(400, dtype=int), 0).mean() == pytest.approx(0.25, abs=0.1)

    def test_an_exam_asks_only_what_was_taught(self) -> None:
        taught, held = lesson(20, 2), lesson(20, 4)
        made = exam(replace(taught, classes=4), held)
        assert made is not None
        assert set(made.y) == {0.0, 1.0}
        assert exam(replace(taught, y=np.zeros(20)), held) is None
        assert exam(taught, replace(held, y=np.full(20, 3.0))) is None
        assert exam(lesson(20), replace(lesson(20), y=np.zeros(0))) is None

    def test_samples_keep_their_order(self) -> None:
        rows = sample_rows(np.arange(100), 10, 0)
        assert len(rows) == 10
        assert (np.diff(rows) > 0).all()

    def test_losses(self) -> None:
        task = lesson(2, loss="relative")
        assert mistakes(task, np.array([2.0, 4.0]), np.array([1.0, 4.0])) == 0.25
        high = replace(task, loss="quantile:0.9")
        assert mistakes(high, np.array([1.0]), np.array([0.0])) == pytest.approx(0.9)


def test_variations_are_reproducible_and_may_switch_the_logarithm() -> None:
    base = Candidate("LightGBM", "lightgbm", {})
    made = [vary(base, number, 3, True) for number in range(12)]
    assert made == [vary(base, number, 3, True) for number in range(12)]
    assert {candidate.logarithm for candidate in made} == {False, True}
    assert made[4].name == "LightGBM #4"
