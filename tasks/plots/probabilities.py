"""How good probabilities are: do they rank (ROC), and do they mean what they say (calibration)."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tasks.plots.canvas import BLUE, GREY, SERIES, SKY, label, new_figure, png, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]
_BINS = 10


def draw_probabilities(truth: Floats, probability: Floats, names: tuple[str, ...]) -> bytes | None:
    """ROC curves and calibration of up to eight targets, as a PNG image.

    ``truth`` of 0 and 1 and ``probability`` are (n, targets). None where no target has both.
    """
    mixed = [t for t in range(truth.shape[1]) if 0 < np.nanmean(truth[:, t]) < 1]
    if not mixed:
        return None
    shown = mixed[: len(SERIES)]
    figure = new_figure(11, 5.2)
    roc, calibration = figure.subplots(1, 2)
    for colour, target in zip(SERIES, shown, strict=False):
        name = label(names[target], 24)
        area = _draw_roc(roc, truth[:, target], probability[:, target], colour)
        roc.plot([], [], color=colour, label=f"{name}: AUC {area:.4f}")
        _draw_calibration(calibration, truth[:, target], probability[:, target], colour)
    of = f", first {len(shown)} of {truth.shape[1]} targets" if len(shown) < truth.shape[1] else ""
    roc.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1)
    tidy(roc, f"ROC, out of fold{of}", "false positive rate", "true positive rate")
    roc.set_aspect("equal")
    roc.legend(loc="lower right", fontsize=8, frameon=False)
    _finish_calibration(calibration, "predicted probability", "share of positives")
    return png(figure)


def draw_confidence(truth: Floats, probability: Floats) -> bytes | None:
    """How often the likeliest class is right, by the probability it was given, as a PNG image.

    ``truth`` is (n,) class codes, ``probability`` (n, classes).
    """
    if not len(truth):
        return None
    confidence = probability.max(axis=1)
    right = (probability.argmax(axis=1) == truth).astype(np.float64)
    figure = new_figure(11, 5.2)
    spread, calibration = figure.subplots(1, 2)
    spread.hist(np.clip(confidence, 0, 1), bins=20, range=(0, 1), color=SKY, edgecolor="white")
    tidy(spread, f"Confidence ({100 * right.mean():.1f} % of {len(right):,} rows right)",
         "probability of the likeliest class", "rows")  # fmt: skip
    _draw_calibration(calibration, right, confidence, BLUE)
    _finish_calibration(calibration, "probability of the likeliest class", "share that is right")
    return png(figure)


def _finish_calibration(axes: "Axes", x: str, y: str) -> None:
    axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1, label="perfect")
    tidy(axes, f"Calibration, {_BINS} equal groups of rows", x, y)
    axes.legend(loc="upper left", fontsize=9, frameon=False)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.set_aspect("equal")


def _draw_roc(axes: "Axes", truth: Floats, probability: Floats, colour: str) -> float:
    """Draw the curve and return the area below it."""
    from sklearn.metrics import auc, roc_curve  # noqa: PLC0415 - slow to import

    known = ~(np.isnan(truth) | np.isnan(probability))
    false_rate, true_rate, _ = roc_curve(truth[known], probability[known])
    step = max(1, len(false_rate) // 2000)
    x, y = np.append(false_rate[::step], 1.0), np.append(true_rate[::step], 1.0)
    axes.plot(x, y, color=colour, linewidth=1.6)
    return float(auc(false_rate, true_rate))


def _draw_calibration(axes: "Axes", truth: Floats, probability: Floats, colour: str) -> None:
    known = ~(np.isnan(truth) | np.isnan(probability))
    order = np.argsort(probability[known], kind="stable")
    groups: list[NDArray[Any]] = [g for g in np.array_split(order, _BINS) if len(g)]
    x = [probability[known][group].mean() for group in groups]
    y = [truth[known][group].mean() for group in groups]
    axes.plot(x, y, color=colour, marker="o", markersize=4.5, linewidth=1.3)
