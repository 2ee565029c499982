import subprocess
import sys

import pytest

from agent_core.metrics import METRICS, find_metric
from agent_core.metrics.registry import fitting_metric, metric_keys, near_names
from agent_core.profile import PredictionKind, Task

KAGGLE_NAMES = {
    "Categorization Accuracy": "accuracy",
    "CategorizationAccuracy": "accuracy",
    "accuracy score": "accuracy",
    "Root Mean Squared Error": "rmse",
    "RootMeanSquaredError": "rmse",
    "Root Mean Square Error": "rmse",
    "Root Mean Squared Error (RMSE)": "rmse",
    "RMSE (lower is better)": "rmse",
    "Root Mean Squared Logarithmic Error": "rmsle",
    "Root Mean Squared Log Error": "rmsle",
    "rmsle": "rmsle",
    "Mean Squared Error": "mse",
    "Mean Squared Log Error": "msle",
    "Mean Absolute Error": "mae",
    "Median Absolute Error": "medae",
    "MAPE": "mape",
    "SMAPE": "smape",
    "Root Mean Square Percentage Error": "rmspe",
    "R2 Score": "r2",
    "R²": "r2",
    "Area Under Receiver Operating Characteristic Curve": "roc_auc",
    "AUC": "roc_auc",
    "ROC AUC": "roc_auc",
    "roc-auc": "roc_auc",
    "AUC - ROC": "roc_auc",
    "Mean Columnwise AUC": "mean_columnwise_roc_auc",
    "Mean Columnwise Log Loss": "mean_columnwise_log_loss",
    "Log Loss": "log_loss",
    "LogLoss": "log_loss",
    "Multiclass Loss": "multiclass_log_loss",
    "Multi-class logarithmic loss": "multiclass_log_loss",
    "weighted log loss": "balanced_multiclass_log_loss",
    "QuadraticWeightedKappa": "quadratic_weighted_kappa",
    "Cohen's kappa": "cohen_kappa",
    "Linear Weighted Kappa": "linear_weighted_kappa",
    "Macro F-Score": "f1_macro",
    "F1 Score (macro)": "f1_macro",
    "F-Score": "f1",
    "F1": "f1",
    "F1-Score": "f1",
    "Mean F-Score": "f1_samples",
    "MeanFScore": "f1_samples",
    "Micro F1": "f1_micro",
    "Samples F1": "f1_samples",
    "Weighted F1": "f1_weighted",
    "Mean Columnwise Root Mean Squared Error": "mcrmse",
    "MCRMSE": "mcrmse",
    "Mean Columnwise MAE": "mean_columnwise_mae",
    "Normalized Gini Index": "normalized_gini",
    "normalised gini coefficient": "normalized_gini",
    "Matthews Correlation Coefficient": "mcc",
    "Balanced Accuracy": "balanced_accuracy",
    "Hamming loss": "hamming_loss",
    "Brier score": "brier",
    "Average precision": "average_precision",
    "PR AUC": "average_precision",
    "Macro AUC OvR": "macro_roc_auc_ovr",
    "Spearman's rank correlation coefficient": "spearman",
    "Pearson correlation": "pearson",
    "Top-3 accuracy": "top_3_accuracy",
    "MAP@K": "map_at_k",
    "MAP@{K}": "map_at_k",
    "MAP@3": "map_at_3",
}


@pytest.mark.parametrize(("name", "expected"), KAGGLE_NAMES.items())
def test_a_display_name_finds_its_metric(name: str, expected: str) -> None:
    for spelling in (name, name.lower(), name.upper(), f"  {name} "):
        metric = find_metric(spelling)
        assert metric is not None, spelling
        assert metric.name == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MAP@7", "map_at_7"),
        ("map_at_7", "map_at_7"),
        ("Mean Average Precision at 12", "map_at_12"),
        ("NDCG@10", "ndcg_at_10"),
        ("Top-10 accuracy", "top_10_accuracy"),
        ("Recall@20", "top_20_accuracy"),
        ("F2", "f2"),
        ("F0.5 score", "f0.5"),
        ("F1.5", "f1.5"),
        ("F-beta 3", "f3"),
        ("Pinball Loss at 0.9", "pinball_loss_0.9"),
        ("pinball_loss_0.9", "pinball_loss_0.9"),
        ("Tweedie deviance 1.9", "tweedie_deviance_1.9"),
    ],
)
def test_a_name_with_a_number_makes_its_metric(name: str, expected: str) -> None:
    metric = find_metric(name)
    assert metric is not None
    assert metric.name == expected
    again = find_metric(metric.name)
    assert again is not None
    assert again.name == expected


@pytest.mark.parametrize(
    "name",
    [
        "",
        "score",
        "metric",
        "Error",
        "Loss",
        "F",
        "Weighted Mean Absolute Error",
        "Weighted Root Mean Squared Scaled Error",
        "Root Mean Squared Error of logarithms and squares",
        "Log Loss (weighted)",
        "RMSE / MAE",
        "Mean Squared Error (RMSE)",
        "MAP@0",
        "pinball loss at 1.5",
        "Tweedie deviance 3",
        "Levenshtein mean",
        "精度",
    ],
)
def test_an_unknown_or_contradictory_name_finds_nothing(name: str) -> None:
    assert find_metric(name) is None


def test_every_metric_is_found_by_its_own_names() -> None:
    assert len(METRICS) >= 60
    for name, metric in METRICS.items():
        assert metric.name == name
        for alias in (metric.name, metric.title, *metric.names):
            assert find_metric(alias) is metric, alias


def test_every_metric_is_described() -> None:
    for metric in METRICS.values():
        assert metric.definition
        assert metric.tasks
        assert metric.score.__doc__


def test_a_key_belongs_to_one_metric() -> None:
    assert len(metric_keys()) > 200


def test_near_names_help_after_a_slip_of_the_pen() -> None:
    assert "Root Mean Squared Logarithmic Error" in near_names("Root Mean Sqared Logarithmic Eror")
    assert near_names("qqqqqqqqqqqqqqq") == ()
    assert len(near_names("mean error", at_most=2)) == 2


@pytest.mark.parametrize(
    ("name", "task", "kind", "expected"),
    [
        ("log_loss", Task.BINARY, PredictionKind.PROBABILITY, "log_loss"),
        ("log_loss", Task.MULTICLASS, PredictionKind.CLASS_PROBABILITIES, "multiclass_log_loss"),
        ("log_loss", Task.MULTILABEL, PredictionKind.PROBABILITY, "mean_columnwise_log_loss"),
        ("roc_auc", Task.MULTICLASS, PredictionKind.CLASS_PROBABILITIES, "macro_roc_auc_ovr"),
        ("roc_auc", Task.MULTILABEL, PredictionKind.PROBABILITY, "mean_columnwise_roc_auc"),
        ("f1", Task.MULTICLASS, PredictionKind.LABEL, "f1_macro"),
        ("normalized_gini", Task.REGRESSION, PredictionKind.NUMBER, "normalized_gini_regression"),
        ("rmse", Task.MULTI_TARGET, PredictionKind.NUMBER, "rmse"),
        ("mcrmse", Task.REGRESSION, PredictionKind.NUMBER, "rmse"),
        ("rmse", Task.BINARY, PredictionKind.LABEL, None),
    ],
)
def test_a_family_gives_the_member_that_fits(
    name: str, task: Task, kind: PredictionKind, expected: str | None
) -> None:
    metric = fitting_metric(METRICS[name], task, kind)
    assert (metric.name if metric else None) == expected


def test_importing_the_registry_is_light() -> None:
    heavy = "('pandas', 'scipy', 'sklearn')"
    code = f"import sys, agent_core.metrics; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
