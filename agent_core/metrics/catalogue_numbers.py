"""The metrics of quantities, as Kaggle names them."""

from collections.abc import Callable
from functools import partial

from agent_core.metrics import scores_ranking as ranking
from agent_core.metrics import scores_regression as regression
from agent_core.metrics.metric import Array, Metric
from agent_core.profile import PredictionKind, Task

ANY_NUMBER_OF_TARGETS = (Task.REGRESSION, Task.MULTI_TARGET)


def _error(
    name: str, title: str, score: Callable[[Array, Array], float], definition: str, *names: str
) -> Metric:
    """A metric of quantities of which less is better."""
    kind, tasks = PredictionKind.NUMBER, ANY_NUMBER_OF_TARGETS
    return Metric(name, title, names, False, kind, tasks, score, definition)


def _skill(
    name: str, title: str, score: Callable[[Array, Array], float], definition: str, *names: str
) -> Metric:
    """A metric of quantities of which more is better."""
    kind, tasks = PredictionKind.NUMBER, ANY_NUMBER_OF_TARGETS
    return Metric(name, title, names, True, kind, tasks, score, definition)


def _columnwise(
    name: str,
    title: str,
    higher_is_better: bool,
    score: Callable[[Array, Array], float],
    definition: str,
    *names: str,
) -> Metric:
    """A metric that is by its name the mean over several targets."""
    kind, tasks = PredictionKind.NUMBER, (Task.MULTI_TARGET,)
    return Metric(name, title, names, higher_is_better, kind, tasks, score, definition)


def pinball(quantile: float) -> Metric:
    """The pinball loss of ``quantile``, strictly between 0 and 1."""
    return _error(
        "pinball_loss" if quantile == 0.5 else f"pinball_loss_{quantile:g}",
        "Mean Pinball Loss" if quantile == 0.5 else f"Mean Pinball Loss at {quantile:g}",
        partial(regression.pinball_loss, quantile=quantile),
        f"mean of max(q e, (q - 1) e) with e = truth - prediction and q = {quantile:g}",
        *(("Pinball Loss", "Pinball", "Quantile Loss") if quantile == 0.5 else ()),
    )


def tweedie(power: float) -> Metric:
    """The Tweedie deviance of ``power``, strictly between 1 and 2."""
    return _error(
        "tweedie_deviance" if power == 1.5 else f"tweedie_deviance_{power:g}",
        "Mean Tweedie Deviance" if power == 1.5 else f"Mean Tweedie Deviance of power {power:g}",
        partial(regression.tweedie_deviance, power=power),
        f"mean Tweedie deviance with variance power {power:g}; predictions above 0",
        *(("Tweedie Deviance", "Tweedie Loss", "D2 Tweedie") if power == 1.5 else ()),
    )


NUMBER_METRICS: tuple[Metric, ...] = (
    _error(
        "rmse",
        "Root Mean Squared Error",
        regression.rmse,
        "square root of the mean squared error",
        "RMSE",
        "Root Mean Square Deviation",
        "RMSD",
    ),
    _error(
        "rmsle",
        "Root Mean Squared Logarithmic Error",
        regression.rmsle,
        "square root of the mean of (log(1 + prediction) - log(1 + truth))^2",
        "RMSLE",
        "Root Mean Squared Log Error",
    ),
    _error(
        "mse",
        "Mean Squared Error",
        regression.mean_squared_error,
        "mean of (truth - prediction)^2",
        "MSE",
        "L2 Loss",
    ),
    _error(
        "msle",
        "Mean Squared Logarithmic Error",
        regression.mean_squared_log_error,
        "mean of (log(1 + prediction) - log(1 + truth))^2",
        "MSLE",
        "Mean Squared Log Error",
    ),
    _error(
        "mae",
        "Mean Absolute Error",
        regression.mean_absolute_error,
        "mean of |truth - prediction|",
        "MAE",
        "Mean Absolute Deviation",
        "L1 Loss",
    ),
    _error(
        "medae",
        "Median Absolute Error",
        regression.median_absolute_error,
        "median of |truth - prediction|",
        "MedAE",
        "MdAE",
    ),
    _error(
        "max_error",
        "Max Error",
        regression.max_error,
        "largest |truth - prediction|",
        "Maximum Error",
        "Maximum Absolute Error",
    ),
    _error(
        "mape",
        "Mean Absolute Percentage Error",
        regression.mape,
        "mean of |truth - prediction| / |truth|, a fraction",
        "MAPE",
        "Mean Absolute Percent Error",
    ),
    _error(
        "smape",
        "Symmetric Mean Absolute Percentage Error",
        regression.smape,
        "mean of 200 |truth - prediction| / (|truth| + |prediction|), 0 where both are 0",
        "SMAPE",
        "Symmetric Mean Absolute Percent Error",
        "Symmetric MAPE",
    ),
    _error(
        "wape",
        "Weighted Absolute Percentage Error",
        regression.wape,
        "sum of |truth - prediction| over the sum of |truth|",
        "WAPE",
        "WMAPE",
        "Weighted Mean Absolute Percentage Error",
    ),
    _error(
        "rmspe",
        "Root Mean Square Percentage Error",
        regression.rmspe,
        "square root of the mean of ((truth - prediction) / truth)^2 where the truth is not 0",
        "RMSPE",
        "Root Mean Squared Percentage Error",
        "Root Mean Squared Percent Error",
    ),
    _skill(
        "r2",
        "R2 Score",
        regression.r2,
        "1 - (sum of squared errors) / (sum of squared deviations from the mean truth)",
        "R2",
        "R Squared",
        "R^2",
        "Coefficient of Determination",
    ),
    _skill(
        "explained_variance",
        "Explained Variance",
        regression.explained_variance,
        "1 - variance of the errors / variance of the truth",
        "Explained Variance Score",
    ),
    _error(
        "huber_loss",
        "Huber Loss",
        regression.huber_loss,
        "half the squared error up to 1, growing linearly beyond",
        "Huber",
    ),
    _error(
        "poisson_deviance",
        "Mean Poisson Deviance",
        regression.poisson_deviance,
        "mean of 2 (y log(y / p) - y + p); predictions above 0",
        "Poisson Deviance",
        "Poisson Loss",
    ),
    _error(
        "gamma_deviance",
        "Mean Gamma Deviance",
        regression.gamma_deviance,
        "mean of 2 (log(p / y) + y / p - 1); all above 0",
        "Gamma Deviance",
    ),
    tweedie(1.5),
    pinball(0.5),
    _skill(
        "pearson",
        "Pearson Correlation",
        ranking.pearson,
        "Pearson's linear correlation of truth and prediction",
        "Pearson Correlation Coefficient",
        "Pearson's r",
        "PearsonR",
        "Pearson",
        "Correlation Coefficient",
    ),
    _skill(
        "spearman",
        "Spearman Correlation",
        ranking.spearman,
        "Spearman's rank correlation of truth and prediction",
        "Spearman Rank Correlation",
        "Spearman's Rank Correlation Coefficient",
        "Spearman Correlation Coefficient",
        "Spearman's rho",
        "Spearman's correlation",
        "SpearmanR",
        "Spearman",
    ),
    Metric(
        "normalized_gini_regression",
        "Normalized Gini Index of a quantity",
        ("Normalized Gini Coefficient of a quantity",),
        True,
        PredictionKind.NUMBER,
        (Task.REGRESSION,),
        ranking.normalized_gini,
        "Gini index of the truth sorted by prediction over that of a perfect sort",
    ),
    _columnwise(
        "mcrmse",
        "Mean Columnwise Root Mean Squared Error",
        False,
        regression.rmse,
        "mean over the targets of their root mean squared errors",
        "MCRMSE",
        "Mean Columnwise RMSE",
        "Column-averaged RMSE",
    ),
    _columnwise(
        "mean_columnwise_mae",
        "Mean Columnwise Mean Absolute Error",
        False,
        regression.mean_absolute_error,
        "mean over the targets of their mean absolute errors",
        "Mean Columnwise MAE",
        "MCMAE",
        "Mean Columnwise Absolute Error",
    ),
    _columnwise(
        "mean_columnwise_rmsle",
        "Mean Columnwise Root Mean Squared Logarithmic Error",
        False,
        regression.rmsle,
        "mean over the targets of their root mean squared logarithmic errors",
        "Mean Columnwise RMSLE",
        "MCRMSLE",
    ),
    _columnwise(
        "mean_columnwise_r2",
        "Mean Columnwise R2",
        True,
        regression.r2,
        "mean over the targets of their coefficients of determination",
        "Column-averaged R2",
    ),
    _columnwise(
        "mean_columnwise_spearman",
        "Mean Columnwise Spearman Correlation",
        True,
        ranking.spearman,
        "mean over the targets of their rank correlations",
        "MCSpearmanR",
        "Mean Columnwise Spearman's Rank Correlation Coefficient",
        "Mean Columnwise Spearman's correlation coefficient",
        "Mean Columnwise Spearman Rank Correlation",
    ),
)
