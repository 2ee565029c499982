"""Metrics of probabilities: pure functions of numpy arrays, bundled into every solution.

Binary ones take a 0/1 truth and the probability of 1, (n,) or (n, targets), and average over the
columns. Those of several classes take class codes (n,) and one column per class (n, classes);
class rows need not add up to 1, since Kaggle rescales them.
"""

import numpy as np

from agent_core.metrics.scores_ranking import as_columns, average_ranks

#: Kaggle keeps probabilities this far from 0 and 1, so that a logarithm is finite.
LOG_LOSS_CLIP = 1e-15


def one_roc_auc(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Area under the ROC curve of one column, by the Mann-Whitney statistic; ties count half."""
    positive = truth == 1
    wins, losses = int(positive.sum()), int((~positive).sum())
    if wins == 0 or losses == 0:
        raise ValueError("only one class occurs in the truth, so ROC AUC is not defined")
    ranks = average_ranks(prediction)
    return float((ranks[positive].sum() - wins * (wins + 1) / 2) / (wins * losses))


def roc_auc(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Area under the ROC curve, the mean over the columns; only the order counts."""
    pairs = zip(as_columns(truth), as_columns(prediction), strict=True)
    return float(np.mean([one_roc_auc(real, guess) for real, guess in pairs]))


def macro_roc_auc_ovr(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Mean over the classes of the ROC AUC of each class against the rest."""
    return roc_auc(one_hot(truth, prediction.shape[1]), prediction)


def one_average_precision(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Sum over thresholds of precision times gain in recall, one column (scikit-learn's AP)."""
    order = np.argsort(-prediction, kind="stable")
    values, hits = prediction[order], np.cumsum(truth[order] == 1)
    if len(hits) == 0 or hits[-1] == 0:
        raise ValueError("no positive row occurs in the truth, so average precision is not defined")
    ends = np.append(np.flatnonzero(np.diff(values)), len(values) - 1)
    gains = np.diff(hits[ends], prepend=0) / hits[-1]
    return float(np.sum(gains * hits[ends] / (ends + 1)))


def average_precision(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Average precision (area under the precision-recall steps), the mean over the columns."""
    pairs = zip(as_columns(truth), as_columns(prediction), strict=True)
    return float(np.mean([one_average_precision(real, guess) for real, guess in pairs]))


def surprise(truth: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """-log of the probability given to what happened, cell by cell, for a 0/1 truth."""
    if np.any(prediction < 0) or np.any(prediction > 1):
        raise ValueError("a probability lies outside 0 to 1, and log loss is not defined there")
    given = np.clip(prediction, LOG_LOSS_CLIP, 1 - LOG_LOSS_CLIP)
    loss: np.ndarray = -np.where(truth == 1, np.log(given), np.log1p(-given))
    return loss


def log_loss(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Binary cross-entropy in nats, clipped at 1e-15, the mean over the columns."""
    return float(np.mean(surprise(truth, prediction)))


def balanced_log_loss(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Log loss with both classes weighing the same (Kaggle, ICR); (n,)."""
    loss = surprise(truth, prediction)
    return float(np.mean([np.mean(loss[truth == label]) for label in np.unique(truth)]))


def capped_binomial_deviance(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Log loss to base 10 with probabilities kept within 0.01 to 0.99 (Kaggle)."""
    return float(np.mean(surprise(truth, np.clip(prediction, 0.01, 0.99))) / np.log(10))


def brier(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Mean squared error of the probability (Brier 1950), the mean over the columns."""
    return float(np.mean((truth - prediction) ** 2))


def one_hot(truth: np.ndarray, classes: int) -> np.ndarray:
    """0/1 of shape (n, classes) from class codes."""
    return np.asarray(truth[:, None] == np.arange(classes)[None, :], dtype=float)


def class_distribution(prediction: np.ndarray) -> np.ndarray:
    """The rows rescaled to add up to 1, as Kaggle does before it scores them."""
    if np.any(prediction < 0):
        raise ValueError("a class probability is negative")
    totals = prediction.sum(axis=1, keepdims=True)
    if np.any(totals <= 0):
        raise ValueError("a row of class probabilities adds up to 0")
    return np.asarray(prediction / totals)


def class_surprise(truth: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """-log of the (rescaled, clipped) probability given to each row's true class, shape (n,)."""
    given = class_distribution(prediction)[np.arange(len(truth)), truth.astype(int)]
    loss: np.ndarray = -np.log(np.clip(given, LOG_LOSS_CLIP, 1 - LOG_LOSS_CLIP))
    return loss


def multiclass_log_loss(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Cross-entropy in nats, rows rescaled and clipped at 1e-15 (Kaggle's Multiclass Loss)."""
    return float(np.mean(class_surprise(truth, prediction)))


def balanced_multiclass_log_loss(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Multi-class log loss with every class that occurs weighing the same (Kaggle, PLAsTiCC)."""
    loss = class_surprise(truth, prediction)
    return float(np.mean([np.mean(loss[truth == label]) for label in np.unique(truth)]))


def multiclass_brier(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Squared distance of the (rescaled) distribution from the truth, 0 to 2 (Brier 1950)."""
    apart = class_distribution(prediction) - one_hot(truth, prediction.shape[1])
    return float(np.mean(np.sum(apart**2, axis=1)))


def ranked_probability_score(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Mean squared error of the cumulative distribution over ordered classes (Epstein 1969)."""
    apart = class_distribution(prediction) - one_hot(truth, prediction.shape[1])
    return float(np.mean(np.cumsum(apart, axis=1)[:, :-1] ** 2))
