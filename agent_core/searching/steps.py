"""What a search needs done, and by which limits. How it is done is not its concern.

In a flow each step is a persisted task, so that a search that was killed takes what it had from
the cache. That holds because a step's inputs are made of earlier results and of the request only:
never of the clock, nor of which of several trials was quicker.
"""

from typing import Protocol

from agent_core.blend import Blend
from agent_core.conversation import Call, Question
from agent_core.evaluation import Evaluation
from agent_core.prompts.again import Useless
from agent_core.solution import Solution
from agent_core.trial import GRACE_PART, GRACE_SECONDS, Trial
from agent_core.value import Value
from agent_core.verification import Verification


class Answer(Value):
    """What the model said, and what that cost. ``useless`` says why it cannot be used, or is None.

    A useless answer is a value too: it was paid for, and must not be asked for again after a
    restart.
    """

    text: str
    calls: tuple[Call, ...]
    useless: Useless | None = None


class Limits(Value):
    """How far a search may go.

    ``drafts`` first solutions, ``trials`` generated solutions in all, ``repairs`` of one solution,
    ``answers`` asked for until one can be used, ``patience`` improvements in a row that are none.
    ``parallel`` trials are trained at once, each told ``trial_seconds``. At most ``blended`` of
    the best are verified for the blend.
    """

    drafts: int = 3
    trials: int = 12
    repairs: int = 2
    answers: int = 3
    patience: int = 3
    blended: int = 3
    parallel: int = 1
    trial_seconds: float

    @property
    def longest_trial(self) -> float:
        """Seconds after which a trial is stopped for sure."""
        return self.trial_seconds * (1 + GRACE_PART) + GRACE_SECONDS


class Steps(Protocol):
    """``name`` is the attempt's, for people to see. Safe to call from several threads.

    All but `ask` raise only what is the fault of our own surroundings; `ask` raises the errors of
    `ModelError` that another question would meet as well.
    """

    def ask(self, name: str, question: Question) -> Answer:
        """Put ``question`` to the model."""
        ...

    def rehearse(self, name: str, solution: Solution) -> Trial | None:
        """Run ``solution`` on a sample of the rows; None where the rows are few anyway."""
        ...

    def train(self, name: str, solution: Solution) -> Trial:
        """Run ``solution``."""
        ...

    def evaluate(self, name: str, trial: Trial | Blend) -> Evaluation:
        """Score what it has left."""
        ...

    def verify(
        self, name: str, solution: Solution, trial: Trial, evaluation: Evaluation
    ) -> Verification:
        """Run ``solution`` again with a fold's targets withheld."""
        ...

    def blend(self, parts: tuple[tuple[Trial, Evaluation], ...]) -> Blend:
        """Blend accepted trials."""
        ...
