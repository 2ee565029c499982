"""The metrics of class labels, as Kaggle names them."""

from collections.abc import Callable
from functools import partial

from agent_core.metrics import scores_labels as labels
from agent_core.metrics.metric import Array, Metric
from agent_core.profile import PredictionKind, Task

ONE_LABEL = (Task.BINARY, Task.MULTICLASS, Task.ORDINAL)
POSITIVE_LABEL = (Task.BINARY, Task.MULTILABEL)
EVERY_LABEL = (*ONE_LABEL, Task.MULTILABEL)


def _labels(
    name: str,
    title: str,
    tasks: tuple[Task, ...],
    score: Callable[[Array, Array], float],
    definition: str,
    *names: str,
) -> Metric:
    """A metric of labels of which more is better."""
    return Metric(name, title, names, True, PredictionKind.LABEL, tasks, score, definition)


def _wrong_labels(
    name: str,
    title: str,
    tasks: tuple[Task, ...],
    score: Callable[[Array, Array], float],
    definition: str,
    *names: str,
) -> Metric:
    """A metric of labels of which less is better."""
    return Metric(name, title, names, False, PredictionKind.LABEL, tasks, score, definition)


def f_beta(beta: float) -> Metric:
    """F-beta of the positive class; ``beta`` above 1 favours recall."""
    if beta == 1:
        return _labels(
            "f1",
            "F1 Score",
            POSITIVE_LABEL,
            labels.f_beta,
            "harmonic mean of precision and recall of the positive class",
            "F1",
            "F-Score",
            "FScore",
            "F-Measure",
            "F1-Measure",
            "Binary F1",
        )
    return _labels(
        f"f{beta:g}",
        f"F{beta:g} Score",
        POSITIVE_LABEL,
        partial(labels.f_beta, beta=beta),
        f"weighted harmonic mean of precision and recall with beta {beta:g}",
        f"F-{beta:g}",
        f"F{beta:g} Measure",
        f"F-beta {beta:g}",
        f"F beta score with beta {beta:g}",
    )


LABEL_METRICS: tuple[Metric, ...] = (
    _labels(
        "accuracy",
        "Categorization Accuracy",
        EVERY_LABEL,
        labels.accuracy,
        "part of the rows that are labelled right",
        "Accuracy",
        "Accuracy Score",
        "Classification Accuracy",
        "Multiclass Accuracy",
        "Percent Correct",
        "Percentage of correct predictions",
        "Exact Match Ratio",
        "Subset Accuracy",
    ),
    _wrong_labels(
        "error_rate",
        "Classification Error",
        EVERY_LABEL,
        labels.error_rate,
        "part of the rows that are labelled wrong",
        "Zero-One Loss",
        "0-1 Loss",
        "Misclassification Rate",
        "Misclassification Error",
        "Error Rate",
        "Categorization Error",
    ),
    _labels(
        "balanced_accuracy",
        "Balanced Accuracy",
        ONE_LABEL,
        labels.balanced_accuracy,
        "mean of the classes' recalls",
        "Balanced Accuracy Score",
        "Macro Recall",
        "Unweighted Average Recall",
        "Mean Per Class Accuracy",
        "Mean Class Accuracy",
        "UAR",
    ),
    f_beta(1),
    f_beta(2),
    f_beta(0.5),
    _labels(
        "f1_macro",
        "Macro F-Score",
        EVERY_LABEL,
        labels.f1_macro,
        "mean of the classes' F1, each class counting the same",
        "Macro F1",
        "Macro F1 Score",
        "F1 Macro",
        "F-Score (Macro)",
        "Macro-averaged F1",
        "Macro-averaged F-Score",
        "F1 Score (Macro Averaged)",
        "F1 with macro averaging",
        "Mean F1 (Macro)",
    ),
    _labels(
        "f1_micro",
        "Micro F-Score",
        EVERY_LABEL,
        labels.f1_micro,
        "F1 of all labels pooled",
        "Micro F1",
        "Micro F1 Score",
        "F1 Micro",
        "F-Score (Micro)",
        "Micro-averaged F1",
        "Micro-averaged F-Score",
    ),
    _labels(
        "f1_weighted",
        "Weighted F1 Score",
        EVERY_LABEL,
        labels.f1_weighted,
        "mean of the classes' F1 weighted by their frequency in the truth",
        "Weighted F1",
        "F1 Weighted",
        "Weighted F-Score",
        "F-Score (Weighted)",
        "Weighted average F1",
    ),
    _labels(
        "f1_samples",
        "Mean F-Score",
        EVERY_LABEL,
        labels.f1_samples,
        "mean of the rows' F1; accuracy where each row has one label",
        "MeanFScore",
        "Mean F1",
        "Mean F1 Score",
        "Samples F1",
        "F1 Samples",
        "Sample-averaged F1",
        "Example-based F1",
    ),
    _labels(
        "precision",
        "Precision",
        POSITIVE_LABEL,
        labels.precision,
        "part of the rows called positive that are",
        "Precision Score",
    ),
    _labels(
        "recall",
        "Recall",
        POSITIVE_LABEL,
        labels.recall,
        "part of the positive rows that are called so",
        "Recall Score",
        "Sensitivity",
        "True Positive Rate",
    ),
    _labels(
        "jaccard",
        "Jaccard Index",
        POSITIVE_LABEL,
        labels.jaccard,
        "intersection over union of the positive class",
        "Jaccard",
        "Jaccard Score",
        "Jaccard Similarity",
        "Intersection over Union",
        "IoU",
    ),
    _labels(
        "mcc",
        "Matthews Correlation Coefficient",
        ONE_LABEL,
        labels.matthews_correlation,
        "correlation of true and predicted classes, from -1 to 1",
        "MCC",
        "Matthews Correlation",
        "Matthew's Correlation Coefficient",
        "Phi Coefficient",
    ),
    _labels(
        "cohen_kappa",
        "Cohen Kappa",
        ONE_LABEL,
        labels.cohen_kappa,
        "agreement of true and predicted classes beyond chance",
        "Cohen's Kappa",
        "Cohen Kappa Score",
        "Kappa",
        "Unweighted Kappa",
    ),
    _labels(
        "linear_weighted_kappa",
        "Linear Weighted Kappa",
        (Task.ORDINAL, Task.MULTICLASS, Task.BINARY),
        labels.linear_kappa,
        "kappa with disagreement counted as the distance of the classes",
        "Linearly Weighted Kappa",
        "Linear Kappa",
        "LWK",
    ),
    _labels(
        "quadratic_weighted_kappa",
        "Quadratic Weighted Kappa",
        (Task.ORDINAL, Task.MULTICLASS, Task.BINARY),
        labels.quadratic_kappa,
        "kappa with disagreement counted as the squared distance of the classes",
        "QuadraticWeightedKappa",
        "QWK",
        "Quadratic Kappa",
        "Quadratically Weighted Kappa",
        "Weighted Kappa",
        "Quadratic Weighted Cohen's Kappa",
        "Cohen's Kappa with quadratic weights",
    ),
    _wrong_labels(
        "hamming_loss",
        "Hamming Loss",
        EVERY_LABEL,
        labels.hamming_loss,
        "part of the single labels that are wrong",
        "Hamming",
    ),
    _labels(
        "mean_columnwise_accuracy",
        "Mean Columnwise Accuracy",
        (Task.MULTILABEL,),
        labels.columnwise_accuracy,
        "mean over the columns of their accuracies",
        "Column-averaged Accuracy",
        "Mean Columnwise Categorization Accuracy",
    ),
)
