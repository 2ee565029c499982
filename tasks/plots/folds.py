"""How steady the score is from fold to fold, and how far it is from a dummy's."""

import math

from agent_core.evaluation import Score
from agent_core.metrics import find_metric
from tasks.plots.canvas import BLUE, GREY, RED, SKY, label, new_figure, png, tidy

#: A baseline further off than this many times the folds' range would squeeze them into a line.
_FAR = 12.0


def draw_folds(score: Score, baseline: Score | None) -> bytes | None:
    """A point per fold, their mean and spread, and the baseline; None without a finite score."""
    points = [(fold, value) for fold, value in enumerate(score.folds) if math.isfinite(value)]
    if not points:
        return None
    figure = new_figure(7, 4.2)
    axes = figure.subplots()
    values = [value for _, value in points]
    mean, spread = math.fsum(values) / len(values), score.std
    if math.isfinite(spread) and len(values) > 1:
        axes.axhspan(mean - spread, mean + spread, color=SKY, alpha=0.25, linewidth=0,
                     label=f"± {spread:.3g} (standard deviation)")  # fmt: skip
    axes.axhline(mean, color=BLUE, linewidth=1.4, label=f"mean of the folds {mean:.5g}")
    axes.scatter([fold for fold, _ in points], values, color=BLUE, s=52, zorder=3)
    for fold, value in points:
        axes.annotate(f"{value:.4g}", (fold, value), (0, 9), textcoords="offset points",
                      ha="center", fontsize=9)  # fmt: skip
    if baseline and math.isfinite(baseline.value):
        reach = _FAR * max(max(values) - min(values), abs(mean) * 1e-3, 1e-12)
        near = len(values) == 1 or abs(baseline.value - mean) <= reach
        text = f"baseline {baseline.value:.5g}" + ("" if near else " (beyond the scale)")
        if near:
            axes.axhline(baseline.value, color=RED, linestyle="--", linewidth=1.4, label=text)
        else:
            axes.plot([], [], color=RED, linestyle="--", linewidth=1.4, label=text)
    missing = len(score.folds) - len(points)
    if missing:
        axes.plot([], [], " ", color=GREY, label=f"{missing} without a score")
    better = "higher" if score.higher_is_better else "lower"
    overall = f"; over all rows {score.value:.5g}" if math.isfinite(score.value) else ""
    metric = find_metric(score.metric)
    name = label(metric.title if metric else score.metric, 40)
    tidy(axes, f"Score per fold ({better} is better){overall}", "fold", name)
    axes.margins(y=0.18)
    axes.set_xticks(range(len(score.folds)))
    axes.set_xlim(-0.5, len(score.folds) - 0.5)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    return png(figure)
