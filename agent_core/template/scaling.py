"""Numbers as linear and kernel models like them: complete, tame and of one scale."""

import numpy as np

from agent_core.template.arrays import Floats, Ints

#: No scaled value lies further from the mean than so many standard deviations.
FURTHEST = 5.0


def scaled_numbers(numbers: dict[str, Floats], fit: Ints) -> dict[str, Floats]:
    """Each column imputed, unskewed, standardised and clipped, as learned from ``fit``.

    A column that is often missing gets a second one that says where.
    """
    columns = {}
    for name, values in numbers.items():
        present = np.isfinite(values)
        if present[fit].sum() < 2:
            continue
        columns[name] = scale(np.where(present, values, np.median(values[fit][present[fit]])), fit)
        if (~present[fit]).mean() > 0.005:
            columns[f"{name} missing"] = (~present).astype(np.float32)
    return columns


def scale(values: Floats, fit: Ints) -> Floats:
    """Standard scores; a long right tail of positive values is drawn in by a logarithm first."""
    values = values.astype(np.float64)
    if values[fit].min() >= 0 and skewness(values[fit]) > 1.5:
        values = np.log1p(np.maximum(values, 0.0))
    spread = values[fit].std()
    scores = (values - values[fit].mean()) / (spread if spread > 1e-12 else 1.0)
    return np.asarray(np.clip(scores, -FURTHEST, FURTHEST), dtype=np.float32)


def skewness(values: Floats) -> float:
    """The third standardised moment, 0 for a constant."""
    centred = values - values.mean()
    spread = centred.std()
    return float(np.mean(centred**3) / spread**3) if spread > 1e-12 else 0.0
