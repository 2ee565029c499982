"""The comparison of claimed and withheld predictions, as a statistic."""

import numpy as np
import pytest

from agent_core.metrics import METRICS
from agent_core.metrics.metric import Array
from agent_core.profile import PredictionKind
from agent_core.verifying.comparison import Comparison, compare, compare_confidence
from agent_core.verifying.withholding import Claim


def claim_of(truth: Array, predictions: Array, constant: float = 0.0) -> Claim:
    rows = np.arange(len(truth))
    return Claim(rows, np.zeros_like(rows), truth, predictions, np.full(len(truth), constant))


def regression(seed: int, rows: int, claimed: float, withheld: float) -> Comparison:
    """A quantity of variance 1, predicted with errors of these standard deviations.

    Half of the errors' variance is common to both, as it is for two models of the same data.
    """
    random = np.random.default_rng(seed)
    truth, common = random.normal(size=rows), random.normal(size=rows)
    one, other = (
        truth + scale * (common + random.normal(size=rows)) / np.sqrt(2)
        for scale in (claimed, withheld)
    )
    return compare(claim_of(truth, one), other, None, METRICS["rmse"], 0.1, 0.8)


def labels(seed: int, rows: int, claimed: float, withheld: float) -> Comparison:
    """Two classes, told right with these chances."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 2, rows).astype(float)
    one, other = (
        np.where(random.random(rows) < chance, truth, 1 - truth) for chance in (claimed, withheld)
    )
    return compare(claim_of(truth, one), other, None, METRICS["accuracy"], 0.1, 0.8)


@pytest.mark.parametrize("rows", [20, 150, 2_000])
def test_honest_claims_hold(rows: int) -> None:
    """Also where the second run's models are a little worse, or both are no good at all."""
    for seed in range(15):
        assert regression(seed, rows, 0.5, 0.5).holds
        assert regression(seed, rows, 0.5, 0.53).holds
        assert labels(seed, rows, 0.8, 0.79).holds
        assert labels(seed, rows, 0.5, 0.5).holds


def test_claims_that_no_blind_script_reaches_do_not_hold() -> None:
    for seed in range(10):
        assert not regression(seed, 150, 0.1, 0.5).holds
        assert not regression(seed, 2_000, 0.4, 0.5).holds
        assert not labels(seed, 150, 1.0, 0.8).holds
        assert not labels(seed, 2_000, 0.9, 0.8).holds


def test_a_better_score_than_claimed_is_no_shortfall() -> None:
    result = regression(0, 200, 0.6, 0.4)
    assert result.shortfall < 0
    assert result.holds


def test_less_is_allowed_where_more_rows_could_be_learned_from() -> None:
    truth = np.random.default_rng(0).normal(size=400)
    claim, blind = claim_of(truth, truth * 0.8), truth * 0.7
    allowed = [
        compare(claim, blind, None, METRICS["rmse"], 0.1, part).allowed for part in (0.5, 0.8, 0.9)
    ]
    assert allowed == sorted(allowed, reverse=True)


def test_rows_of_a_group_count_as_one() -> None:
    random = np.random.default_rng(1)
    groups = np.repeat(np.arange(20), 20)
    truth = random.normal(size=400)
    blind = truth + np.repeat(random.normal(size=20), 20)
    claim = claim_of(truth, truth + random.normal(size=400))
    alone = compare(claim, blind, None, METRICS["rmse"], 0.1, 0.8)
    grouped = compare(claim, blind, groups, METRICS["rmse"], 0.1, 0.8)
    assert grouped.allowed > 1.2 * alone.allowed


def test_the_spread_stands_in_where_resamples_have_no_score() -> None:
    truth = np.array([0.0, 1.0])
    claim = claim_of(truth, np.array([0.1, 0.9]), 0.5)
    several = np.array([0, 1])
    result = compare(claim, np.array([0.9, 0.1]), several, METRICS["roc_auc"], 0.3, 0.8)
    assert result.claimed == 1.0
    assert result.withheld == 0.0
    assert not result.holds


def test_a_metric_without_a_constants_score_allows_chance_and_a_part_of_what_lacks() -> None:
    random = np.random.default_rng(2)
    truth = random.normal(size=300)
    claim = claim_of(truth, truth + random.normal(scale=0.3, size=300))
    metric = METRICS["pearson"]
    assert compare(claim, claim.predictions + 0.01, None, metric, 0.1, 0.8).holds
    assert not compare(claim, random.normal(size=300), None, metric, 0.1, 0.8).holds


def test_a_trifle_between_two_fits_of_a_steady_model_is_nothing() -> None:
    truth = np.random.default_rng(3).normal(size=500)
    claim = claim_of(truth, np.zeros(500))
    blind = 0.001 * np.sign(-truth)
    assert compare(claim, blind, None, METRICS["rmse"], 0.02, 0.8).holds
    assert not compare(claim, blind, None, METRICS["rmse"], 0.0, 0.8).holds


def test_who_knew_the_answers_was_surer_than_ranks_tell() -> None:
    random = np.random.default_rng(5)
    truth = random.integers(0, 2, 130).astype(float)
    honest = np.clip(0.5 + 0.3 * (2 * truth - 1) + random.normal(scale=0.12, size=130), 0, 1)
    known = claim_of(truth, 0.9 * truth + 0.05, 0.5)
    same = claim_of(truth, np.clip(honest + random.normal(scale=0.05, size=130), 0, 1), 0.5)
    kind = PredictionKind.PROBABILITY
    assert compare(known, honest, None, METRICS["roc_auc"], 0.01, 0.8).shortfall < 0.03
    caught = compare_confidence(known, honest, None, kind, 0.8)
    assert caught is not None
    assert not caught.holds
    fine = compare_confidence(same, honest, None, kind, 0.8)
    assert fine is not None
    assert fine.holds
    assert compare_confidence(same, honest, None, PredictionKind.NUMBER, 0.8) is None
