"""Metrics of order: correlations, the Gini index and ranked lists. Pure numpy, bundled.

Rank metrics see only the order of the predictions. Ranked lists have the likeliest class codes
first, shape (n, top), -1 where a place is empty; the truth is one class code per row, (n,).
"""

import numpy as np


def average_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1, shape (n,); equal values share the mean of their ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]


def as_columns(values: np.ndarray) -> list[np.ndarray]:
    """The columns of an (n,) or (n, targets) array."""
    return [values] if values.ndim == 1 else list(values.T)


def correlation(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Pearson's r of two (n,) arrays; 0 where the prediction is constant."""
    if len(truth) == 0 or np.all(truth == truth[0]):
        raise ValueError("every truth is the same, so there is nothing to correlate with")
    if np.all(prediction == prediction[0]):
        return 0.0
    centred, guess = truth - np.mean(truth), prediction - np.mean(prediction)
    return float(np.sum(centred * guess) / np.sqrt(np.sum(centred**2) * np.sum(guess**2)))


def pearson(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Pearson's correlation, the mean over the columns."""
    pairs = zip(as_columns(truth), as_columns(prediction), strict=True)
    return float(np.mean([correlation(real, guess) for real, guess in pairs]))


def spearman(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Spearman's rank correlation, the mean over the columns (Kaggle's MCSpearmanR)."""
    pairs = zip(as_columns(truth), as_columns(prediction), strict=True)
    ranked = [correlation(average_ranks(real), average_ranks(guess)) for real, guess in pairs]
    return float(np.mean(ranked))


def normalized_gini(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Gini index of the truth sorted by prediction over that of a perfect sort, shape (n,).

    Equal predictions share their ranks, which is what Kaggle's own formula gives on average over
    the order of tied rows. For a 0/1 truth it equals 2 AUC - 1.
    """
    centred = truth - np.mean(truth)
    perfect = float(np.sum(centred * average_ranks(truth)))
    if perfect == 0:
        raise ValueError("every truth is the same, so there is no order to get right")
    return float(np.sum(centred * average_ranks(prediction)) / perfect)


def first_hits(truth: np.ndarray, ranking: np.ndarray, k: int | None) -> np.ndarray:
    """Position (from 1) of the true class among the first ``k`` places (None: all), or infinity."""
    hits = ranking[:, :k] == truth[:, None]
    return np.where(hits.any(axis=1), hits.argmax(axis=1) + 1.0, np.inf)


def map_at_k(truth: np.ndarray, prediction: np.ndarray, k: int | None = None) -> float:
    """Mean average precision at ``k`` with one true class per row: the mean of 1 / position."""
    return float(np.mean(1 / first_hits(truth, prediction, k)))


def ndcg_at_k(truth: np.ndarray, prediction: np.ndarray, k: int | None = None) -> float:
    """NDCG at ``k`` with one true class per row: the mean of 1 / log2(1 + position)."""
    return float(np.mean(1 / np.log2(1 + first_hits(truth, prediction, k))))


def top_k_accuracy(truth: np.ndarray, prediction: np.ndarray, k: int | None = None) -> float:
    """Part of the rows whose true class is among the first ``k``."""
    return float(np.mean(np.isfinite(first_hits(truth, prediction, k))))
