"""What models are to learn for a metric, and how their predictions are finished."""

from typing import Any

from agent_core.profile import PredictionKind, Profile, Task
from agent_core.strategy import Strategy

#: Metrics of errors in the logarithm: models learn log1p of the target.
LOGARITHMIC = {"rmsle", "msle", "mean_columnwise_rmsle"}

#: Metrics of relative errors: the logarithm makes them ordinary ones, where no target is negative.
RELATIVE = {"mape", "smape", "rmspe"}

#: Metrics whose best answer is a median.
ABSOLUTE = {"mae", "medae", "wape", "mean_columnwise_mae", "mape", "smape", "huber_loss"}

#: Metrics of labels for which the likeliest label is the best answer.
LIKELIEST = {"accuracy", "error_rate", "hamming_loss", "mean_columnwise_accuracy", "f1_micro"}

#: Metrics of agreement on an ordered scale.
AGREEMENT = {"quadratic_weighted_kappa", "linear_weighted_kappa"}

#: Deviances are not defined for a prediction of zero.
POSITIVE = {"poisson_deviance", "gamma_deviance", "tweedie_deviance"}


def what_is_learned(profile: Profile) -> str:
    """ "numbers", "classes" or "labels" (see the template's `Problem`)."""
    kind = profile.layout.kind
    if profile.task is Task.MULTILABEL:
        return "labels"
    if kind is PredictionKind.NUMBER:
        return "numbers"
    several = len(profile.targets[0].labels or ()) > 2
    if kind is PredictionKind.LABEL and several and profile.metric.name in AGREEMENT:
        return "numbers"
    return "classes"


def loss_for(profile: Profile) -> str:
    """What models of quantities minimise."""
    name = profile.metric.name
    if name.startswith("pinball_loss"):
        return f"quantile:{name.removeprefix('pinball_loss').lstrip('_') or '0.5'}"
    return "absolute" if name in ABSOLUTE else "squared"


def finish_rule(profile: Profile, strategy: Strategy) -> dict[str, Any]:
    """The rule and options of the template's `finish`."""
    layout, learn, name = profile.layout, what_is_learned(profile), profile.metric.name
    limits = {"low": 1e-5, "high": 1 - 1e-5}
    if layout.kind is PredictionKind.NUMBER:
        scaled = strategy.transform == "log1p" and name not in LOGARITHMIC
        return {
            "rule": "scaled quantity" if scaled else "quantity",
            "logarithm": strategy.transform == "log1p",
            "integers": layout.integers,
            "above_zero": name in POSITIVE,
        }
    if layout.kind is PredictionKind.RANKING:
        return {"rule": "ranking", "top": layout.top or 1}
    if layout.kind is PredictionKind.LABEL:
        return {"rule": _label_rule(profile, learn)}
    classes = layout.kind is PredictionKind.CLASS_PROBABILITIES
    rule = "probabilities" if classes or learn == "labels" else "positive"
    return {"rule": rule, **limits, "to_one": classes}


def _label_rule(profile: Profile, learn: str) -> str:
    if learn == "numbers":
        return "cuts"
    if learn == "classes" and profile.metric.name in LIKELIEST:
        return "argmax"
    several = learn == "classes" and len(profile.targets[0].labels or ()) > 2
    return "weights" if several else "cutoff"
