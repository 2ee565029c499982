"""Whether a trial's claim holds where the answers are really withheld."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from agent_core.value import Value

if TYPE_CHECKING:
    from agent_core.dataset import Dataset
    from agent_core.evaluation import Evaluation
    from agent_core.home import Home
    from agent_core.profile import Profile
    from agent_core.sandbox.sandbox import Sandbox
    from agent_core.solution import Solution
    from agent_core.trial import Trial


class Verification(Value):
    """``passed`` is None where this competition's data or metric allow no verification.

    ``claimed`` and ``withheld`` are scores of the rows of ``fold``, by the competition's metric:
    of the trial's out-of-fold predictions, and of what the same script predicts for those rows
    when their targets are nowhere to be found. ``allowed`` is by how much the second may fall
    short of the first. They are None where it did not come to a second run or to its score.
    ``reason`` says in plain words why it failed or could not be done; it is empty if it passed.
    ``seconds`` is what it took.
    """

    trial: str
    passed: bool | None
    reason: str
    fold: int | None = None
    claimed: float | None = None
    withheld: float | None = None
    allowed: float | None = None
    seconds: float = 0.0

    @property
    def trusted(self) -> bool:
        """Whether the trial may win: nothing was found against it."""
        return self.passed is not False


def verify_trial(  # noqa: PLR0913, PLR0917 - the stage's signature
    solution: "Solution",
    trial: "Trial",
    evaluation: "Evaluation",
    profile: "Profile",
    dataset: "Dataset",
    sandbox: "Sandbox",
    budget: float,
    home: "Home",
    on_line: Callable[[str], None] | None = None,
) -> Verification:
    """Run ``solution`` again without the targets of one fold, and compare with what it claimed.

    ``budget`` (seconds) is the one that the trial was given. Raises SurroundingsFailed or
    DataError only where the machine or the data, not the script, are at fault.
    """
    from agent_core.verifying.verifier import Case, verify  # noqa: PLC0415 - imports pandas

    return verify(
        Case(solution, trial, evaluation, profile, dataset, sandbox, budget, home, on_line)
    )
