"""Metrics of quantities: pure functions of numpy arrays, bundled into every solution.

Every function takes ``truth`` and ``prediction`` of one shape, (n,) or (n, targets). With several
targets the score is the plain mean of the columns' scores (scikit-learn's "uniform_average").
Each raises ValueError where it is not defined.
"""

import numpy as np


def rmse(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Root mean squared error; over several targets Kaggle's MCRMSE."""
    return float(np.mean(np.sqrt(np.mean((truth - prediction) ** 2, axis=0))))


def mean_squared_error(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Mean squared error, in squared units of the target."""
    return float(np.mean((truth - prediction) ** 2))


def mean_absolute_error(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Mean absolute error, in units of the target."""
    return float(np.mean(np.abs(truth - prediction)))


def median_absolute_error(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Median of the absolute errors, in units of the target."""
    return float(np.mean(np.median(np.abs(truth - prediction), axis=0)))


def max_error(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Largest absolute error, in units of the target."""
    return float(np.mean(np.max(np.abs(truth - prediction), axis=0)))


def log1p_of_positive(values: np.ndarray, what: str) -> np.ndarray:
    """log(1 + x) of values that may not be negative (Kaggle refuses such a file)."""
    if np.any(values < 0):
        raise ValueError(f"a {what} is negative, and logarithmic errors are not defined there")
    return np.asarray(np.log1p(values))


def rmsle(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Root mean squared logarithmic error, with log(1 + x) as on Kaggle."""
    return rmse(log1p_of_positive(truth, "truth"), log1p_of_positive(prediction, "prediction"))


def mean_squared_log_error(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Mean squared logarithmic error: the square of RMSLE."""
    logs = log1p_of_positive(truth, "truth"), log1p_of_positive(prediction, "prediction")
    return mean_squared_error(*logs)


def mape(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Mean absolute percentage error as a fraction; scikit-learn's floor for a truth of 0."""
    floor = np.finfo(np.float64).eps
    return float(np.mean(np.abs(truth - prediction) / np.maximum(np.abs(truth), floor)))


def smape(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Symmetric MAPE in percent, 0 to 200, and 0 where both are 0 (Kaggle, web traffic)."""
    size = (np.abs(truth) + np.abs(prediction)) / 2
    safe = np.where(size == 0, 1.0, size)
    return float(100 * np.mean(np.abs(truth - prediction) / safe))


def wape(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Weighted absolute percentage error: sum of absolute errors over sum of absolute truths."""
    total = np.sum(np.abs(truth), axis=0)
    if np.any(total == 0):
        raise ValueError("every truth is 0, so there is nothing to weigh the errors by")
    return float(np.mean(np.sum(np.abs(truth - prediction), axis=0) / total))


def rmspe(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Root mean square percentage error; rows with a truth of 0 do not count (Kaggle, Rossmann)."""
    known = truth != 0
    counts = np.sum(known, axis=0)
    if np.any(counts == 0):
        raise ValueError("every truth is 0, so no percentage error is defined")
    relative = np.where(known, (truth - prediction) / np.where(known, truth, 1.0), 0.0)
    return float(np.mean(np.sqrt(np.sum(relative**2, axis=0) / counts)))


def r2(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Coefficient of determination: 1 is perfect, 0 is as good as the mean."""
    spread = np.sum((truth - np.mean(truth, axis=0)) ** 2, axis=0)
    if np.any(spread == 0):
        raise ValueError("every truth is the same, so there is no variance to explain")
    return float(np.mean(1 - np.sum((truth - prediction) ** 2, axis=0) / spread))


def explained_variance(truth: np.ndarray, prediction: np.ndarray) -> float:
    """1 - Var(error) / Var(truth): as R2, but a constant bias is forgiven."""
    spread = np.var(truth, axis=0)
    if np.any(spread == 0):
        raise ValueError("every truth is the same, so there is no variance to explain")
    return float(np.mean(1 - np.var(truth - prediction, axis=0) / spread))


def pinball_loss(truth: np.ndarray, prediction: np.ndarray, quantile: float = 0.5) -> float:
    """Pinball (quantile) loss; the best constant is that quantile of the truth."""
    error = truth - prediction
    return float(np.mean(np.maximum(quantile * error, (quantile - 1) * error)))


def huber_loss(truth: np.ndarray, prediction: np.ndarray, delta: float = 1.0) -> float:
    """Huber loss: half the squared error up to ``delta``, linear beyond (Huber 1964)."""
    error = np.abs(truth - prediction)
    inside = np.minimum(error, delta)
    return float(np.mean(inside**2 / 2 + delta * (error - inside)))


def poisson_deviance(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Mean Poisson deviance, 2 (y log(y/p) - y + p); y >= 0 and p > 0."""
    if np.any(truth < 0) or np.any(prediction <= 0):
        raise ValueError("Poisson deviance needs truths that are not negative, predictions above 0")
    ratio = np.where(truth > 0, truth, 1.0) / np.where(truth > 0, prediction, 1.0)
    return float(np.mean(2 * (truth * np.log(ratio) - truth + prediction)))


def gamma_deviance(truth: np.ndarray, prediction: np.ndarray) -> float:
    """Mean gamma deviance, 2 (log(p/y) + y/p - 1); both above 0."""
    if np.any(truth <= 0) or np.any(prediction <= 0):
        raise ValueError("gamma deviance needs truths and predictions above 0")
    return float(np.mean(2 * (np.log(prediction / truth) + truth / prediction - 1)))


def tweedie_deviance(truth: np.ndarray, prediction: np.ndarray, power: float = 1.5) -> float:
    """Mean Tweedie deviance with 1 < power < 2; truths of 0 allowed, predictions above 0."""
    if np.any(truth < 0) or np.any(prediction <= 0):
        raise ValueError("Tweedie deviance needs truths that are not negative, predictions above 0")
    low, high = 1 - power, 2 - power
    terms = truth**high / (low * high) - truth * prediction**low / low + prediction**high / high
    return float(np.mean(2 * terms))
