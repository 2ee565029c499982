"""Finding the metric that a competition's description speaks of."""

import re

from agent_core.metrics.metric import Metric
from agent_core.metrics.registry import METRICS, metric_key, metric_of_key, metric_words

#: How descriptions put it where they do not use a name.
_PHRASES = {
    "root mean squared error between the logarithm of the predicted": "rmsle",
    "root mean squared error of the logarithm": "rmsle",
    "RMSE between the logarithm of the predicted": "rmsle",
    "RMSE between the log of the predicted": "rmsle",
    "percentage of passengers predicted correctly": "accuracy",
    "percentage predicted correctly": "accuracy",
    "proportion of correct predictions": "accuracy",
    "fraction of correct predictions": "accuracy",
    "F1 averaged over the classes": "f1_macro",
    "mean of the F1 scores of the classes": "f1_macro",
    "average of the F1 scores of each class": "f1_macro",
    "average of the RMSE of each target": "mcrmse",
    "average of the individual AUCs": "mean_columnwise_roc_auc",
    "area under the receiver operating characteristic ROC curve": "roc_auc",
}
_PHRASE_KEYS = {metric_key(phrase): METRICS[name] for phrase, name in _PHRASES.items()}

#: A metric's name with one of these before it is another metric, which we may not know.
_QUALIFIERS = {"weighted", "scaled", "group", "grouped", "capped", "normalized", "partial", "log"}
#: Words that also mean something else; they count only where the text speaks of scoring.
_EVERYDAY = {"accuracy", "precision", "recall", "sensitivity", "roc", "rps", "iou", "kappa", "gini"}
_SCORING = re.compile(
    r"evaluat|\bscor|metric|judged|graded|assess|\brank|leaderboard", re.IGNORECASE
)
_LONGEST = 12
_STRUCK_OUT = "-"


def metric_in_text(text: str) -> Metric | None:
    """The metric named in ``text``, or None.

    Sentences about scoring come first, then the longest name: "root mean squared logarithmic
    error" is not "root mean squared error", and a weighted form of a metric is not the metric.
    """
    best: tuple[int, int] = (0, 0)
    found: Metric | None = None
    for sentence in re.split(r"(?<=[a-z)\]%*])[.!?:]\s|\n", text):
        scoring = int(bool(_SCORING.search(sentence)))
        length, metric = _longest_name(metric_words(sentence), everyday=bool(scoring))
        if metric is not None and (scoring, length) > best:
            best, found = (scoring, length), metric
    return found


def _longest_name(words: list[str], everyday: bool) -> tuple[int, Metric | None]:
    """The longest run of words that names a metric, the earliest of equals, and its length."""
    left = list(words)
    for length in range(min(_LONGEST, len(left)), 0, -1):
        for start in range(len(left) - length + 1):
            run = left[start : start + length]
            metric = _PHRASE_KEYS.get("".join(run)) or metric_of_key("".join(run))
            if metric is None or (not everyday and _is_everyday(run)):
                continue
            if start == 0 or left[start - 1] not in _QUALIFIERS:
                return length, metric
            left[start : start + length] = [_STRUCK_OUT] * length
    return 0, None


def _is_everyday(run: list[str]) -> bool:
    """Whether these words are likely to be no metric here: "accuracy", or a column called f1."""
    name = "".join(run)
    return name in _EVERYDAY or re.fullmatch(r"[a-z]\d?(\.\d+)?", name) is not None
