"""What holds for every metric, whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_core.metrics import METRICS, Metric
from agent_core.profile import PredictionKind, Task

CLASSES = 4


def answers(metric: Metric, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A truth, the perfect answer to it, and a random one."""
    random = np.random.default_rng(seed)
    rows = 40
    wide = metric.tasks[0] in {Task.MULTI_TARGET, Task.MULTILABEL}
    if metric.kind == PredictionKind.NUMBER:
        truth = random.gamma(2, 2, (rows, 3) if wide else rows) + 0.01
        return truth, truth, random.gamma(2, 2, truth.shape) + 0.01
    codes = np.concatenate([np.arange(CLASSES), random.integers(0, CLASSES, rows)]).astype(float)
    if metric.kind == PredictionKind.CLASS_PROBABILITIES:
        return (
            codes,
            np.eye(CLASSES)[codes.astype(int)],
            random.dirichlet(np.ones(CLASSES), len(codes)),
        )
    if metric.kind == PredictionKind.RANKING:
        perfect = np.column_stack([codes, (codes + 1) % CLASSES])
        return codes, perfect, random.permuted(perfect, axis=1)
    truth = codes if Task.MULTICLASS in metric.tasks else codes % 2
    if wide:
        truth = np.column_stack([truth, 1 - truth, truth[::-1]])
    if metric.kind == PredictionKind.LABEL:
        return truth, truth, random.permutation(truth)
    return truth, truth, random.random(truth.shape)


@pytest.mark.parametrize("name", METRICS)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_nothing_beats_the_perfect_answer(name: str, seed: int) -> None:
    metric = METRICS[name]
    truth, perfect, other = answers(metric, seed)
    best, score = metric.score(truth, perfect), metric.score(truth, other)
    assert np.isfinite(best)
    assert best >= score if metric.higher_is_better else best <= score
    ideal = 1.0 if metric.higher_is_better else 0.0
    slack = 0.005 if name == "capped_binomial_deviance" else 1e-9
    assert best == pytest.approx(ideal, abs=slack)


@pytest.mark.parametrize("name", METRICS)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_the_order_of_the_rows_does_not_count(name: str, seed: int) -> None:
    metric = METRICS[name]
    truth, _, other = answers(metric, seed)
    order = np.random.default_rng(seed + 1).permutation(len(truth))
    assert metric.score(truth[order], other[order]) == pytest.approx(metric.score(truth, other))


@pytest.mark.parametrize("name", METRICS)
def test_the_arrays_are_left_as_they_were(name: str) -> None:
    metric = METRICS[name]
    truth, _, other = answers(metric, 3)
    before = truth.copy(), other.copy()
    metric.score(truth, other)
    assert (truth == before[0]).all()
    assert (other == before[1]).all()
