"""Which features the models used. The file was written by a solution: nothing in it is trusted."""

import csv
import math
from pathlib import Path

from tasks.plots.canvas import BLUE, label, new_figure, png, tidy

_SHOWN = 25
_MOST_ROWS = 100_000


def read_importance(path: Path) -> dict[str, float]:
    """Feature to importance, leaving out every row that is not a name and a positive number."""
    found: dict[str, float] = {}
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        rows = csv.DictReader(file)
        try:
            for _, row in zip(range(_MOST_ROWS), rows, strict=False):
                name, value = row.get("feature"), _number(row.get("importance"))
                if name and value > 0:
                    found[name] = found.get(name, 0.0) + value
        except csv.Error:
            return found  # what was read up to the broken line still tells something
    return found


def _number(text: str | None) -> float:
    """The number that ``text`` says, 0 where it says none."""
    try:
        number = float(text or "")
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def draw_importance(importance: dict[str, float]) -> bytes | None:
    """Bars of the most important features, as a PNG image; None where there are none."""
    if not importance:
        return None
    total = math.fsum(importance.values())
    top = sorted(importance.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]
    shares = [100 * value / total for _, value in top]
    figure = new_figure(8, 1.4 + 0.26 * len(top))
    axes = figure.subplots()
    axes.barh(range(len(top)), shares, color=BLUE, height=0.72)
    axes.set_yticks(range(len(top)), [label(name, 40) for name, _ in top], fontsize=9)
    axes.invert_yaxis()
    axes.set_ylim(len(top) - 0.4, -0.6)
    some = f"top {len(top)} of {len(importance)}" if len(importance) > len(top) else f"{len(top)}"
    tidy(axes, f"Feature importance ({some})", "share of all importance, %", "")
    axes.grid(visible=False, axis="y")
    for row, share in enumerate(shares):
        axes.annotate(f"{share:.1f}", (share, row), (3, 0), textcoords="offset points",
                      va="center", fontsize=8)  # fmt: skip
    return png(figure)
