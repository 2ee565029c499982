import pytest

from agent_core.metrics.mentions import metric_in_text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Submissions are evaluated on the area under the ROC curve.", "roc_auc"),
        ("scored by the root mean squared logarithmic error of count", "rmsle"),
        (
            "RMSE between the logarithm of the predicted value and the observed sales price.",
            "rmsle",
        ),
        ("Submissions are scored by quadratic weighted kappa.", "quadratic_weighted_kappa"),
        (
            "Submissions are scored with the macro-averaged F1, the mean of both F1 scores",
            "f1_macro",
        ),
        ("The evaluation is on Mean F1-Score, with macro averaging", "f1_macro"),
        ("Evaluated using MAP@3.", "map_at_3"),
        ("Evaluated according to the Mean Average Precision @ 5 (MAP@5):", "map_at_5"),
        ("using the multi-class logarithmic loss (mlogloss)", "multiclass_log_loss"),
        ("evaluated on the mean column-wise ROC AUC.", "mean_columnwise_roc_auc"),
        ("Submissions are evaluated using the R² score", "r2"),
        ("The score is the percentage of rows predicted correctly (accuracy).", "accuracy"),
        (
            "evaluated on mean columnwise root mean squared error (MCRMSE): the RMSE of each",
            "mcrmse",
        ),
        ("The metric is the area under the precision-recall curve", "average_precision"),
    ],
)
def test_the_metric_of_a_description_is_found(text: str, name: str) -> None:
    metric = metric_in_text(text)
    assert metric is not None
    assert metric.name == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Predict the price of each house.",
        "The columns f1 and f2 give the accuracy of the sensor, r its precision.",
        "Submissions are evaluated on the weighted mean absolute error.",
        "Submissions are scored by the logarithm of the root mean squared error.",
    ],
)
def test_no_metric_is_guessed_from_words_that_do_not_name_it(text: str) -> None:
    assert metric_in_text(text) is None


def test_a_sentence_about_scoring_counts_more_than_a_longer_name_elsewhere() -> None:
    text = (
        "In an earlier paper the mean absolute percentage error was reported.\n"
        "Submissions are evaluated on log loss."
    )
    metric = metric_in_text(text)
    assert metric is not None
    assert metric.name == "log_loss"
