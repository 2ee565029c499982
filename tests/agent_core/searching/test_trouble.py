"""A search whose model, machine or program is no help."""

import pytest

from agent_core.errors import (
    BudgetExhausted,
    ModelError,
    ModelUnavailable,
    NoModel,
    QuestionRejected,
)
from tests.agent_core.searching.fakes import (
    FINE,
    Comes,
    FakeSteps,
    answer,
    broken_machine,
    run,
    states,
    useless,
)


@pytest.mark.parametrize("kind", ["refused", "truncated", "malformed"])
def test_a_useless_answer_is_asked_for_again(kind: str) -> None:
    steps = FakeSteps(comes=FINE, says={"draft 1": useless(kind, "half a script")})
    result = run(steps, patience=0)
    first, again = steps.questions["draft 1"], steps.questions["draft 1 again 1"]
    assert f"It was {kind}." in again.text
    assert again.text.startswith(first.text)
    assert (again.max_tokens > first.max_tokens) == (kind == "truncated")
    assert (again.model != first.model) == (kind == "refused")
    (draft,) = [attempt for attempt in result.attempts if attempt.name == "draft 1"]
    assert draft.cost_usd == pytest.approx(0.02)
    assert states(result)["draft 1"] == "verified"


def test_nonsense_throughout() -> None:
    nonsense = useless("malformed", "I like trains.")
    names = ["plan", *(f"draft {n}" for n in (1, 2, 3))]
    says = {f"{name}{again}": nonsense for name in names for again in ("", " again 1", " again 2")}
    steps = FakeSteps(says=dict(says))
    result = run(steps)
    assert result.winner
    assert result.winner.name == "template"
    assert states(result) == {
        "template": "verified", "draft 1": "unwritten", "draft 2": "unwritten",
        "draft 3": "unwritten",
    }  # fmt: skip
    assert "It was malformed." in result.stopped
    assert result.warnings
    assert len(steps.done) == 12


def test_prose_instead_of_a_script_is_nonsense() -> None:
    steps = FakeSteps(ideas=1, says={"draft 1": answer("Here you are."), "plan": answer("{}")})
    steps.comes["draft 1"] = Comes(0.8)
    result = run(steps, drafts=1, patience=0)
    assert "Here you are." in steps.questions["draft 1 again 1"].text
    assert states(result)["draft 1"] == "verified"


@pytest.mark.parametrize(
    "error", [BudgetExhausted("No money."), ModelUnavailable("Overload."), NoModel("Bad key.")]
)
@pytest.mark.parametrize("where", ["plan", "draft 1", "draft 3", "improve 1", "draft 1 repair 1"])
def test_without_the_model_it_goes_on_with_what_it_has(error: ModelError, where: str) -> None:
    comes = {"draft 1": Comes(None), "draft 1 repair 1": Comes(0.8), "draft 2": Comes(0.82)}
    steps = FakeSteps(comes=comes, says={where: error})
    result = run(steps)
    assert result.stopped == error.what
    assert error.what in result.warnings[0]
    assert result.winner
    assert result.winner.name == ("template" if where == "plan" else "draft 2")
    assert not any(one.startswith("ask improve 2") for one in steps.done)


def test_what_was_paid_before_the_money_ran_out_is_in_the_tree() -> None:
    steps = FakeSteps(ideas=1, says={"draft 1": useless("malformed")})
    steps.says["draft 1 again 1"] = BudgetExhausted("No money.")
    result = run(steps, drafts=1)
    (draft,) = [attempt for attempt in result.attempts if attempt.name == "draft 1"]
    assert draft.cost_usd == 0.01
    assert draft.message == "No money."


def test_a_question_that_is_not_taken_ends_its_line_only() -> None:
    steps = FakeSteps(comes=FINE, says={"draft 2": QuestionRejected("Too long.")})
    result = run(steps, patience=0)
    assert states(result)["draft 2"] == "unwritten"
    assert result.winner
    assert result.winner.name == "draft 1"


def test_a_machine_that_fails_ends_the_search_not_the_run() -> None:
    def fail() -> None:
        raise broken_machine()

    steps = FakeSteps(comes=FINE, slow={"train draft 3": fail})
    result = run(steps)
    assert result.stopped == "The disk is full."
    assert "Make room." in result.warnings[0]
    assert result.winner
    assert result.winner.name == "draft 2"


def test_a_bug_of_our_own_is_no_limit() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(FakeSteps(comes=FINE, slow={"train draft 3": fail}))
