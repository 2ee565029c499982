"""The metrics of ranked lists of labels, as Kaggle names them."""

from collections.abc import Callable
from functools import partial

from agent_core.metrics import scores_ranking as ranking
from agent_core.metrics.metric import Array, Metric
from agent_core.profile import PredictionKind, Task

SEVERAL_CLASSES = (Task.MULTICLASS, Task.ORDINAL)


def _ranked(
    name: str,
    title: str,
    score: Callable[[Array, Array], float],
    definition: str,
    *names: str,
) -> Metric:
    """A metric of ranked lists of labels."""
    kind = PredictionKind.RANKING
    return Metric(name, title, names, True, kind, SEVERAL_CLASSES, score, definition)


def map_at(k: int) -> Metric:
    """Mean average precision of the first ``k`` labels."""
    return _ranked(
        f"map_at_{k}",
        f"MAP@{k}",
        partial(ranking.map_at_k, k=k),
        f"mean of 1 / position of the true label among the first {k}, 0 where it is not there",
        f"Mean Average Precision @ {k}",
        f"Mean Average Precision at {k}",
        f"MAP at {k}",
        f"MAPK {k}",
        f"MRR@{k}",
        f"Mean Reciprocal Rank @ {k}",
    )


def ndcg_at(k: int) -> Metric:
    """Normalised discounted cumulative gain of the first ``k`` labels."""
    return _ranked(
        f"ndcg_at_{k}",
        f"NDCG@{k}",
        partial(ranking.ndcg_at_k, k=k),
        f"mean of 1 / log2(1 + position) of the true label among the first {k}",
        f"NDCG at {k}",
        f"Normalized Discounted Cumulative Gain @ {k}",
        f"Normalized Discounted Cumulative Gain at {k}",
    )


def top_accuracy(k: int) -> Metric:
    """Whether the true label is among the first ``k``."""
    return _ranked(
        f"top_{k}_accuracy",
        f"Top-{k} Accuracy",
        partial(ranking.top_k_accuracy, k=k),
        f"part of the rows whose true label is among the first {k}",
        f"Top {k} Categorization Accuracy",
    )


RANKING_METRICS: tuple[Metric, ...] = (
    _ranked(
        "map_at_k",
        "MAP@K",
        ranking.map_at_k,
        "mean of 1 / position of the true label among those named, 0 where it is not there",
        "MAP@{K}",
        "MAPK",
        "Mean Average Precision @ K",
        "Mean Average Precision at K",
        "Mean Reciprocal Rank",
        "MRR",
    ),
    _ranked(
        "ndcg_at_k",
        "NDCG@K",
        ranking.ndcg_at_k,
        "mean of 1 / log2(1 + position) of the true label among those named",
        "NDCG@{K}",
        "NDCG",
        "Normalized Discounted Cumulative Gain",
    ),
    map_at(3),
    map_at(5),
    ndcg_at(5),
    top_accuracy(3),
    top_accuracy(5),
)
