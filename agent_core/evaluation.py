"""What a trial is worth: the host's own score from its out-of-fold predictions, and the gates."""

import math
import statistics
from typing import TYPE_CHECKING, Literal

from agent_core.value import Value

if TYPE_CHECKING:
    from agent_core.blend import Blend
    from agent_core.dataset import Dataset
    from agent_core.profile import Profile
    from agent_core.trial import Trial


#: How often a change that changes nothing may pass for a clear improvement.
CHANCE = 0.1


class Score(Value):
    """A value never travels without its metric and direction. ``std`` is over the folds."""

    metric: str
    higher_is_better: bool
    value: float
    std: float
    folds: tuple[float, ...]

    def better_than(self, other: "Score") -> bool:
        """Whether this score is strictly better. Both must be of one metric."""
        if self.metric != other.metric:
            raise ValueError(f"cannot compare {self.metric} with {other.metric}")
        return self.value > other.value if self.higher_is_better else self.value < other.value

    def clearly_better_than(self, other: "Score") -> bool:
        """Whether this score is better by more than noise, judged by the same folds of both.

        The corrected resampled t-test of Nadeau and Bengio (Inference for the Generalization
        Error, 2003), one-sided: the differences of k folds share most of their training rows, so
        their mean varies by 1/k + 1/(k - 1) of their variance instead of 1/k. Where the folds
        are not the same or fewer than two, the lead has to exceed the larger spread.
        """
        if not self.better_than(other):
            return False
        count, sign = len(self.folds), 1 if self.higher_is_better else -1
        if count != len(other.folds) or count < 2:
            return abs(self.value - other.value) > max(self.std, other.std)
        leads = [sign * (a - b) for a, b in zip(self.folds, other.folds, strict=True)]
        mean = statistics.fmean(leads)
        error = statistics.stdev(leads) * math.sqrt(1 / count + 1 / (count - 1))
        return mean > _t_quantile(count - 1) * error


def _t_quantile(freedom: int) -> float:
    """What Student's t with so many degrees of freedom exceeds by `CHANCE` only."""
    from scipy.special import stdtrit  # noqa: PLC0415 - heavy for a value

    return float(stdtrit(freedom, 1 - CHANCE))


class Gate(Value):
    """One check. A failed ``error`` keeps the trial from winning; a ``warning`` is only shown."""

    name: str
    passed: bool
    severity: Literal["error", "warning"]
    detail: str


class Evaluation(Value):
    """``score`` is None where the outputs were no answer. ``baseline`` is what a dummy scores."""

    trial: str
    score: Score | None
    baseline: Score | None
    gates: tuple[Gate, ...]

    @property
    def accepted(self) -> bool:
        """Whether the trial may win."""
        failed = (gate for gate in self.gates if not gate.passed and gate.severity == "error")
        return self.score is not None and next(failed, None) is None

    def clearly_better_than(self, other: "Evaluation") -> bool:
        """Whether this score beats the other's by more than noise. A score beats none at all."""
        if self.score is None or other.score is None:
            return self.score is not None
        return self.score.clearly_better_than(other.score)


def evaluate_trial(trial: "Trial | Blend", profile: "Profile", dataset: "Dataset") -> Evaluation:
    """The host's score of the trial's out-of-fold predictions, a baseline, and every gate.

    Whatever a generated script did wrong is a failed gate (and no score). Raises DataError or
    SurroundingsFailed only where the data or the fold file themselves cannot be read.
    """
    from agent_core.scoring.judging import judge  # noqa: PLC0415 - imports pandas

    return judge(trial, profile, dataset)
