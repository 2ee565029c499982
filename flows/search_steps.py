"""The steps of a search within a run: each is a stage, and so taken from the cache if it can."""

from dataclasses import dataclass

from agent_core.blend import Blend
from agent_core.conversation import Question
from agent_core.dataset import Dataset
from agent_core.evaluation import Evaluation
from agent_core.profile import Profile
from agent_core.searching.answers import Asks
from agent_core.searching.steps import Answer
from agent_core.solution import Solution
from agent_core.spending.ledger import Ledger
from agent_core.trial import Trial
from agent_core.verification import Verification
from flows.journey import Journey
from tasks.record import Part, Parts
from tasks.search_stages import (
    ask_claude,
    blend_best,
    evaluate_tryout,
    rehearse_solution,
    try_solution,
    verify_solution,
)

#: With fewer training rows a crash shows soon enough without a rehearsal.
MANY_ROWS = 50_000


@dataclass(frozen=True)
class CachedSteps:
    """`agent_core.searching.steps.Steps`, kept. ``deadline`` (`time.monotonic`) is for answers."""

    journey: Journey
    profile: Profile
    dataset: Dataset
    sandbox: str
    seconds: float
    claude: Asks
    ledger: Ledger
    deadline: float

    def ask(self, name: str, question: Question) -> Answer:  # noqa: D102 - the protocol says it
        taken = self.journey.step(name, ask_claude, question, self.claude, self.deadline)
        if taken.cached:
            # Nothing new to pay, but it counts: the limit is on the run, however often restarted.
            for call in taken.value.calls:
                self.ledger.book(call)
        self.journey.stands(cost_usd=self.ledger.usd)
        return taken.value

    def rehearse(self, name: str, solution: Solution) -> Trial | None:  # noqa: D102
        if self.profile.rows_train < MANY_ROWS:
            return None
        taken = self.journey.step(
            name,
            rehearse_solution,
            solution,
            self.profile,
            self.dataset,
            self.sandbox,
            self.seconds,
        )
        return taken.value.trial

    def train(self, name: str, solution: Solution) -> Trial:  # noqa: D102
        taken = self.journey.step(
            name,
            try_solution,
            solution,
            self.profile,
            self.dataset,
            self.sandbox,
            self.seconds,
            name,
        )
        assert taken.value.trial is not None
        return taken.value.trial

    def evaluate(self, name: str, trial: Trial | Blend) -> Evaluation:  # noqa: D102
        return self.journey.step(name, evaluate_tryout, trial, self.profile, self.dataset).value

    def verify(  # noqa: D102
        self, name: str, solution: Solution, trial: Trial, evaluation: Evaluation
    ) -> Verification:
        return self.journey.step(
            name,
            verify_solution,
            solution,
            trial,
            evaluation,
            self.profile,
            self.dataset,
            self.sandbox,
            self.seconds,
            name,
        ).value

    def blend(self, parts: tuple[tuple[Trial, Evaluation], ...]) -> Blend:  # noqa: D102
        made = Parts(
            parts=tuple(Part(trial=trial, evaluation=evaluation) for trial, evaluation in parts)
        )
        return self.journey.stage(blend_best, made, self.profile, self.dataset)
