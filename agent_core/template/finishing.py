"""The metric's own finish: from blended predictions to what is submitted.

``learn_finish`` looks at the truth, so whatever is learned for the rows of a fold is learned from
the rows of the others.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import expit, logit

from agent_core.template.arrays import Floats

#: Computes the metric; a higher value is better.
Gain = Callable[[Floats, Floats], float]

#: Scores at so many neighbouring cut points are averaged, so that luck decides less.
SMOOTHED = 5


def learn_finish(rule: str, truth: Floats, raw: Floats, gain: Gain) -> Floats:
    """What ``rule`` needs to know: cut points, class weights or cut-offs; empty for other rules."""
    if rule == "cuts":
        return learn_cuts(truth[:, 0], raw[:, 0], gain)
    if rule == "weights":
        return learn_class_weights(truth[:, 0], raw, gain)
    if rule == "cutoff":
        return learn_cutoffs(truth, raw, gain)
    if rule == "scaled quantity":
        return learn_scale(truth, raw, gain)
    return np.zeros(0)


def finish(rule: str, learned: Floats, raw: Floats, options: dict[str, Any]) -> Floats:
    """Final predictions in the form that metrics take (see `agent_core.metrics.metric`)."""
    return np.asarray(FINISHES[rule](learned, raw, options), dtype=np.float64)


def finish_quantity(learned: Floats, raw: Floats, options: dict[str, Any]) -> Any:
    """Quantities on their own scale, within their limits, whole where that is asked for."""
    values = np.expm1(raw) if options["logarithm"] else raw
    values = np.clip(values * learned if len(learned) else values, options["low"], options["high"])
    return flat(np.round(values) if options["integers"] else values)


def finish_probabilities(learned: Floats, raw: Floats, options: dict[str, Any]) -> Any:
    """Probabilities a little away from 0 and 1, rows adding up to 1 where they are of classes."""
    clipped = np.clip(raw, options["low"], options["high"])
    return flat(clipped / clipped.sum(axis=1, keepdims=True) if options["to_one"] else clipped)


#: By rule, from what was learned, the blend and the options to final predictions.
FINISHES: dict[str, Callable[[Floats, Floats, dict[str, Any]], Any]] = {
    "quantity": finish_quantity,
    "scaled quantity": finish_quantity,
    "cuts": lambda cuts, raw, _: np.searchsorted(cuts, raw[:, 0], side="right"),
    "argmax": lambda _, raw, __: np.argmax(raw, axis=1),
    "weights": lambda weights, raw, _: np.argmax(raw * weights, axis=1),
    "cutoff": lambda cutoffs, raw, _: flat(raw[:, -len(cutoffs) :] > cutoffs),
    "ranking": lambda _, raw, options: np.argsort(-raw, axis=1, kind="stable")[:, : options["top"]],
    "positive": lambda _, raw, options: np.clip(raw[:, -1], options["low"], options["high"]),
    "probabilities": finish_probabilities,
}


def flat(values: Any) -> Any:
    """A single column as (rows,)."""
    return values[:, 0] if values.shape[1] == 1 else values


def learn_cuts(codes: Floats, raw: Floats, gain: Gain) -> Floats:
    """Ordered cut points between classes 0, 1, 2...: those that keep the classes' frequencies,
    or the halves between the codes, whichever is better, then improved one after the other."""
    inner = np.arange(1, int(codes.max()) + 1)
    shares = np.array([np.mean(codes < code) for code in inner])
    starts = [np.quantile(raw, shares), inner - 0.5]
    cuts = max(starts, key=lambda tried: gain(codes, np.searchsorted(tried, raw).astype(float)))
    for _ in range(2):
        for place in range(len(cuts)):
            low = cuts[place - 1] if place else raw.min()
            high = cuts[place + 1] if place + 1 < len(cuts) else raw.max()
            options = np.linspace(low, high, 42)[1:-1]

            def worth(option: float, place: int = place) -> float:
                tried = np.concatenate([cuts[:place], [option], cuts[place + 1 :]])  # noqa: B023
                return gain(codes, np.searchsorted(tried, raw, side="right").astype(float))

            cuts = cuts.copy()
            cuts[place] = best_of(options, worth, cuts[place])
    return np.asarray(cuts)


def learn_class_weights(codes: Floats, raw: Floats, gain: Gain) -> Floats:
    """A factor per class before the argmax, improved one after the other."""
    weights = np.ones(raw.shape[1])
    steps = np.exp(np.linspace(-2.0, 2.0, 33))
    for _ in range(2):
        for place in range(len(weights)):

            def worth(option: float, place: int = place) -> float:
                tried = weights.copy()  # noqa: B023
                tried[place] = option
                return gain(codes, np.argmax(raw * tried, axis=1).astype(float))

            weights = weights.copy()
            weights[place] = best_of(steps, worth, weights[place])
    return weights


def learn_cutoffs(truth: Floats, raw: Floats, gain: Gain) -> Floats:
    """The probability above which each label is given, one column after the other."""
    raw = raw[:, -truth.shape[1] :]
    cutoffs = np.full(truth.shape[1], 0.5)
    for place in range(len(cutoffs)):
        spread = np.quantile(raw[:, place], [0.005, 0.995])
        low, high = logit(np.clip(spread, 0.002, 0.998))
        options = expit(np.linspace(low, high, 45))

        def worth(option: float, place: int = place) -> float:
            tried = cutoffs.copy()
            tried[place] = option
            return gain(flat(truth), flat((raw > tried).astype(float)))

        cutoffs[place] = best_of(options, worth, cutoffs[place])
    return cutoffs


def learn_scale(truth: Floats, raw: Floats, gain: Gain) -> Floats:
    """A factor for the back-transformed quantities: the exponential of a mean logarithm is too low
    for some metrics and too high for others."""
    scales = np.linspace(0.7, 1.3, 61)
    predicted = np.expm1(raw)
    return np.array(
        [best_of(scales, lambda scale: gain(flat(truth), flat(predicted * scale)), 1.0)]
    )


def best_of(options: Floats, worth: Callable[[float], float], current: float) -> float:
    """The option with the best mean worth of it and its neighbours, if it beats ``current``."""
    gains = np.array([worth(float(option)) for option in options])
    window = np.ones(SMOOTHED)
    smooth = np.convolve(gains, window, "same") / np.convolve(np.ones_like(gains), window, "same")
    place = int(np.argmax(smooth))
    return float(options[place]) if smooth[place] > worth(current) else current
