"""Every metric against scikit-learn, scipy or a value worked out by hand."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as oracle

from agent_core.metrics import METRICS, find_metric

RANDOM = np.random.default_rng(7)
ROWS = 240

TRUTH = RANDOM.gamma(2.0, 3.0, ROWS) + 0.1
GUESS = np.abs(TRUTH + RANDOM.normal(0, 1.5, ROWS)) + 0.05
TRUTHS = np.column_stack([TRUTH, TRUTH[::-1] * 2, RANDOM.random(ROWS) + 0.1])
GUESSES = np.column_stack([GUESS, GUESS[::-1] * 2 + 0.3, RANDOM.random(ROWS) + 0.1])

CODES = RANDOM.choice(5, ROWS, p=[0.4, 0.3, 0.15, 0.1, 0.05]).astype(float)
CODES_GUESSED = np.where(RANDOM.random(ROWS) < 0.6, CODES, RANDOM.integers(0, 5, ROWS)).astype(
    float
)
YES = (RANDOM.random(ROWS) < 0.3).astype(float)
YES_GUESSED = np.where(RANDOM.random(ROWS) < 0.8, YES, 1 - YES)
PROBABILITY = np.round(np.clip(0.3 * YES + 0.7 * RANDOM.random(ROWS), 0, 1), 2)
TAGS = (RANDOM.random((ROWS, 4)) < 0.4).astype(float)
TAGS_GUESSED = np.where(RANDOM.random((ROWS, 4)) < 0.7, TAGS, 1 - TAGS)
TAG_PROBABILITIES = np.round(np.clip(0.3 * TAGS + 0.7 * RANDOM.random((ROWS, 4)), 0, 1), 2)
DISTRIBUTION = RANDOM.dirichlet(np.ones(5), ROWS) * 0.7 + 0.3 * np.eye(5)[CODES.astype(int)]

Score = Callable[[np.ndarray, np.ndarray], float]


def score(name: str, truth: object, prediction: object) -> float:
    metric = find_metric(name)
    assert metric is not None
    return metric.score(np.asarray(truth, dtype=float), np.asarray(prediction, dtype=float))


def columnwise(measure: Score) -> Score:
    return lambda truth, guess: float(
        np.mean([measure(truth[:, place], guess[:, place]) for place in range(truth.shape[1])])
    )


NUMBERS: dict[str, Score] = {
    "rmse": oracle.root_mean_squared_error,
    "rmsle": oracle.root_mean_squared_log_error,
    "mse": oracle.mean_squared_error,
    "msle": oracle.mean_squared_log_error,
    "mae": oracle.mean_absolute_error,
    "medae": oracle.median_absolute_error,
    "mape": oracle.mean_absolute_percentage_error,
    "r2": oracle.r2_score,
    "explained_variance": oracle.explained_variance_score,
    "max_error": columnwise(oracle.max_error),
    "poisson_deviance": columnwise(oracle.mean_poisson_deviance),
    "gamma_deviance": columnwise(oracle.mean_gamma_deviance),
    "tweedie_deviance": columnwise(lambda t, p: oracle.mean_tweedie_deviance(t, p, power=1.5)),
    "tweedie_deviance_1.2": columnwise(lambda t, p: oracle.mean_tweedie_deviance(t, p, power=1.2)),
    "pinball_loss": oracle.mean_pinball_loss,
    "pinball_loss_0.9": lambda t, p: oracle.mean_pinball_loss(t, p, alpha=0.9),
    "pearson": columnwise(lambda t, p: stats.pearsonr(t, p).statistic),
    "spearman": columnwise(lambda t, p: stats.spearmanr(t, p).statistic),
    "mcrmse": columnwise(oracle.root_mean_squared_error),
    "mean_columnwise_mae": columnwise(oracle.mean_absolute_error),
    "mean_columnwise_rmsle": columnwise(oracle.root_mean_squared_log_error),
    "mean_columnwise_r2": columnwise(oracle.r2_score),
    "mean_columnwise_spearman": columnwise(lambda t, p: stats.spearmanr(t, p).statistic),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_quantities_agree_with_the_oracle(name: str) -> None:
    expected = NUMBERS[name](TRUTHS, GUESSES)
    assert score(name, TRUTHS, GUESSES) == pytest.approx(expected, rel=1e-9)
    one = NUMBERS[name](TRUTH[:, None], GUESS[:, None])
    assert score(name, TRUTH, GUESS) == pytest.approx(one, rel=1e-9)


ONE_LABEL: dict[str, Score] = {
    "accuracy": oracle.accuracy_score,
    "error_rate": oracle.zero_one_loss,
    "balanced_accuracy": oracle.balanced_accuracy_score,
    "f1_macro": lambda t, p: oracle.f1_score(t, p, average="macro"),
    "f1_micro": lambda t, p: oracle.f1_score(t, p, average="micro"),
    "f1_weighted": lambda t, p: oracle.f1_score(t, p, average="weighted"),
    "f1_samples": oracle.accuracy_score,
    "mcc": oracle.matthews_corrcoef,
    "cohen_kappa": oracle.cohen_kappa_score,
    "linear_weighted_kappa": lambda t, p: oracle.cohen_kappa_score(t, p, weights="linear"),
    "quadratic_weighted_kappa": lambda t, p: oracle.cohen_kappa_score(t, p, weights="quadratic"),
    "hamming_loss": oracle.hamming_loss,
}


@pytest.mark.parametrize("name", ONE_LABEL)
def test_single_labels_agree_with_the_oracle(name: str) -> None:
    several = ONE_LABEL[name](CODES, CODES_GUESSED)
    assert score(name, CODES, CODES_GUESSED) == pytest.approx(several)
    assert score(name, YES, YES_GUESSED) == pytest.approx(ONE_LABEL[name](YES, YES_GUESSED))


POSITIVE: dict[str, Callable[..., float]] = {
    "f1": oracle.f1_score,
    "f2": lambda t, p, **more: oracle.fbeta_score(t, p, beta=2, **more),
    "f0.5": lambda t, p, **more: oracle.fbeta_score(t, p, beta=0.5, **more),
    "f3": lambda t, p, **more: oracle.fbeta_score(t, p, beta=3, **more),
    "precision": oracle.precision_score,
    "recall": oracle.recall_score,
    "jaccard": oracle.jaccard_score,
}


@pytest.mark.parametrize("name", POSITIVE)
def test_positive_labels_agree_with_the_oracle(name: str) -> None:
    assert score(name, YES, YES_GUESSED) == pytest.approx(POSITIVE[name](YES, YES_GUESSED))
    tags = POSITIVE[name](TAGS, TAGS_GUESSED, average="macro")
    assert score(name, TAGS, TAGS_GUESSED) == pytest.approx(tags)


SEVERAL_LABELS: dict[str, Score] = {
    "accuracy": oracle.accuracy_score,
    "error_rate": oracle.zero_one_loss,
    "hamming_loss": oracle.hamming_loss,
    "mean_columnwise_accuracy": columnwise(oracle.accuracy_score),
    "f1_macro": lambda t, p: oracle.f1_score(t, p, average="macro"),
    "f1_micro": lambda t, p: oracle.f1_score(t, p, average="micro"),
    "f1_weighted": lambda t, p: oracle.f1_score(t, p, average="weighted"),
    "f1_samples": lambda t, p: oracle.f1_score(t, p, average="samples", zero_division=0),
}


@pytest.mark.parametrize("name", SEVERAL_LABELS)
def test_several_labels_agree_with_the_oracle(name: str) -> None:
    expected = SEVERAL_LABELS[name](TAGS, TAGS_GUESSED)
    assert score(name, TAGS, TAGS_GUESSED) == pytest.approx(expected)


PROBABILITIES: dict[str, Score] = {
    "roc_auc": oracle.roc_auc_score,
    "average_precision": oracle.average_precision_score,
    "log_loss": oracle.log_loss,
    "brier": oracle.brier_score_loss,
    "normalized_gini": lambda t, p: 2 * oracle.roc_auc_score(t, p) - 1,
    "balanced_log_loss": lambda t, p: oracle.log_loss(
        t, p, sample_weight=np.where(t == 1, 1 / t.sum(), 1 / (1 - t).sum())
    ),
    "capped_binomial_deviance": lambda t, p: (
        oracle.log_loss(t, np.clip(p, 0.01, 0.99)) / np.log(10)
    ),
}


@pytest.mark.parametrize("name", PROBABILITIES)
def test_probabilities_agree_with_the_oracle(name: str) -> None:
    inside = np.clip(PROBABILITY, 0.001, 0.999)
    assert score(name, YES, inside) == pytest.approx(PROBABILITIES[name](YES, inside))


@pytest.mark.parametrize("name", ["roc_auc", "average_precision", "log_loss"])
def test_columnwise_probabilities_are_the_mean_of_the_columns(name: str) -> None:
    inside = np.clip(TAG_PROBABILITIES, 0.001, 0.999)
    expected = columnwise(PROBABILITIES[name])(TAGS, inside)
    assert score(f"mean_columnwise_{name}", TAGS, inside) == pytest.approx(expected)


DISTRIBUTIONS: dict[str, Score] = {
    "multiclass_log_loss": oracle.log_loss,
    "macro_roc_auc_ovr": lambda t, p: oracle.roc_auc_score(t, p, multi_class="ovr"),
    "multiclass_brier": lambda t, p: float(np.mean(np.sum((p - np.eye(5)[t.astype(int)]) ** 2, 1))),
    "balanced_multiclass_log_loss": lambda t, p: oracle.log_loss(
        t, p, sample_weight=1 / np.bincount(t.astype(int))[t.astype(int)]
    ),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_distributions_agree_with_the_oracle(name: str) -> None:
    expected = DISTRIBUTIONS[name](CODES, DISTRIBUTION)
    assert score(name, CODES, DISTRIBUTION) == pytest.approx(expected)


BY_HAND = [
    ("smape", [100, 0, 50], [50, 0, 50], 200 / 9),
    ("wape", [10, 20, 30], [12, 18, 36], 10 / 60),
    ("rmspe", [100, 0, 50], [110, 5, 40], np.sqrt((0.01 + 0.04) / 2)),
    ("mape", [100, 50], [110, 40], 0.15),
    ("huber_loss", [0, 0], [0.5, 3], (0.125 + 2.5) / 2),
    ("poisson_deviance", [0, 1], [1, 1], 1.0),
    ("normalized_gini_regression", [1, 2, 3, 4], [1, 2, 3, 4], 1.0),
    ("normalized_gini_regression", [1, 2, 3, 4], [4, 3, 2, 1], -1.0),
    ("normalized_gini_regression", [1, 2, 3, 4], [5, 5, 5, 5], 0.0),
    ("normalized_gini_regression", [1, 2, 4], [1, 3, 2], 1 / 3),
    ("ranked_probability_score", [0, 2], [[0.5, 0.5, 0], [0, 0, 1]], 0.0625),
    (
        "map_at_3",
        [0, 1, 2, 3],
        [[0, 1, 2], [0, 1, 2], [0, 1, 2], [0, 1, -1]],
        (1 + 0.5 + 1 / 3) / 4,
    ),
    ("map_at_2", [2, 1], [[0, 1, 2], [1, 0, 2]], 0.5),
    ("map_at_k", [2, 1], [[0, 1, 2], [1, 0, 2]], (1 / 3 + 1) / 2),
    ("map_at_3", [1], [[1, 1, 1]], 1.0),
    ("ndcg_at_5", [0, 1, 2], [[0, 1], [0, 1], [0, 1]], (1 + 1 / np.log2(3)) / 3),
    ("ndcg_at_k", [1], [[0, 1]], 1 / np.log2(3)),
    ("top_3_accuracy", [0, 1, 2, 3], [[0, 1, 2, 3]] * 4, 0.75),
    ("top_5_accuracy", [0, 9], [[0, 1, 2, 3]] * 2, 0.5),
    ("log_loss", [1, 0], [0, 0], -np.log(1e-15) / 2),
    ("multiclass_log_loss", [0, 1], [[2, 2], [0, 8]], np.log(2) / 2),
    ("quadratic_weighted_kappa", [1, 1], [1, 1], 0.0),
    ("mcc", [1, 0, 1], [1, 1, 1], 0.0),
    ("f1", [0, 0], [0, 0], 0.0),
    ("f1_macro", [0, 1, 1], [0, 0, 0], 0.25),
    ("pearson", [1, 2, 3], [2, 2, 2], 0.0),
]


@pytest.mark.parametrize(("name", "truth", "prediction", "expected"), BY_HAND)
def test_values_worked_out_by_hand(
    name: str, truth: object, prediction: object, expected: float
) -> None:
    assert score(name, truth, prediction) == pytest.approx(expected)


UNDEFINED = [
    ("rmsle", [1, 2], [1, -0.1]),
    ("rmsle", [-1, 2], [1, 1]),
    ("msle", [1, 2], [1, -0.1]),
    ("wape", [0, 0], [1, 2]),
    ("rmspe", [0, 0], [1, 2]),
    ("r2", [3, 3], [3, 4]),
    ("explained_variance", [3, 3], [3, 4]),
    ("poisson_deviance", [1, 2], [0, 1]),
    ("poisson_deviance", [-1, 2], [1, 1]),
    ("gamma_deviance", [0, 2], [1, 1]),
    ("tweedie_deviance", [0, 2], [0, 1]),
    ("pearson", [1, 1], [1, 2]),
    ("spearman", [], []),
    ("normalized_gini", [1, 1], [0.1, 0.2]),
    ("roc_auc", [1, 1], [0.1, 0.2]),
    ("roc_auc", [0, 0], [0.1, 0.2]),
    ("mean_columnwise_roc_auc", [[1, 0], [0, 0]], [[1, 0], [0, 0]]),
    ("average_precision", [0, 0], [0.1, 0.2]),
    ("macro_roc_auc_ovr", [0, 0], [[0.9, 0.1], [0.5, 0.5]]),
    ("log_loss", [1, 0], [1.2, 0]),
    ("log_loss", [1, 0], [0.5, -0.1]),
    ("multiclass_log_loss", [0, 1], [[0, 0], [0.5, 0.5]]),
    ("multiclass_log_loss", [0, 1], [[1.5, -0.5], [0.5, 0.5]]),
]


@pytest.mark.parametrize(("name", "truth", "prediction"), UNDEFINED)
def test_a_metric_says_where_it_is_not_defined(
    name: str, truth: object, prediction: object
) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        score(name, truth, prediction)


def test_no_metric_of_the_registry_goes_untested() -> None:
    hand = {name for name, *_ in BY_HAND}
    tested = {
        *NUMBERS,
        *ONE_LABEL,
        *POSITIVE,
        *SEVERAL_LABELS,
        *PROBABILITIES,
        *DISTRIBUTIONS,
        *hand,
    }
    columns = {f"mean_columnwise_{name}" for name in ("roc_auc", "average_precision", "log_loss")}
    assert set(METRICS) - tested - columns - {"map_at_5"} == set()
