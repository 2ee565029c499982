"""The metrics of probabilities, as Kaggle names them."""

from collections.abc import Callable

from agent_core.metrics import scores_probabilities as probabilities
from agent_core.metrics.metric import Array, Metric
from agent_core.metrics.scores_ranking import normalized_gini
from agent_core.profile import PredictionKind, Task

BINARY = (Task.BINARY,)
MULTILABEL = (Task.MULTILABEL,)
SEVERAL_CLASSES = (Task.MULTICLASS, Task.ORDINAL, Task.BINARY)


def _probability(
    name: str,
    title: str,
    tasks: tuple[Task, ...],
    higher_is_better: bool,
    score: Callable[[Array, Array], float],
    definition: str,
    names: tuple[str, ...],
) -> Metric:
    """A metric of the probability of the positive class."""
    kind = PredictionKind.PROBABILITY
    return Metric(name, title, names, higher_is_better, kind, tasks, score, definition)


def _distribution(
    name: str,
    title: str,
    higher_is_better: bool,
    score: Callable[[Array, Array], float],
    definition: str,
    *names: str,
) -> Metric:
    """A metric of one probability per class."""
    kind, tasks = PredictionKind.CLASS_PROBABILITIES, SEVERAL_CLASSES
    return Metric(name, title, names, higher_is_better, kind, tasks, score, definition)


PROBABILITY_METRICS: tuple[Metric, ...] = (
    _probability(
        "roc_auc",
        "Area Under Receiver Operating Characteristic Curve",
        BINARY,
        True,
        probabilities.roc_auc,
        "probability that a positive row is ranked above a negative one",
        (
            "ROC AUC",
            "AUC",
            "AUC ROC",
            "AUROC",
            "ROC",
            "ROC AUC Score",
            "Area Under the Curve",
            "Area Under the ROC Curve",
            "Area Under the ROC",
            "Area Under Curve ROC",
            "Area Under the Receiver Operating Characteristic",
            "Area Under the Receiver Operating Curve",
        ),
    ),
    _probability(
        "mean_columnwise_roc_auc",
        "Mean Columnwise Area Under Receiver Operating Characteristic Curve",
        MULTILABEL,
        True,
        probabilities.roc_auc,
        "mean over the columns of their ROC AUC",
        (
            "Mean Columnwise AUC",
            "Mean Columnwise ROC AUC",
            "MCAUC",
            "Mean AUC",
            "Mean ROC AUC",
            "Column-averaged AUC",
            "Column-averaged ROC AUC",
            "Column-averaged Area Under the ROC Curve",
            "Mean Columnwise Area Under the ROC Curve",
            "Average of the individual AUCs of each predicted column",
        ),
    ),
    _probability(
        "log_loss",
        "Log Loss",
        BINARY,
        False,
        probabilities.log_loss,
        "mean of -log of the probability given to what happened, clipped at 1e-15",
        (
            "LogLoss",
            "Logarithmic Loss",
            "Binary Log Loss",
            "Cross Entropy",
            "Cross Entropy Loss",
            "Binary Cross Entropy",
            "BCE",
        ),
    ),
    _probability(
        "mean_columnwise_log_loss",
        "Mean Columnwise Log Loss",
        MULTILABEL,
        False,
        probabilities.log_loss,
        "mean over the columns of their log loss",
        (
            "MCLogLoss",
            "Column-averaged Log Loss",
            "Mean Columnwise Logarithmic Loss",
            "Multilabel Log Loss",
        ),
    ),
    _probability(
        "balanced_log_loss",
        "Balanced Log Loss",
        BINARY,
        False,
        probabilities.balanced_log_loss,
        "mean over both classes of the log loss of their rows",
        ("Balanced Logarithmic Loss",),
    ),
    _probability(
        "capped_binomial_deviance",
        "Capped Binomial Deviance",
        BINARY,
        False,
        probabilities.capped_binomial_deviance,
        "log loss to base 10 with probabilities kept within 0.01 to 0.99",
        ("Binomial Deviance",),
    ),
    _probability(
        "average_precision",
        "Average Precision",
        BINARY,
        True,
        probabilities.average_precision,
        "sum over thresholds of precision times the gain in recall",
        (
            "Average Precision Score",
            "PR AUC",
            "AUC PR",
            "AUPRC",
            "AUCPR",
            "Precision Recall AUC",
            "Area Under the Precision Recall Curve",
            "Area Under the PR Curve",
        ),
    ),
    _probability(
        "mean_columnwise_average_precision",
        "Mean Columnwise Average Precision",
        MULTILABEL,
        True,
        probabilities.average_precision,
        "mean over the columns of their average precision",
        ("Macro Average Precision", "Column-averaged Average Precision", "cmAP"),
    ),
    _probability(
        "brier",
        "Brier Score",
        (Task.BINARY, Task.MULTILABEL),
        False,
        probabilities.brier,
        "mean squared error of the probability",
        ("Brier", "Brier Score Loss", "Brier Loss"),
    ),
    _probability(
        "normalized_gini",
        "Normalized Gini Index",
        BINARY,
        True,
        normalized_gini,
        "Gini index of the truth sorted by prediction over that of a perfect sort: 2 AUC - 1",
        (
            "Normalized Gini Coefficient",
            "Normalized Gini",
            "Gini",
            "Gini Index",
            "Gini Coefficient",
        ),
    ),
    _distribution(
        "multiclass_log_loss",
        "Multiclass Loss",
        False,
        probabilities.multiclass_log_loss,
        "mean of -log of the probability given to the true class, rows rescaled to add up to 1",
        "Multiclass Log Loss",
        "Multiclass LogLoss",
        "Multiclass Logarithmic Loss",
        "Categorical Cross Entropy",
        "Multiclass Cross Entropy",
        "MLogLoss",
    ),
    _distribution(
        "balanced_multiclass_log_loss",
        "Weighted Multiclass Loss",
        False,
        probabilities.balanced_multiclass_log_loss,
        "mean over the classes of the log loss of their rows",
        "Balanced Multiclass Log Loss",
        "Weighted Multiclass Log Loss",
        "Weighted Multiclass Logarithmic Loss",
        "Weighted Log Loss",
        "Weighted Logarithmic Loss",
    ),
    _distribution(
        "macro_roc_auc_ovr",
        "Macro ROC AUC OvR",
        True,
        probabilities.macro_roc_auc_ovr,
        "mean over the classes of the ROC AUC of each class against the rest",
        "Macro AUC",
        "Macro AUC OvR",
        "Macro ROC AUC",
        "Macro-averaged ROC AUC",
        "Macro-averaged AUC",
        "Multiclass AUC",
        "Multiclass ROC AUC",
        "ROC AUC OvR",
        "One-vs-Rest ROC AUC",
        "ROC AUC (One vs Rest)",
    ),
    _distribution(
        "multiclass_brier",
        "Multiclass Brier Score",
        False,
        probabilities.multiclass_brier,
        "mean over the rows of the squared distance between distribution and truth, 0 to 2",
        "Multiclass Brier",
    ),
    _distribution(
        "ranked_probability_score",
        "Ranked Probability Score",
        False,
        probabilities.ranked_probability_score,
        "mean squared error of the cumulative distribution over ordered classes",
        "RPS",
    ),
)
