"""The parts of the template, one by one, on arrays of a few rows."""

import threading
import time
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from agent_core.template import clock as clock_module
from agent_core.template.blending import Goal, choose_weights, make_blend
from agent_core.template.boosting import (
    LightgbmPace,
    best_round,
    fit_lightgbm,
    fit_xgboost,
    lightgbm_parameters,
    train_lightgbm,
    xgboost_parameters,
)
from agent_core.template.choosing import choose_for, exam, held_out
from agent_core.template.clock import Clock, guard_budget, say
from agent_core.template.dates import date_categories, date_numbers
from agent_core.template.encoding import encode_target, indicator_columns, known_levels
from agent_core.template.features import Features, add_structure, as_ids, make_features
from agent_core.template.finishing import best_of, finish, learn_finish
from agent_core.template.folding import plan_folds
from agent_core.template.job import Candidate, Exam, Lesson, choose_settings, mistakes, sample_rows
from agent_core.template.joins import join_side_table
from agent_core.template.kernel import fit_kernel, tune_kernel
from agent_core.template.linear import fit_linear, tune_linear
from agent_core.template.main import read_arguments
from agent_core.template.outputs import prediction_columns, rows_of_sample
from agent_core.template.problem import Problem, make_splits
from agent_core.template.scaling import scaled_numbers
from agent_core.template.tables import Tables
from agent_core.template.text import condense, count_terms, weigh_terms
from agent_core.template.training import OutOfTime, allow_for_time, fit_lesson, train_candidate
from agent_core.template.variations import vary
from agent_core.template.views import Views

FIT = np.arange(6)


def lesson(rows: int = 80, classes: int = 0, loss: str = "squared") -> Lesson:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, 3)).astype(np.float32)
    y = x[:, 0] * 2 + 0.1 * rng.normal(size=rows)
    if classes:
        y = np.digitize(y, np.quantile(y, np.arange(1, classes) / classes)).astype(float)
    return Lesson(x, np.asarray(y, dtype=float), classes, loss)


class TestClock:
    def test_a_part_ends_before_the_whole(self) -> None:
        whole = Clock(100.0)
        assert 0 < whole.part(0.25).left() < 26
        assert 94 < whole.left() <= 97.5
        assert Clock(1.0, time.monotonic() - 5).left() == 0.0

    def test_lines_carry_the_seconds(self, capsys: pytest.CaptureFixture[str]) -> None:
        say(Clock(10.0, time.monotonic() - 3), "hello")
        assert capsys.readouterr().out == "[   3.0 s] hello\n"

    def test_the_guard_ends_the_process_with_complete_files(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ended = threading.Event()
        monkeypatch.setattr(clock_module.os, "_exit", lambda code: ended.set())
        timer = guard_budget(Clock(0.1), threading.Lock())
        assert timer is not None
        assert ended.wait(5)

    def test_a_notebook_is_never_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(clock_module.sys.modules, "ipykernel", clock_module)
        assert guard_budget(Clock(0.1), threading.Lock()) is None


class TestEncoding:
    def test_a_row_never_sees_its_own_target(self) -> None:
        ids = np.arange(50) % 10
        target = np.zeros((50, 1))
        target[7] = 1000.0
        encoded = encode_target(ids, np.arange(50), target, np.random.default_rng(0))
        others = np.flatnonzero((ids == 7) & (np.arange(50) != 7))
        assert encoded[7, 0] == 0.0
        assert (encoded[others, 0] > 0).sum() >= 3

    def test_unseen_levels_get_the_overall_mean(self) -> None:
        ids = np.array([0, 0, 0, 1, 1, 1, 2, -1])
        target = np.array([[0.0], [0], [0], [6], [6], [6]])
        encoded = encode_target(ids, FIT, target, np.random.default_rng(0))
        assert encoded[6, 0] == encoded[7, 0] == 3.0
        assert known_levels(ids, FIT).tolist() == [0, 0, 0, 1, 1, 1, -1, -1]

    def test_rare_levels_share_a_column(self) -> None:
        hot = indicator_columns(np.array([0, 0, 0, 1, 2, -1, 3]), FIT, fewest=2)
        assert hot.sum(axis=1).tolist() == [1.0] * 7
        assert hot.shape[1] == 2


class TestFeatures:
    def test_numbers_sort_as_numbers_and_missing_is_minus_one(self) -> None:
        assert as_ids(pd.Series(["10", "9", None, "10"])).tolist() == [1, 0, -1, 1]
        assert as_ids(pd.Series(["b", "a", None])).tolist() == [1, 0, -1]

    def test_codes_are_taken_apart(self) -> None:
        features = Features(6)
        codes = pd.Series(["C85", "C 12", "E46", "E1", "c7", None])
        add_structure(features, "cabin", codes)
        assert features.categories["cabin letters"].tolist() == [0, 0, 1, 1, 0, -1]
        assert features.numbers["cabin number"].tolist()[:3] == [85, 12, 46]
        plain = Features(3)
        add_structure(plain, "code", pd.Series(["1", "2", "3"]))
        assert not plain.numbers

    def test_a_day_of_the_month_that_training_never_saw_is_left_out(self) -> None:
        column = [{"name": "when", "kind": "date", "date_format": "%Y-%m-%d"}]
        train = pd.DataFrame({"when": [f"2024-0{m}-{d:02}" for m in (1, 2) for d in range(1, 20)]})
        test = pd.DataFrame({"when": [f"2024-0{m}-{d}" for m in (1, 2) for d in range(20, 28)]})
        features = make_features(column, train, test)
        assert "when elapsed" in features.numbers
        assert "when day" not in features.numbers
        assert "when month" in features.categories

    def test_parts_of_a_date(self) -> None:
        stamps = pd.Series(pd.to_datetime(["2024-01-01 06:00", "2024-01-02 18:00", None]))
        numbers = date_numbers(stamps)
        assert numbers["elapsed"][:2].tolist() == [0.0, 1.5]
        assert "year" not in numbers
        assert numbers["hour sine"][:2] == pytest.approx([1.0, -1.0])
        assert date_categories(stamps)["day_of_week"].tolist()[:2] == [0, 1]


class TestScaling:
    def test_values_are_complete_tame_and_marked_where_missing(self) -> None:
        values = np.array([1.0, 2, 3, 4, np.nan, 1e9], dtype=np.float32)
        columns = scaled_numbers({"a": values, "gone": np.full(6, np.nan)}, np.arange(6))
        assert set(columns) == {"a", "a missing"}
        assert np.isfinite(columns["a"]).all()
        assert columns["a missing"].tolist() == [0, 0, 0, 0, 1, 0]

    def test_a_constant_stays_finite(self) -> None:
        assert scaled_numbers({"a": np.ones(6)}, FIT)["a"].tolist() == [0.0] * 6


class TestText:
    def test_terms_that_training_rows_lack_weigh_nothing(self) -> None:
        texts = ["good wine", "good beer", "bad wine"] * 20 + ["unseen words", "unseen words"]
        counts = count_terms(texts)
        weighed = weigh_terms(counts, np.arange(60))
        assert pytest.approx(1.0, rel=1e-5) == weighed[:60].multiply(weighed[:60]).sum(axis=1).A1
        assert weighed.shape[1] < counts.shape[1]
        assert condense(weighed, np.arange(60), 3, 0).shape == (62, 3)

    def test_no_words_at_all(self) -> None:
        weighed = weigh_terms(count_terms(["", "", ""]), np.arange(2))
        assert weighed.shape == (3, 0)
        assert condense(weighed, np.arange(2), 5, 0).shape == (3, 0)


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


class TestFinish:
    truth = np.repeat([0.0, 1.0, 2.0], 30)

    def accuracy(self, truth: Any, predicted: Any) -> float:
        return float(np.mean(truth == predicted))

    def test_cuts_find_the_borders_between_classes(self) -> None:
        raw = (self.truth * 3 + np.random.default_rng(0).normal(scale=0.2, size=90))[:, None]
        cuts = learn_finish("cuts", self.truth[:, None], raw, self.accuracy)
        assert finish("cuts", cuts, raw, {}).tolist() == self.truth.tolist()

    def test_weights_lift_a_class_that_is_never_likeliest(self) -> None:
        raw = np.column_stack([np.full(90, 0.6), self.truth * 0.25, np.zeros(90)])
        truth = np.minimum(self.truth, 1)[:, None]
        weights = learn_finish("weights", truth, raw, self.accuracy)
        assert self.accuracy(truth[:, 0], finish("weights", weights, raw, {})) > 0.6

    def test_cutoffs_for_each_label(self) -> None:
        truth = np.column_stack([self.truth > 0, self.truth > 1]).astype(float)
        raw = 0.1 + 0.1 * truth
        cutoffs = learn_finish("cutoff", truth, raw, self.accuracy)
        assert (finish("cutoff", cutoffs, raw, {}) == truth).all()

    def test_a_scale_for_back_transformed_quantities(self) -> None:
        truth = np.arange(1.0, 50.0)[:, None]
        raw = np.log1p(truth / 1.1)
        scale = learn_finish(
            "scaled quantity", truth, raw, lambda t, p: -float(np.mean(abs(t - p)))
        )
        assert scale[0] == pytest.approx(1.1, abs=0.02)

    def test_quantities_stay_in_range_and_whole(self) -> None:
        options = {"logarithm": False, "low": 0.0, "high": 5.0, "integers": True}
        raw = np.array([[-1.0], [2.4], [9.0]])
        assert finish("quantity", np.zeros(0), raw, options).tolist() == [0.0, 2.0, 5.0]

    def test_neighbours_have_a_say(self) -> None:
        gains = dict(zip(range(12), [0, 0, 9, 0, 0, 0, 3, 4, 5, 4, 3, 0], strict=True))
        assert best_of(np.arange(12.0), lambda o: gains[int(o)], 0.0) == 8.0
        assert best_of(np.arange(12.0), lambda o: 0.0, 6.0) == 6.0


class TestBlend:
    truth = np.random.default_rng(0).normal(size=(400, 1)) + 5

    def goal(self) -> Goal:
        def gain(truth: Any, predicted: Any) -> float:
            return -float(np.sqrt(np.mean((truth - predicted) ** 2)))

        options = {"logarithm": False, "integers": False, "low": 0.0, "high": 99.0}
        return Goal(gain, "quantity", options, False, "numbers")

    def test_two_independent_errors_are_averaged(self) -> None:
        rng = np.random.default_rng(1)
        oofs = [self.truth + rng.normal(size=(400, 1)) for _ in range(2)]
        oofs.append(self.truth + 20)
        blend = make_blend(oofs, self.truth, np.arange(400) % 5, np.arange(400), self.goal())
        assert blend.weights[:2] == pytest.approx([0.5, 0.5], abs=0.1)
        assert blend.weights[2] == 0.0
        assert blend.gain == pytest.approx(-0.7, abs=0.07)

    def test_one_candidate_is_the_blend(self) -> None:
        assert choose_weights(np.zeros((1, 4, 1)), lambda raw: 1.0).tolist() == [1.0]

    def test_rows_that_are_never_validated_stay_empty(self) -> None:
        folds = np.where(np.arange(400) < 100, -1, np.arange(400) % 3)
        oof = np.where(folds[:, None] < 0, np.nan, self.truth)
        blend = make_blend([oof], self.truth, folds, np.flatnonzero(folds >= 0), self.goal())
        assert np.isnan(blend.oof[:100]).all()
        assert blend.gain == 0.0

    def test_smooth_losses_of_labels(self) -> None:
        goal = replace(self.goal(), smooth=True, learn="labels")
        assert goal.loss(np.array([[1.0]]), np.array([[0.5]])) == pytest.approx(np.log(2))
        goal = replace(goal, learn="classes")
        assert goal.loss(np.array([[1.0]]), np.array([[0.5, 0.5]])) == pytest.approx(np.log(2))


class TestTables:
    def test_side_rows_are_summarised_by_key(self) -> None:
        train = pd.DataFrame({"k": ["1", "2", "9"]})
        side = pd.DataFrame({"key": ["1.0", "1", "2"], "v": ["3", "5", None], "c": ["a", "b", "b"]})
        how = {"name": "s", "main_columns": ["k"], "side_columns": ["key"], "many": True}
        joined, _, added = join_side_table(train, train.iloc[:1], side, how)
        assert joined["s: rows"].tolist()[:2] == [2.0, 1.0]
        assert joined["s: v mean"].tolist()[0] == 4.0
        assert joined["s: c most frequent"].tolist()[:2] == ["a", "b"]
        assert joined.iloc[2, 1:].isna().all()
        assert {c["kind"] for c in added} == {"numeric", "categorical"}

    def test_one_side_row_per_key_is_looked_up(self) -> None:
        train = pd.DataFrame({"k": ["2", "1"]})
        words = "a long text of many words"
        side = pd.DataFrame({"key": ["1", "2"], "v": ["x", "y"], "t": [words, words]})
        how = {"name": "s", "main_columns": ["k"], "side_columns": ["key"], "many": False}
        joined, test, added = join_side_table(train, train, side, how)
        assert joined["s: v"].tolist() == ["y", "x"]
        assert len(test) == 2
        assert [c["kind"] for c in added] == ["categorical", "text"]

    def test_folds_are_made_where_none_are_given(self) -> None:
        plan = {
            "scheme": "grouped",
            "folds": 3,
            "group_column": "g",
            "time_column": None,
            "block_length": None,
            "duplicates_together": False,
        }
        config: dict[str, Any] = {
            "folds": plan,
            "targets": [{"column": "y"}],
            "stratify_by": ["a", "b"],
            "columns": [{"name": "x"}],
            "time_format": None,
        }
        train = pd.DataFrame({"g": list("aabbccdd"), "y": list("abababab"), "x": list("11223344")})
        folds = plan_folds(config, train)
        assert all(len(set(folds[train["g"] == g])) == 1 for g in "abcd")
        config["folds"] = plan | {
            "scheme": "stratified",
            "group_column": None,
            "duplicates_together": True,
        }
        folds = plan_folds(config, train)
        assert all(len(set(folds[train["x"] == x])) == 1 for x in "1234")
        config["folds"] = plan | {"scheme": "time_blocks", "group_column": None, "time_column": "x"}
        assert set(plan_folds(config, train)) == {0, 1, 2}
        config["time_format"] = "%d"
        assert set(plan_folds(config, train)) == {0, 1, 2}


class TestOutputs:
    layout: ClassVar[dict[str, Any]] = {
        "id_column": "id",
        "id_from": "id",
        "kind": "label",
        "columns": ["y"],
        "order": [],
        "submitted_labels": ["no", "yes"],
        "integers": False,
    }

    def tables(self, sample: list[str], test: list[str]) -> Tables:
        return Tables(pd.DataFrame(), pd.DataFrame({"id": test}), pd.DataFrame({"id": sample}), [])

    def test_labels_rankings_and_whole_numbers(self) -> None:
        frame = prediction_columns(self.layout, np.array([1.0, 0.0, np.nan]))
        assert frame["y"].tolist() == ["yes", "no", ""]
        ranking = self.layout | {"kind": "ranking"}
        frame = prediction_columns(ranking, np.array([[1.0, 0.0], [0.0, np.nan]]))
        assert frame["y"].tolist() == ["yes no", "no"]
        whole = self.layout | {"kind": "number", "integers": True}
        assert prediction_columns(whole, np.array([1.0, 2.0])).to_csv(index=False) == "y\n1\n2\n"

    def test_rows_come_in_the_samples_order(self) -> None:
        assert rows_of_sample(self.layout, self.tables(["b", "a "], ["a", "b"])).tolist() == [1, 0]
        assert rows_of_sample(self.layout, self.tables(["a", "a"], ["a", "a"])).tolist() == [0, 1]

    def test_an_unknown_id_and_a_wrong_length_are_refused(self) -> None:
        with pytest.raises(ValueError, match="asks for 'c'"):
            rows_of_sample(self.layout, self.tables(["c"], ["a", "b"]))
        numbered = self.layout | {"id_from": None}
        with pytest.raises(ValueError, match="1 rows, the test table 2"):
            rows_of_sample(numbered, self.tables(["1"], ["a", "b"]))


def test_variations_are_reproducible_and_may_switch_the_logarithm() -> None:
    base = Candidate("LightGBM", "lightgbm", {})
    made = [vary(base, number, 3, True) for number in range(12)]
    assert made == [vary(base, number, 3, True) for number in range(12)]
    assert {candidate.logarithm for candidate in made} == {False, True}
    assert made[4].name == "LightGBM #4"


def test_arguments_have_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    options = read_arguments({"slug": "x"}, ["-f", "kernel.json"])
    assert options.budget == 600.0
    assert options.folds is None
