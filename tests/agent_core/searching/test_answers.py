"""What comes of a question becomes a value that can be kept."""

from dataclasses import dataclass

import pytest

from agent_core.conversation import Question, Reply
from agent_core.errors import (
    AgentError,
    AnswerMalformed,
    AnswerRefused,
    AnswerTruncated,
    BudgetExhausted,
    ModelError,
)
from agent_core.searching.answers import answer_of
from tests.agent_core.searching.fakes import call

QUESTION = Question(purpose="plan", model="m", shared=("s",), text="t", max_tokens=10)


@dataclass
class Asked:
    """Answers with ``comes``, and remembers by when it had to."""

    comes: Reply | ModelError
    deadline: float | None = None

    def ask(self, question: Question, deadline: float | None = None) -> Reply:
        self.deadline = deadline
        if isinstance(self.comes, ModelError):
            raise self.comes
        return self.comes


def test_a_reply_with_all_that_it_cost() -> None:
    asked = Asked(Reply(text="hello", call=call(), failed=(call(), call())))
    answer = answer_of(asked, QUESTION, 5.0)
    assert answer.text == "hello"
    assert len(answer.calls) == 3
    assert answer.useless is None
    assert asked.deadline == 5.0


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (AnswerRefused("No.", calls=(call(),)), "refused"),
        (AnswerTruncated("Too long.", text="half", calls=(call(),)), "truncated"),
        (AnswerMalformed("No JSON.", text="what?", calls=(call(),)), "malformed"),
        (AgentError("Odd.", text="?", calls=(call(),)), "malformed"),
    ],
)
def test_a_useless_answer_is_kept_too(error: AgentError, kind: str) -> None:
    answer = answer_of(Asked(error), QUESTION, None)
    assert answer.useless
    assert (answer.useless.kind, answer.useless.why) == (kind, error.what)
    assert answer.useless.text == error.text
    assert answer.calls == error.calls


def test_what_another_question_would_meet_as_well_is_raised() -> None:
    with pytest.raises(BudgetExhausted):
        answer_of(Asked(BudgetExhausted("No money.")), QUESTION, None)
