"""Steps of a search that cost nothing: what each attempt comes to is written down beforehand."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from agent_core.attempt import Attempt
from agent_core.blend import Blend
from agent_core.conversation import Call, ModelChoice, Purpose, Question, Usage
from agent_core.errors import ModelError, SurroundingsFailed
from agent_core.evaluation import Evaluation, Gate, Score
from agent_core.progress import silent
from agent_core.prompts.again import Useless
from agent_core.prompts.values import DraftIdea, Plan, ToBeat
from agent_core.sandbox.sandbox import Outcome, Resources
from agent_core.search import Search, SearchResult
from agent_core.searching.author import Brief
from agent_core.searching.steps import Answer, Limits
from agent_core.solution import Solution
from agent_core.strategy import Strategy
from agent_core.trial import Trial
from agent_core.trial_tree import NodeKind
from agent_core.verification import Verification

STRATEGY = Strategy(profile="p", planner="rules", summary="Template", reasons=(), models=())
IDEAS = tuple(
    DraftIdea(title=f"Idea {n}", family="trees", features=(), validation="in folds", reasons=())
    for n in range(1, 6)
)
SCRIPT = """\
```python
# {name}
import argparse
parser = argparse.ArgumentParser()
for name in ("--data", "--folds", "--out", "--budget"):
    parser.add_argument(name)
if parser.parse_args():
    print("submission.csv", "oof.csv")
```
"""


@dataclass(frozen=True)
class Comes:
    """What a script comes to: ``score`` None is a crash; a ``poor`` one fails a gate."""

    score: float | None
    leaks: bool = False
    poor: bool = False
    spread: float = 0.001
    rehearsal: Outcome | None = None


#: Three drafts that hold.
FINE = {"draft 1": Comes(0.80), "draft 2": Comes(0.82), "draft 3": Comes(0.78)}


def score(value: float, spread: float = 0.001) -> Score:
    """Five folds around ``value``."""
    folds = tuple(value + spread * step for step in (-1.0, -0.5, 0.0, 0.5, 1.0))
    return Score(metric="accuracy", higher_is_better=True, value=value, std=spread, folds=folds)


def trial_of(solution: str, outcome: Outcome = Outcome.OK) -> Trial:
    """A trial without files."""
    return Trial(
        solution=solution,
        outcome=outcome,
        exit_code=0 if outcome is Outcome.OK else 1,
        message="" if outcome is Outcome.OK else "The script ended with exit code 1.",
        resources=Resources(seconds=1, cpu_seconds=1, peak_memory_bytes=1),
        outputs=(),
        log_tail="Traceback (most recent call last):\nKeyError: 'no such luck'",
        sandbox="fake",
        folder=Path("nowhere"),
    )


def evaluation_of(trial: Trial | Blend, value: Score | None, accepted: bool = True) -> Evaluation:
    """One gate, which says whether it may win."""
    gate = Gate(name="valid", passed=accepted, severity="error", detail="as it should be")
    return Evaluation(trial=trial.fingerprint(), score=value, baseline=None, gates=(gate,))


def template(value: float | None = 0.70) -> Attempt:
    """The template's attempt, with that score or none."""
    solution = Solution(source="template", strategy=STRATEGY.fingerprint())
    trial = trial_of(solution.fingerprint())
    return Attempt(
        name="template",
        kind=NodeKind.TEMPLATE,
        strategy=STRATEGY,
        solution=solution,
        trial=trial,
        evaluation=evaluation_of(trial, None if value is None else score(value), value is not None),
    )


@dataclass
class FakeSteps:
    """``comes`` by the attempt's name; ``says`` are answers of the model by the question's name.

    What is not written down: a plan of ideas, a script, a crash. ``blended`` is the score of a
    blend, None if none is better than the best of its parts. ``done`` is all that was done.
    """

    comes: dict[str, Comes] = field(default_factory=dict)
    says: dict[str, Answer | ModelError] = field(default_factory=dict)
    blended: float | None = None
    ideas: int = 3
    slow: dict[str, Callable[[], object]] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    names: dict[str, str] = field(default_factory=dict)

    def ask(self, name: str, question: Question) -> Answer:
        self.done.append(f"ask {name}")
        self.questions[name] = question
        self.slow.get(f"ask {name}", lambda: None)()
        said = self.says.get(name)
        if isinstance(said, ModelError):
            raise said
        if said is not None:
            return said
        plan = Plan(summary="s", drafts=IDEAS[: self.ideas]).model_dump_json()
        return answer(plan if name == "plan" else SCRIPT.format(name=name))

    def rehearse(self, name: str, solution: Solution) -> Trial | None:
        outcome = self._comes(name).rehearsal
        if outcome is None:
            return None
        self.done.append(f"rehearse {name}")
        return trial_of(solution.fingerprint(), outcome)

    def train(self, name: str, solution: Solution) -> Trial:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        self.done.append(f"train {name}")
        self.slow.get(f"train {name}", lambda: time.sleep(0.01))()
        with self.lock:
            self.at_once -= 1
        crashed = self._comes(name).score is None
        return trial_of(solution.fingerprint(), Outcome.CRASHED if crashed else Outcome.OK)

    def evaluate(self, name: str, trial: Trial | Blend) -> Evaluation:
        if isinstance(trial, Blend):
            assert self.blended is not None
            return evaluation_of(trial, score(self.blended))
        comes = self._comes(name)
        value = None if comes.score is None else score(comes.score, comes.spread)
        return evaluation_of(trial, value, value is not None and not comes.poor)

    def verify(
        self, name: str, solution: Solution, trial: Trial, evaluation: Evaluation
    ) -> Verification:
        self.done.append(f"verify {name}")
        leaks = self._comes(name).leaks
        reason = "Without the targets it scores 0.5 only." if leaks else ""
        return Verification(trial=trial.fingerprint(), passed=not leaks, reason=reason)

    def blend(self, parts: tuple[tuple[Trial, Evaluation], ...]) -> Blend:
        self.done.append(f"blend {len(parts)}")
        rest = len(parts) - 1
        share = (0.6, *(0.4 / rest for _ in range(rest)))
        weights = (1.0, *(0.0 for _ in range(rest))) if self.blended is None else share
        names = tuple(trial.fingerprint() for trial, _ in parts)
        return Blend(trials=names, weights=weights, reason="", outputs=(), folder=Path("nowhere"))

    def _comes(self, name: str) -> Comes:
        return self.comes.get(name, Comes(None))


def answer(text: str) -> Answer:
    """A usable answer that cost a cent."""
    return Answer(text=text, calls=(call(),))


def useless(kind: str, text: str = "") -> Answer:
    """One that was paid for in vain."""
    return Answer(
        text=text,
        calls=(call(),),
        useless=Useless.model_validate({"kind": kind, "why": f"It was {kind}.", "text": text}),
    )


def call() -> Call:
    """A cent."""
    usage = Usage(input_tokens=10, output_tokens=10)
    return Call(purpose="draft", model="claude-sonnet-5-5", usage=usage, seconds=1, usd=0.01)


def choose(purpose: Purpose) -> ModelChoice:
    """A strong model to write, a fast one to repair."""
    model = "claude-haiku-5-5" if purpose == "repair" else "claude-sonnet-5-5"
    return ModelChoice(model=model, effort=None, max_tokens=10_000)


def run(
    steps: FakeSteps,
    base: Attempt | None = None,
    time_left: Callable[[], float] = lambda: 1e6,
    tried: Callable[[Attempt], None] = lambda attempt: None,
    **limits: int,
) -> SearchResult:
    """A search with these limits."""
    base = base or template()
    rival = ToBeat(score=base.evaluation.score if base.evaluation else None, summary="Template")
    brief = Brief(shared=("rules", "profile"), rival=rival, choose=choose)
    given = Limits.model_validate({"trial_seconds": 10.0, **limits})
    return Search(base, brief, steps, given, time_left, silent, tried).run()


def states(result: SearchResult) -> dict[str, str]:
    """How each attempt ended, by its name."""
    return {attempt.name: attempt.state.value for attempt in result.attempts}


def broken_machine() -> SurroundingsFailed:
    """Our own fault."""
    return SurroundingsFailed("The disk is full.", means="It cannot go on.", next="Make room.")
