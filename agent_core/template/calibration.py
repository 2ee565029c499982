"""How sure a model is, set right: models can only be blended if their probabilities mean the same.

A kernel model or a forest may order the classes well and be too timid about it. A single exponent
for each model mends that (temperature scaling, Guo et al. 2017). It is chosen on the out-of-fold
predictions of all rows: one number out of thirteen tells nothing of a single row.
"""

from dataclasses import replace

import numpy as np

from agent_core.template.arrays import Floats, Ints
from agent_core.template.job import sample_rows
from agent_core.template.training import Trained

#: Above 1 a model is made surer, below 1 less sure.
EXPONENTS = np.exp(np.linspace(-1.2, 1.2, 13))

#: The part of the log loss that must be gained for an exponent to be worth it.
WORTH_AN_EXPONENT = 1e-3


def calibrated(trained: Trained, truth: Floats, known: Ints, learn: str) -> Trained:
    """``trained`` with its probabilities of shape (rows, outputs) raised to the best exponent."""
    if learn == "numbers":
        return trained
    few = sample_rows(known, 15_000, 2)
    losses = [
        mean_log_loss(truth[few], sharpened(trained.oof[few], exponent, learn), learn)
        for exponent in EXPONENTS
    ]
    best = int(np.argmin(losses))
    as_it_is = mean_log_loss(truth[few], trained.oof[few], learn)
    if losses[best] > (1 - WORTH_AN_EXPONENT) * as_it_is:
        return trained
    return replace(
        trained,
        oof=sharpened(trained.oof, EXPONENTS[best], learn),
        test=sharpened(trained.test, EXPONENTS[best], learn),
    )


def sharpened(raw: Floats, exponent: float, learn: str) -> Floats:
    """Probabilities to the power of ``exponent``, made to add up to 1 again."""
    powers = np.clip(raw, 1e-6, 1.0) ** exponent
    if learn == "labels":
        return np.asarray(powers / (powers + np.clip(1 - raw, 1e-6, 1.0) ** exponent))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def mean_log_loss(truth: Floats, raw: Floats, learn: str) -> float:
    """Log loss, with probabilities no smaller than 0.0001: one mistake must not decide."""
    if learn == "labels":
        given = np.where(truth > 0, raw, 1 - raw)
    else:
        given = raw[np.arange(len(raw)), truth[:, 0].astype(int)]
    return float(-np.mean(np.log(np.clip(given, 1e-4, 1.0))))
