"""Whether predictions of withheld rows fall clearly short of what was claimed for them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agent_core.metrics import METRICS
from agent_core.metrics.metric import Array, Metric
from agent_core.profile import PredictionKind
from agent_core.verifying.withholding import Claim, Rows, defined_score

#: A shortfall counts beyond so many standard errors. The fold with the best claim is a lucky one,
#: so this is more than the 3 that honest scripts would exceed once in 1,000 times.
ERRORS_ALLOWED = 3.5
#: By which metric it is judged how sure a script is, and how sure it may be of a single row.
CONFIDENCE = {
    PredictionKind.PROBABILITY: "log_loss",
    PredictionKind.CLASS_PROBABILITIES: "multiclass_log_loss",
}
SURE = (0.01, 0.99)
#: How much log loss differs between folds, about.
USUAL_SPREAD = 0.05
#: Less than this part of the spread over folds is nothing.
NEGLIGIBLE = 0.2
RESAMPLES, FEWEST_RESAMPLES = 200, 50
#: The bootstrap looks at no more than so many rows.
MOST_ROWS = 20_000
#: An honest score suffers where a model learns from a part r of the rows: by up to this many
#: times 1/r - 1 of its lead over a constant, and of what it lacks to perfection.
LEAD_PER_ROWS, LACK_PER_ROWS = 0.2, 1.0


@dataclass(frozen=True)
class Comparison:
    """Scores of the same rows: as claimed, and with their targets withheld.

    ``allowed`` is by how much the second may be worse.
    """

    claimed: float
    withheld: float
    allowed: float
    higher_is_better: bool

    @property
    def shortfall(self) -> float:
        """By how much the withheld score is worse than the claimed one."""
        gap = self.claimed - self.withheld
        return gap if self.higher_is_better else -gap

    @property
    def holds(self) -> bool:
        """Whether the claim is believable."""
        return self.shortfall <= self.allowed


def compare(
    claim: Claim,
    predictions: Array,
    groups: NDArray[np.int64] | None,
    metric: Metric,
    spread: float,
    learned_part: float,
) -> Comparison:
    """Compare the claim for withheld rows with the ``predictions`` of a script that was blind.

    Both are paired row by row, so what makes rows easy or hard cancels out; what is left of
    chance is measured by the bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap,
    1993, chapter 6), of whole ``groups`` where rows of a group are alike. Beside it is allowed
    what an honest script may lose because its models learned from a part of the rows only, such
    as ``learned_part`` (an average of several models makes up for it as a rule), and a small part
    of the ``spread`` over the folds in any case: two fits of a steady model differ by a trifle
    that is no chance. The whole spread stands in where resamples hardly ever have a score.

    Raises ValueError where the metric is not defined for the predictions.
    """
    claimed = metric.score(claim.truth, claim.predictions)
    withheld = metric.score(claim.truth, predictions)
    error = _standard_error(claim, predictions, groups, metric)
    chance = ERRORS_ALLOWED * error if error is not None else spread
    fewer = _allowance(claim, claimed, metric, 1 / learned_part - 1)
    allowed = chance + max(fewer, NEGLIGIBLE * spread)
    return Comparison(float(claimed), float(withheld), float(allowed), metric.higher_is_better)


def compare_confidence(
    claim: Claim,
    predictions: Array,
    groups: NDArray[np.int64] | None,
    kind: PredictionKind,
    learned_part: float,
) -> Comparison | None:
    """Like `compare`, by log loss; None for what is no probability.

    Every row tells how sure the script was of it. So log loss gives away who knew the answers
    where a metric of ranks or cut-offs, of the same few rows, still leaves room for chance.
    """
    metric = METRICS.get(CONFIDENCE.get(kind, ""))
    if metric is None:
        return None
    low, high = SURE
    careful = replace(claim, predictions=np.clip(claim.predictions, low, high))
    blind = np.clip(predictions, low, high)
    return compare(careful, blind, groups, metric, USUAL_SPREAD, learned_part)


def _allowance(claim: Claim, claimed: float, metric: Metric, fewer: float) -> float:
    """What fewer rows to learn from may honestly cost: little of a small lead, and little where
    little is left to improve."""
    sign = 1.0 if metric.higher_is_better else -1.0
    ideal = 1.0 if metric.higher_is_better else 0.0
    dummy = defined_score(metric, claim.truth, claim.constant)
    parts = [] if dummy is None else [LEAD_PER_ROWS * fewer * max(sign * (claimed - dummy), 0.0)]
    lack = sign * (ideal - claimed)
    # Some metrics have no best value, or another one.
    parts += [LACK_PER_ROWS * fewer * lack] if lack >= 0 else []
    return min(parts, default=0.0)


def _standard_error(
    claim: Claim, predictions: Array, groups: NDArray[np.int64] | None, metric: Metric
) -> float | None:
    """Of the difference of both scores, by resampling rows; None where that is impossible."""
    random = np.random.default_rng(0)
    rows = random.permutation(len(claim.truth))[:MOST_ROWS]
    truth, one, other = claim.truth[rows], claim.predictions[rows], predictions[rows]
    blocks = None if groups is None else _blocks(groups[rows])
    gaps = []
    for _ in range(RESAMPLES):
        drawn = _drawn(random, len(rows), blocks)
        scores = [defined_score(metric, truth[drawn], guess[drawn]) for guess in (one, other)]
        if scores[0] is not None and scores[1] is not None:
            gaps.append(scores[0] - scores[1])
    if len(gaps) < FEWEST_RESAMPLES:
        return None
    return float(np.std(gaps) * np.sqrt(len(rows) / len(claim.truth)))


def _drawn(random: np.random.Generator, rows: int, blocks: list[Rows] | None) -> Rows:
    """As many rows, or blocks of rows, as there are, each drawn from all of them."""
    if blocks is None:
        return random.integers(0, rows, rows)
    return np.concatenate(
        [blocks[number] for number in random.integers(0, len(blocks), len(blocks))]
    )


def _blocks(groups: NDArray[np.int64]) -> list[Rows]:
    """The rows of each group."""
    order = np.argsort(groups, kind="stable")
    borders = np.flatnonzero(np.diff(groups[order])) + 1
    return np.split(order, borders)
