"""One question per kind of step. Each begins with the shared parts and ends with what is wanted.

``shared`` comes from `agent_core.prompts.shared.shared_parts`, ``choice`` from the settings.
``number`` tells deliberate repeats of a question apart.
"""

from agent_core.conversation import ModelChoice, Purpose, Question
from agent_core.failures import FailureClass
from agent_core.prompts.history import (
    best_text,
    idea_text,
    others_text,
    rival_line,
    rival_text,
    tried_text,
)
from agent_core.prompts.quoting import block
from agent_core.prompts.rendering import fill
from agent_core.prompts.values import PLAN_SCHEMA, Best, DraftIdea, ToBeat, Tried


def plan_question(
    shared: tuple[str, ...],
    drafts: int,
    rival: ToBeat | None,
    choice: ModelChoice,
    number: int = 0,
) -> Question:
    """Asks for ``drafts`` ideas that differ from each other; `read_plan` reads the answer."""
    text = fill("plan", drafts=str(drafts), rival=rival_text(rival))
    return _question("plan", shared, text, choice, number, PLAN_SCHEMA)


def draft_question(
    shared: tuple[str, ...],
    idea: DraftIdea,
    others: tuple[DraftIdea, ...],
    rival: ToBeat | None,
    choice: ModelChoice,
    number: int = 0,
) -> Question:
    """Asks for the whole script of ``idea``, unlike the ``others``; see `read_script`."""
    text = fill(
        "draft",
        idea=idea_text(idea),
        others=others_text(others),
        rival=rival_text(rival),
    )
    return _question("draft", shared, text, choice, number)


def repair_question(
    shared: tuple[str, ...],
    source: str,
    failure: FailureClass,
    lines: str,
    attempt: int,
    choice: ModelChoice,
) -> Question:
    """Asks for ``source`` without its fault. ``lines``: `relevant_lines` of its log, or a verdict.

    ``attempt`` counts the repairs of this script from 1.
    """
    text = fill(
        "repair",
        script=block("script", source),
        failure=failure.name,
        meaning=failure.meaning,
        advice=failure.advice,
        lines=block("log", lines),
        attempt=str(attempt),
    )
    return _question("repair", shared, text, choice, attempt)


def improve_question(
    shared: tuple[str, ...],
    best: Best,
    tried: tuple[Tried, ...],
    rival: ToBeat | None,
    choice: ModelChoice,
    number: int = 0,
) -> Question:
    """Asks for ``best`` with one idea more than it has.

    The best script is a shared part of its own: while it stays the best, it is read from the cache.
    """
    part = fill("best", best=best_text(best), script=block("script", best.source))
    text = fill("improve", tried=tried_text(tried), rival=rival_line(rival))
    return _question("improve", (*shared, part), text, choice, number)


def _question(
    purpose: Purpose,
    shared: tuple[str, ...],
    text: str,
    choice: ModelChoice,
    number: int,
    schema: str | None = None,
) -> Question:
    return Question(
        purpose=purpose,
        model=choice.model,
        shared=shared,
        text=text,
        answer="json" if schema else "text",
        answer_schema=schema,
        max_tokens=choice.max_tokens,
        effort=choice.effort,
        number=number,
    )
