"""Every family of models on lessons of a few rows."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from agent_core.template.boosting import (
    LightgbmPace,
    best_round,
    fit_lightgbm,
    fit_xgboost,
    lightgbm_parameters,
    train_lightgbm,
    tune_boosting,
    xgboost_parameters,
)
from agent_core.template.clock import Clock
from agent_core.template.job import Candidate, Exam, mistakes
from agent_core.template.kernel import fit_kernel, tune_kernel
from agent_core.template.linear import fit_linear, tune_linear
from agent_core.template.training import FITTERS, fit_lesson
from tests.agent_core.template.lessons import lesson


class TestModels:
    @pytest.mark.parametrize("loss", ["squared", "absolute", "relative", "quantile:0.9"])
    def test_boosting_learns_quantities(self, loss: str) -> None:
        task = lesson(200, loss=loss)
        for fit in (fit_lightgbm, fit_xgboost):
            fitted = fit({"rounds": 60, "learning_rate": 0.1}, task, Clock(60))
            assert fitted.done == 1.0
            usual = np.full(200, np.median(task.y))
            assert mistakes(task, task.y, fitted.predict(task.x)) < mistakes(task, task.y, usual)

    @pytest.mark.parametrize("classes", [2, 4])
    def test_every_family_gives_probabilities(self, classes: int) -> None:
        task = lesson(120, classes)
        for family, settings in {
            "lightgbm": {"rounds": 20},
            "xgboost": {"rounds": 20},
            "trees": {"trees": 60},
            "linear": {"c": 1.0},
            "kernel": {"components": 2, "gamma": 0.3, "alpha": 0.1, "sharpness": 6.0},
        }.items():
            answer, _ = fit_lesson(Candidate("x", family), task, settings, Clock(60))
            chances = answer(task.x)
            assert chances.shape == (120, classes)
            assert chances.sum(axis=1) == pytest.approx(1.0, abs=1e-6)
            assert np.mean(chances.argmax(axis=1) == task.y) > 0.8, family

    def test_classes_that_do_not_occur_get_no_chance(self) -> None:
        task = replace(lesson(60, 2), classes=4)
        answer, _ = fit_lesson(Candidate("x", "linear"), task, {"c": 1.0}, Clock(9))
        assert answer(task.x)[:, 2:].sum() == 0.0
        alone = replace(task, y=np.full(60, 3.0))
        answer, fitted = fit_lesson(Candidate("x", "linear"), alone, {}, Clock(9))
        assert answer(task.x)[:, 3].tolist() == [1.0] * 60
        assert fitted.gains is None

    def test_a_constant_quantity_is_the_answer(self) -> None:
        task = replace(lesson(30), y=np.full(30, 7.5))
        answer, _ = fit_lesson(Candidate("x", "lightgbm"), task, {}, Clock(9))
        assert answer(task.x).tolist() == [[7.5]] * 30

    def test_a_logarithm_is_taken_back(self) -> None:
        task = lesson(80)
        answer, _ = fit_lesson(
            Candidate("x", "linear", {}, logarithm=True), task, {"alpha": 1e-3}, Clock(9)
        )
        assert answer(task.x)[:, 0] == pytest.approx(
            np.expm1(np.maximum(task.y, 0)), rel=0.5, abs=2.0
        )

    def test_time_stops_boosting_and_says_how_far_it_came(self) -> None:
        fitted = fit_lightgbm({"rounds": 5000}, lesson(200), Clock(0.0))
        assert 0 < fitted.done < 0.1
        fitted = fit_xgboost({"rounds": 5000}, lesson(200), Clock(0.0))
        assert 0 < fitted.done < 0.1

    def test_parameters_follow_the_task(self) -> None:
        assert lightgbm_parameters({}, lesson(80, 3))["num_class"] == 3
        assert lightgbm_parameters({"num_leaves": 5}, lesson(80))["num_leaves"] == 5
        assert xgboost_parameters({}, lesson(80, loss="quantile:0.2"))["quantile_alpha"] == 0.2
        assert Clock(9).left() > LightgbmPace(Clock(9)).seconds_per_round() == 1.0

    def test_early_stopping_finds_the_best_round(self) -> None:
        task = lesson(200)
        booster = train_lightgbm({}, task, 30, LightgbmPace(Clock(9)), Exam(task, task.x, task.y))
        assert 0 < best_round(booster) <= 30

    def test_linear_models_of_words_and_of_many_columns(self) -> None:
        task = lesson(80, 2)
        wordy = replace(task, x=sparse.csr_matrix(task.x))
        chosen = tune_linear({}, [Exam(wordy, wordy.x, wordy.y)], Clock(9))
        fitted = fit_linear(chosen, wordy, Clock(9))
        assert mistakes(wordy, wordy.y, fitted.predict(wordy.x)) < 0.5
        quantity = lesson(80)
        for model in ("ridge", "elastic", "pls"):
            exams = [Exam(quantity, quantity.x, quantity.y)]
            fitted = fit_linear(tune_linear({"model": model}, exams, Clock(9)), quantity, Clock(9))
            assert mistakes(quantity, quantity.y, fitted.predict(quantity.x)) < 0.1, model

    def test_kernel_settings_are_chosen(self) -> None:
        task = lesson(80)
        chosen = tune_kernel({}, [Exam(task, task.x, task.y)], Clock(20))
        fitted = fit_kernel(chosen, task, Clock(9))
        assert mistakes(task, task.y, fitted.predict(task.x)) < 0.1


class TestTuningOfBoosting:
    @pytest.mark.parametrize("family", ["lightgbm", "xgboost"])
    def test_with_time_the_rounds_are_those_that_help(self, family: str) -> None:
        task = lesson(200)
        exams = [Exam(task, task.x, task.y)] * 2
        chosen = tune_boosting(family, {"learning_rate": 0.3}, exams, 3, Clock(1.5))
        assert 5 <= chosen["rounds"] <= 6_000
        assert chosen["learning_rate"] == 0.3
        fitted = FITTERS[family](chosen, task, Clock(60))
        assert mistakes(task, task.y, fitted.predict(task.x)) < 0.5

    def test_without_time_each_round_learns_from_fewer_rows(self) -> None:
        task = lesson(200)
        chosen = tune_boosting("lightgbm", {}, [Exam(task, task.x, task.y)], 3, Clock(0.0))
        assert chosen["bagging_fraction"] == 0.05
        assert chosen["learning_rate"] == 0.3
        assert 5 <= chosen["rounds"] <= 20
