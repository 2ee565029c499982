"""What classes are taken for what: the confusion matrix of out-of-fold predictions."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tasks.plots.canvas import label, new_figure, png, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Codes = NDArray[np.int64]
_MOST_CLASSES = 30


def draw_confusion(truth: Codes, predicted: Codes, names: tuple[str, ...]) -> bytes | None:
    """The matrix as a PNG image, each row in per cent of its true class.

    Both arrays hold (n,) codes below ``len(names)``. Of more than 30 classes the rarest are shown
    as one. None where there are no rows.
    """
    if not len(truth):
        return None
    truth, predicted, shown = _merge_rare(truth, predicted, names)
    size = len(shown)
    counts = np.zeros((size, size))
    np.add.at(counts, (truth, predicted), 1)
    totals = counts.sum(axis=1)
    shares = 100 * counts / np.maximum(totals, 1)[:, None]
    columns = [label(name, 22) for name in shown]
    rows = [f"{name} ({int(total):,})" for name, total in zip(columns, totals, strict=True)]
    longest = max(len(name) for name in columns)
    wide = size > 6 or longest > 8
    side, names_width = 0.8 + size * (0.85 if size <= 6 else 0.48), 0.08 * longest
    figure = new_figure(side + names_width + 2.4, side + (names_width if wide else 0) + 1.0)
    figure.suptitle("Out-of-fold confusion matrix", fontsize=11)
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=100)
    tidy(axes, "", "predicted class", "true class (rows)")
    axes.grid(visible=False)
    axes.set_xticks(range(size), columns, rotation=90 if wide else 0, fontsize=9)
    axes.set_yticks(range(size), rows, fontsize=9)
    _write_cells(axes, shares, counts)
    figure.colorbar(image, ax=axes, shrink=0.7, label="% of the true class")
    return png(figure)


def _merge_rare(
    truth: Codes, predicted: Codes, names: tuple[str, ...]
) -> tuple[Codes, Codes, tuple[str, ...]]:
    """Keep the classes with the most rows, in their order, and make the others one class."""
    if len(names) <= _MOST_CLASSES:
        return truth, predicted, names
    often = np.bincount(truth, minlength=len(names))
    kept = np.sort(np.argsort(-often, kind="stable")[: _MOST_CLASSES - 1])
    place = np.full(len(names), _MOST_CLASSES - 1)
    place[kept] = np.arange(len(kept))
    others = f"{len(names) - len(kept)} others"
    return place[truth], place[predicted], (*(names[code] for code in kept), others)


def _write_cells(axes: "Axes", shares: NDArray[Any], counts: NDArray[Any]) -> None:
    """Write the numbers into the cells as far as they can be read there."""
    size = len(shares)
    for row, column in np.argwhere(counts > 0):
        share = shares[row, column]
        if size > 12 and share < 2:
            continue  # a dot of colour would say as much, and forty noughts hide the rest
        text = f"{share:.1f}" if size <= 12 else f"{share:.0f}"
        if size <= 6:
            text += f"\n{int(counts[row, column]):,}"
        axes.text(column, row, text, in_layout=False, ha="center", va="center",
                  fontsize=9 if size <= 12 else 7,
                  color="white" if share > 55 else "black")  # fmt: skip
