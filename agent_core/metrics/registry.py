"""All metrics, and how a metric is found by any of its names.

Names are compared by their words: case, blanks, punctuation and camel case do not count, nor do
words that say nothing ("the", "score") or spellings of one word ("squared", "square"). A name is
never guessed from a part of another: what is not known as a whole is not found.
"""

import difflib
import re
import unicodedata
from functools import cache

from agent_core.metrics.catalogue_labels import LABEL_METRICS, f_beta
from agent_core.metrics.catalogue_numbers import NUMBER_METRICS, pinball, tweedie
from agent_core.metrics.catalogue_probabilities import PROBABILITY_METRICS
from agent_core.metrics.catalogue_rankings import RANKING_METRICS, map_at, ndcg_at, top_accuracy
from agent_core.metrics.metric import Metric
from agent_core.profile import PredictionKind, Task

#: Every metric by its name. Parametrised ones ("MAP@7") beyond these are made by `find_metric`.
METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (*NUMBER_METRICS, *LABEL_METRICS, *PROBABILITY_METRICS, *RANKING_METRICS)
}

#: Spellings of one word.
_SPELLINGS = {
    "squared": "square",
    "logarithmic": "log",
    "logarithm": "log",
    "logloss": "log loss",
    "normalised": "normalized",
    "averaged": "average",
    "averaging": "average",
    "categorisation": "categorization",
    "percent": "percentage",
    "coefficients": "coefficient",
    "matthew": "matthews",
    "pearsons": "pearson",
    "spearmans": "spearman",
    "cohens": "cohen",
}
_PAIRS = {
    ("multi", "class"): "multiclass",
    ("multi", "label"): "multilabel",
    ("column", "wise"): "columnwise",
    ("cross", "entropy"): "crossentropy",
    ("f", "score"): "fscore",
}
_SILENT = {"the", "of", "a", "an", "score", "metric", "s"}
_REMARKS = {"", "higher is better", "lower is better", "maximize", "minimize", "custom"}

#: Metrics that differ only in the task and the form of the prediction they are computed from.
_FAMILIES = (
    ("roc_auc", "mean_columnwise_roc_auc", "macro_roc_auc_ovr"),
    ("log_loss", "mean_columnwise_log_loss", "multiclass_log_loss"),
    ("balanced_log_loss", "balanced_multiclass_log_loss"),
    ("average_precision", "mean_columnwise_average_precision"),
    ("brier", "multiclass_brier"),
    ("f1", "f1_macro"),
    ("normalized_gini", "normalized_gini_regression"),
    ("rmse", "mcrmse"),
    ("rmsle", "mean_columnwise_rmsle"),
    ("mae", "mean_columnwise_mae"),
    ("r2", "mean_columnwise_r2"),
    ("spearman", "mean_columnwise_spearman"),
)


def metric_words(text: str) -> list[str]:
    """The words of ``text`` in lower case, one spelling each, without words that say nothing."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = plain.replace("'", "").replace("@", " at ")
    apart = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", plain)
    words: list[str] = []
    for word in re.findall(r"[a-z]+|\d+(?:\.\d+)?", apart.lower()):
        for part in _SPELLINGS.get(word, word).split():
            pair = (words[-1], part) if words else ("", part)
            if pair in _PAIRS:
                words[-1] = _PAIRS[pair]
            elif part not in _SILENT:
                words.append(part)
    return words


def metric_key(text: str) -> str:
    """What two names of one metric have in common."""
    return "".join(metric_words(text))


def bare_key(text: str) -> str:
    """The letters and digits alone: "rootmeansquarederror" has no words to tell apart."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


@cache
def metric_keys() -> dict[str, Metric]:
    """Every known name's key, with its metric."""
    keys: dict[str, Metric] = {}
    for metric in METRICS.values():
        for name in (metric.name, metric.title, *metric.names):
            for key in (metric_key(name), bare_key(name)):
                owner = keys.setdefault(key, metric)
                if owner is not metric:
                    raise ValueError(f"{name!r} would name both {owner.name} and {metric.name}")
    return keys


def find_metric(name: str) -> Metric | None:
    """The metric called ``name`` in any usual way, or None where no metric is known by it."""
    whole = _find_whole(name)
    if whole is not None:
        return whole
    # "Root Mean Squared Error (RMSE)", "AUC - ROC": every part has to name the same metric.
    parts = [part.strip() for part in re.split(r"[()\[\]:;,/|]|\s[-\u2013\u2014]\s", name)]
    found = [_find_whole(part) for part in parts if part.lower() not in _REMARKS]
    return found[0] if found and all(_same(metric, found[0]) for metric in found) else None


def _same(one: Metric | None, other: Metric | None) -> bool:
    return one is not None and other is not None and one.name == other.name


def _find_whole(name: str) -> Metric | None:
    return metric_of_key(metric_key(name)) or metric_of_key(bare_key(name))


def metric_of_key(key: str) -> Metric | None:
    """The metric that has this `metric_key`, or None."""
    return metric_keys().get(key) or _parametrised(key)


_AT_K = r"(?:at|k)?(\d{1,3})"
_PATTERNS = (
    (re.compile(rf"(?:map|meanaverageprecision|mrr|meanreciprocalrank){_AT_K}"), map_at),
    (re.compile(rf"(?:ndcg|normalizeddiscountedcumulativegain){_AT_K}"), ndcg_at),
    (re.compile(r"top(\d{1,3})accuracy"), top_accuracy),
    (re.compile(r"(?:accuracy|recall|hitrate)at(\d{1,3})"), top_accuracy),
)
_FRACTION_PATTERNS = (
    (re.compile(r"f(?:beta)?(\d(?:\.\d+)?)"), f_beta, 0.01, 9.99),
    (
        re.compile(r"(?:meanpinballloss|pinballloss|pinball|quantileloss)(?:at)?(0?\.\d+)"),
        pinball,
        0.001,
        0.999,
    ),
    (re.compile(r"(?:mean)?tweediedeviance(?:power)?(1\.\d+)"), tweedie, 1.001, 1.999),
)


def _parametrised(key: str) -> Metric | None:
    """A metric whose name carries a number: MAP@7, NDCG@10, F1.5, pinball loss at 0.9."""
    if not any(letter.isdigit() for letter in key):
        return None
    for pattern, at_k in _PATTERNS:
        match = pattern.fullmatch(key)
        if match and int(match[1]) > 0:
            return _known(at_k(int(match[1])))
    for pattern, make, low, high in _FRACTION_PATTERNS:
        match = pattern.fullmatch(key)
        if match and low <= float(match[1]) <= high:
            return _known(make(float(match[1])))
    return None


def _known(metric: Metric) -> Metric:
    """The registered metric of that name, where there is one: each metric exists once."""
    return METRICS.get(metric.name, metric)


def near_names(name: str, at_most: int = 5) -> tuple[str, ...]:
    """Titles of metrics whose names look like ``name``, the most alike first."""
    keys = metric_keys()
    close = difflib.get_close_matches(metric_key(name), keys, n=4 * at_most, cutoff=0.6)
    return tuple(dict.fromkeys(keys[key].title for key in close))[:at_most]


def fitting_metric(metric: Metric, task: Task, kind: PredictionKind) -> Metric | None:
    """``metric`` itself or the member of its family that fits, or None where none does.

    Kaggle says "Log Loss" for one probability and for one per class alike; this tells them apart.
    """
    family = next((family for family in _FAMILIES if metric.name in family), ())
    for candidate in (metric, *(METRICS[name] for name in family)):
        if task in candidate.tasks and candidate.kind == kind:
            return candidate
    return None
