"""From the client's reply or error to an `Answer`, which can be kept."""

from typing import Literal, Protocol

from agent_core.conversation import Question, Reply
from agent_core.errors import AgentError, AnswerRefused, AnswerTruncated
from agent_core.prompts.again import Useless
from agent_core.searching.steps import Answer


class Asks(Protocol):
    """Who answers: `agent_core.claude.Claude`, or a test's own."""

    def ask(self, question: Question, deadline: float | None = None) -> Reply:
        """A whole, usable answer; raises `ModelError`."""
        ...


def answer_of(claude: Asks, question: Question, deadline: float | None) -> Answer:
    """Ask. A useless answer is an `Answer` too; raises the other errors of `ModelError`."""
    try:
        reply = claude.ask(question, deadline)
    except AgentError as error:
        useless = Useless(kind=_kind(error), why=str(error), text=error.text)
        return Answer(text=error.text, calls=error.calls, useless=useless)
    return Answer(text=reply.text, calls=reply.calls)


def _kind(error: AgentError) -> Literal["refused", "truncated", "malformed"]:
    if isinstance(error, AnswerRefused):
        return "refused"
    return "truncated" if isinstance(error, AnswerTruncated) else "malformed"
