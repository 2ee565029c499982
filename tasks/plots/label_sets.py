"""How well each label of a multi-label task is found."""

import numpy as np
from numpy.typing import NDArray

from tasks.plots.canvas import BLUE, GREEN, ORANGE, label, new_figure, png, tidy

Floats = NDArray[np.float64]
_SHOWN = 30


def draw_label_sets(truth: Floats, predicted: Floats, names: tuple[str, ...]) -> bytes | None:
    """Precision, recall and F1 of each label, out of fold, as a PNG image.

    Both arrays are (n, labels) of 0 and 1. Of more than 30 labels the commonest are drawn.
    """
    if not truth.size:
        return None
    hits, claimed, real = (truth * predicted).sum(0), predicted.sum(0), truth.sum(0)
    order = np.argsort(-real, kind="stable")[:_SHOWN]
    figure = new_figure(8, 1.8 + 0.32 * len(order))
    axes = figure.subplots()
    rows = np.arange(len(order))
    # A rate without anything to count is drawn nowhere.
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = {
            "precision": hits / claimed,
            "recall": hits / real,
            "F1": 2 * hits / (claimed + real),
        }
    for (name, rate), colour, mark in zip(rates.items(), (BLUE, ORANGE, GREEN), "<>o", strict=True):
        axes.scatter(rate[order], rows, color=colour, marker=mark, s=46, label=name, zorder=3)
    axes.set_yticks(rows, [f"{label(names[i], 36)} ({int(real[i]):,})" for i in order], fontsize=9)
    axes.set(xlim=(-0.03, 1.03), ylim=(len(order) - 0.4, -0.6))
    some = f", {len(order)} commonest of {len(names)}" if len(order) < len(names) else ""
    tidy(axes, f"Labels found, out of fold{some}", "rate", "label (rows that have it)")
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return png(figure)
