"""Telling progress from noise."""

import numpy as np
import pytest

from agent_core.evaluation import Evaluation, Score


def score(*folds: float, higher: bool = False) -> Score:
    return Score(
        metric="m",
        higher_is_better=higher,
        value=float(np.mean(folds)),
        std=float(np.std(folds)),
        folds=folds,
    )


BEFORE = score(0.50, 0.58, 0.54, 0.47, 0.61)


def test_a_lead_in_every_fold_is_clear_though_folds_differ_by_more() -> None:
    after = score(0.49, 0.57, 0.53, 0.46, 0.595)
    assert after.clearly_better_than(BEFORE)
    assert not BEFORE.clearly_better_than(after)


def test_a_lead_that_one_fold_makes_is_noise() -> None:
    after = score(0.51, 0.59, 0.53, 0.48, 0.45)
    assert after.better_than(BEFORE)
    assert not after.clearly_better_than(BEFORE)


def test_the_same_score_is_no_progress() -> None:
    assert not BEFORE.clearly_better_than(BEFORE)


def test_higher_may_be_better() -> None:
    one, other = score(0.8, 0.9, 0.7, higher=True), score(0.85, 0.96, 0.75, higher=True)
    assert other.clearly_better_than(one)
    assert not one.clearly_better_than(other)


def test_without_the_same_folds_the_lead_has_to_exceed_the_spread() -> None:
    assert not score(0.45, 0.55).clearly_better_than(BEFORE)
    assert score(0.3, 0.32).clearly_better_than(BEFORE)
    assert score(0.4).clearly_better_than(score(0.5))


def test_chance_seldom_passes_for_progress() -> None:
    """Of models that are equally good about one in ten would; a tenth of a spread is found."""
    random = np.random.default_rng(0)
    folds = random.normal(1, 0.1, (2, 400, 5))
    # Folds of one data set share their rows, and so most of their luck.
    folds[1] = 0.9 * folds[0] + 0.1 + 0.1 * (folds[1] - 1)
    pairs = list(zip(*folds, strict=True))
    lucky = [score(*one).clearly_better_than(score(*other)) for one, other in pairs]
    assert np.mean(lucky) < 0.12
    found = [score(*one - 0.05).clearly_better_than(score(*other)) for one, other in pairs]
    assert np.mean(found) > 0.9


def test_scores_of_different_metrics_cannot_be_compared() -> None:
    other = BEFORE.model_copy(update={"metric": "n"})
    with pytest.raises(ValueError, match="cannot compare"):
        BEFORE.clearly_better_than(other)


def test_a_score_is_clearly_better_than_none() -> None:
    scored = Evaluation(trial="t", score=BEFORE, baseline=None, gates=())
    failed = scored.model_copy(update={"score": None})
    assert scored.clearly_better_than(failed)
    assert not failed.clearly_better_than(scored)
    assert not failed.clearly_better_than(failed)
    assert not scored.clearly_better_than(scored)
