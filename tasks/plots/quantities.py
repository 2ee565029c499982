"""How far predicted quantities are from the true ones."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tasks.plots.canvas import BLUE, GREY, RED, SKY, label, new_figure, png, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]
_MOST_TARGETS = 4
_MOST_POINTS = 4000
_SKEWED = 30.0


def draw_quantities(truth: Floats, predicted: Floats, names: tuple[str, ...]) -> bytes | None:
    """Predicted against true values and the residuals, a row per target, as a PNG image.

    Both arrays are (n, targets). The first four targets are drawn; None where no row is finite.
    """
    finite = np.isfinite(truth) & np.isfinite(predicted)
    shown = [t for t in range(truth.shape[1]) if finite[:, t].any()][:_MOST_TARGETS]
    if not shown:
        return None
    figure = new_figure(11, 4.6 * len(shown))
    grid = figure.subplots(len(shown), 2, squeeze=False)
    for (scatter, residual), target in zip(grid, shown, strict=True):
        rows = finite[:, target]
        true, guess = truth[rows, target], predicted[rows, target]
        name = label(names[target], 30)
        _draw_scatter(scatter, true, guess, name)
        _draw_residuals(residual, guess - true, name)
    if truth.shape[1] > len(shown):
        figure.suptitle(f"First {len(shown)} of {truth.shape[1]} targets")
    return png(figure)


def _draw_scatter(axes: "Axes", true: Floats, guess: Floats, name: str) -> None:
    note = f"{len(true):,} rows"
    if len(true) > _MOST_POINTS:
        some = np.random.default_rng(0).choice(len(true), _MOST_POINTS, replace=False)
        note = f"{_MOST_POINTS:,} of {note}"
        true, guess = true[some], guess[some]
    low, high = min(true.min(), guess.min()), max(true.max(), guess.max())
    axes.scatter(true, guess, s=9, alpha=0.35, color=BLUE, linewidths=0)
    axes.plot([low, high], [low, high], color=RED, linewidth=1.2, linestyle="--", label="perfect")
    if low > 0 and high > _SKEWED * np.median(true):
        axes.set_xscale("log")
        axes.set_yscale("log")
    tidy(axes, f"Out-of-fold predictions of {name} ({note})", f"true {name}", f"predicted {name}")
    axes.legend(loc="upper left", fontsize=9, frameon=False)


def _draw_residuals(axes: "Axes", residual: Floats, name: str) -> None:
    low, high = np.percentile(residual, [1, 99])
    if low == high:
        low, high = low - 0.5, high + 0.5
    outside = int(((residual < low) | (residual > high)).sum())
    bins = int(np.clip(2 * np.sqrt(len(residual)), 10, 50))
    axes.hist(residual, bins=bins, range=(low, high), color=SKY, edgecolor="white", linewidth=0.4)
    axes.axvline(0, color=GREY, linewidth=1)
    middle = float(np.median(residual))
    axes.axvline(middle, color=RED, linewidth=1.2, linestyle="--", label=f"median {middle:.3g}")
    note = f" ({outside:,} rows beyond)" if outside else ""
    tidy(axes, f"Residuals{note}", f"predicted minus true {name}", "rows")
    axes.legend(loc="upper right", fontsize=9, frameon=False)
