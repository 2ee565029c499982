"""Getting scripts and plans out of the model: asks, reads, and asks again what is of no use.

What goes wrong with an answer is told to the model, within the same number of answers and the same
budget. A part of a script is never run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from agent_core.conversation import Call, ModelChoice, Purpose, Question
from agent_core.errors import AnswerMalformed, ModelError, PromptUnsafe, QuestionRejected
from agent_core.failures import FailureClass
from agent_core.prompts.again import Useless, again_question
from agent_core.prompts.questions import (
    draft_question,
    improve_question,
    plan_question,
    repair_question,
)
from agent_core.prompts.values import Best, DraftIdea, ToBeat, Tried
from agent_core.replies import Script, read_plan, read_script
from agent_core.searching.steps import Steps

T = TypeVar("T")

#: Numbers of questions under one seed and the next are so far apart.
_FURTHER = 10_000

#: What is drafted where the model makes no plan: it refused, or its answers could not be read.
OWN_IDEAS = (
    DraftIdea(
        title="Gradient boosting with features made of the columns",
        family="gradient boosted trees",
        features=("ratios, differences and counts of the columns that belong together",),
        validation="Everything that is fitted is fitted inside each fold.",
        reasons=("It is the strongest single model on most tables.",),
    ),
    DraftIdea(
        title="A regularised linear model",
        family="linear model",
        features=("scaled numbers, one-hot categories, transformed skewed columns",),
        validation="Scaling and encoding are fitted inside each fold.",
        reasons=("It errs differently from trees, which helps a blend.",),
    ),
    DraftIdea(
        title="Extremely randomised trees",
        family="bagged trees",
        features=("the columns as they are, categories as numbers",),
        validation="Encodings are fitted inside each fold.",
        reasons=("It is robust where rows are few or noisy.",),
    ),
)


@dataclass(frozen=True)
class Brief:
    """What every question begins with, who is asked, and the result that is to be beaten.

    Another ``seed`` asks anew what was asked before.
    """

    shared: tuple[str, ...]
    rival: ToBeat
    choose: Callable[[Purpose], ModelChoice]
    seed: int = 0


@dataclass(frozen=True)
class Reading(Generic[T]):
    """What came of asking. ``result`` is None where no answer could be used; ``why`` says so.

    ``stop`` is what would keep any other question from being answered as well.
    """

    result: T | None
    calls: tuple[Call, ...]
    why: str = ""
    stop: ModelError | None = None


Written = Reading[Script]


class Author:
    """The model as one who plans and writes. Safe to share between threads."""

    def __init__(self, brief: Brief, steps: Steps, answers: int) -> None:
        self._brief = brief
        self._steps = steps
        self._answers = answers

    def plan(self, drafts: int) -> Reading[tuple[DraftIdea, ...]]:
        """At most ``drafts`` ideas that differ from each other."""
        choice = self._brief.choose("plan")
        shared, rival = self._brief.shared, self._brief.rival
        question = plan_question(shared, drafts, rival, choice, self._numbered(0))
        return self._ask("plan", question, lambda text: read_plan(text).drafts[:drafts])

    def draft(self, name: str, ideas: tuple[DraftIdea, ...], number: int) -> Written:
        """The script of the idea with that ``number``, counted from 1."""
        idea = ideas[number - 1]
        others = tuple(other for other in ideas if other is not idea)
        choice = self._brief.choose("draft")
        shared, rival = self._brief.shared, self._brief.rival
        number = self._numbered(number)
        return self._write(name, draft_question(shared, idea, others, rival, choice, number))

    def repair(
        self, name: str, source: str, failure: FailureClass, lines: str, number: int
    ) -> Written:
        """``source`` without its fault; ``number`` counts the repairs of the same script from 1."""
        choice = self._brief.choose("repair")
        shared = self._brief.shared
        return self._write(name, repair_question(shared, source, failure, lines, number, choice))

    def improve(self, name: str, best: Best, tried: tuple[Tried, ...], number: int) -> Written:
        """``best`` with one idea more."""
        choice = self._brief.choose("improve")
        shared, rival = self._brief.shared, self._brief.rival
        number = self._numbered(number)
        return self._write(name, improve_question(shared, best, tried, rival, choice, number))

    def _numbered(self, number: int) -> int:
        return self._brief.seed * _FURTHER + number

    def _write(self, name: str, question: Question) -> Written:
        return self._ask(name, question, read_script)

    def _ask(self, name: str, question: Question, read: Callable[[str], T]) -> Reading[T]:
        """Ask until ``read`` can make something of an answer, or there were enough of them."""
        calls: tuple[Call, ...] = ()
        why = ""
        for number in range(self._answers):
            try:
                answer = self._steps.ask(f"{name} again {number}" if number else name, question)
            except (QuestionRejected, PromptUnsafe) as error:
                return Reading(None, calls + error.calls, error.what)
            except ModelError as error:
                return Reading(None, calls + error.calls, error.what, error)
            calls += answer.calls
            useless = answer.useless
            if useless is None:
                try:
                    return Reading(read(answer.text), calls)
                except AnswerMalformed as error:
                    useless = Useless(kind="malformed", why=str(error), text=answer.text)
            why = useless.why
            question = again_question(question, useless, self._brief.choose("repair"))
        return Reading(None, calls, why)
