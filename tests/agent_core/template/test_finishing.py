"""From predictions to what is handed in: finish and blend."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agent_core.template.blending import Goal, choose_weights, make_blend
from agent_core.template.finishing import best_of, finish, learn_finish


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
