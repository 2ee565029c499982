"""Metrics of class labels: pure functions of numpy arrays, bundled into every solution.

``truth`` and ``prediction`` are class codes of shape (n,), or 0/1 of shape (n, targets) for
multi-label tasks. In a binary task code 1 is the positive class. Averages over classes take every
class that occurs in the truth or the prediction, as scikit-learn does.
"""

import numpy as np


def accuracy(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Part of the rows that are right; a multi-label row is right where all its columns are."""
    return float(np.mean(np.all((truth == prediction).reshape(len(truth), -1), axis=1)))


def error_rate(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Part of the rows that are wrong (zero-one loss)."""
    return 1.0 - accuracy(truth, prediction)


def hamming_loss(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Part of the single labels that are wrong."""
    return float(np.mean(truth != prediction))


def columnwise_accuracy(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Part of the single labels that are right: the mean of the columns' accuracies."""
    return float(np.mean(truth == prediction))


def class_counts(truth: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """Per class: right ones, true ones, predicted ones; shape (3, classes) or (3, targets)."""
    if truth.ndim == 2:
        real, guess = truth == 1, prediction == 1
        return np.stack([(real & guess).sum(0), real.sum(0), guess.sum(0)]).astype(float)
    classes, codes = np.unique(np.concatenate([truth, prediction]), return_inverse=True)
    real, guess = codes[: len(truth)], codes[len(truth) :]
    sizes = [
        np.bincount(part, minlength=len(classes)) for part in (real[real == guess], real, guess)
    ]
    return np.stack(sizes).astype(float)


def positive_counts(truth: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """`class_counts` of the positive class, shape (3, 1), or of every column."""
    if truth.ndim == 2:
        return class_counts(truth, prediction)
    return class_counts(truth[:, None], prediction[:, None])


def divide_or_zero(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """``above / below``, and 0 where there is nothing to divide by (``zero_division=0``)."""
    return np.where(below == 0, 0.0, above / np.where(below == 0, 1.0, below))


def f_of_counts(counts: np.ndarray, beta: float = 1.0) -> np.ndarray:
    """F-beta of each class from its right, true and predicted ones."""
    right, real, guess = counts
    return divide_or_zero((1 + beta**2) * right, beta**2 * real + guess)


def f_beta(truth: np.ndarray, prediction: np.ndarray, beta: float = 1.0) -> float:
    """F-beta of the positive class; the mean over the columns of a multi-label task."""
    return float(np.mean(f_of_counts(positive_counts(truth, prediction), beta)))


def f1_macro(truth: np.ndarray, prediction: np.ndarray, beta: float = 1.0) -> float:
    """Mean of the classes' F-beta (F1 unless told otherwise), each class counting the same."""
    return float(np.mean(f_of_counts(class_counts(truth, prediction), beta)))


def f1_micro(truth: np.ndarray, prediction: np.ndarray) -> float:
    """F1 of all labels pooled; for one label per row it equals accuracy."""
    return float(f_of_counts(class_counts(truth, prediction).sum(axis=1)))


def f1_weighted(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Mean of the classes' F1 weighted by how often each occurs in the truth."""
    counts = class_counts(truth, prediction)
    return float(np.sum(divide_or_zero(f_of_counts(counts) * counts[1], counts[1].sum())))


def f1_samples(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Mean of the rows' F1 (Kaggle's Mean F-Score); for one label per row it equals accuracy."""
    if truth.ndim == 1:
        return accuracy(truth, prediction)
    return float(np.mean(f_of_counts(class_counts(truth.T, prediction.T))))


def precision(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Part of the rows called positive that are."""
    right, _, guess = positive_counts(truth, prediction)
    return float(np.mean(divide_or_zero(right, guess)))


def recall(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Part of the positive rows that are called so."""
    right, real, _ = positive_counts(truth, prediction)
    return float(np.mean(divide_or_zero(right, real)))


def jaccard(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Intersection over union of the positive class; the mean over multi-label columns."""
    right, real, guess = positive_counts(truth, prediction)
    return float(np.mean(divide_or_zero(right, real + guess - right)))


def balanced_accuracy(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Mean recall of the classes that occur in the truth."""
    right, real, _ = class_counts(truth, prediction)
    return float(np.mean(right[real > 0] / real[real > 0]))


def matthews_correlation(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Matthews correlation coefficient for any number of classes (Gorodkin 2004); (n,) only.

    0 where either side is constant, as in scikit-learn.
    """
    right, real, guess = class_counts(truth, prediction)
    rows = float(len(truth))
    spread = (rows**2 - np.sum(real**2)) * (rows**2 - np.sum(guess**2))
    if spread == 0:
        return 0.0
    return float((np.sum(right) * rows - np.sum(real * guess)) / np.sqrt(spread))


def kappa_from_disagreement(truth: np.ndarray, prediction: np.ndarray, power: int) -> float:
    """Weighted kappa with disagreement ``|i - j| ** power`` of class codes (Cohen 1968).

    0 where chance alone would agree fully (both sides constant and equal).
    """
    real, real_size = np.unique(truth, return_counts=True)
    guess, guess_size = np.unique(prediction, return_counts=True)
    apart = np.abs(real[:, None] - guess[None, :])
    weight = (apart != 0) if power == 0 else apart**power
    expected = float(real_size @ weight @ guess_size) / len(truth)
    seen = np.abs(truth - prediction)
    observed = float(np.sum((seen != 0) if power == 0 else seen**power))
    return 0.0 if expected == 0 else 1 - observed / expected


def cohen_kappa(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Cohen's kappa: agreement beyond chance; (n,) only."""
    return kappa_from_disagreement(truth, prediction, 0)


def linear_kappa(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Linearly weighted kappa of ordered class codes; (n,) only."""
    return kappa_from_disagreement(truth, prediction, 1)


def quadratic_kappa(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Quadratically weighted kappa of ordered class codes; (n,) only."""
    return kappa_from_disagreement(truth, prediction, 2)
