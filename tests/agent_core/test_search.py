"""The policy alone: every way to begin and to go on."""

import threading

from agent_core.attempt import Attempt
from agent_core.sandbox.sandbox import Outcome
from agent_core.trial_tree import NodeKind
from tests.agent_core.searching.fakes import (
    FINE,
    Comes,
    FakeSteps,
    run,
    states,
    template,
)


def test_each_attempt_is_told_of_when_it_has_ended() -> None:
    told: list[Attempt] = []
    comes = {**FINE, "draft 3": Comes(None), "draft 3 repair 1": Comes(0.79)}
    result = run(FakeSteps(comes=comes), patience=1, tried=told.append)
    assert sorted(told, key=_name) == sorted(result.attempts[1:], key=_name)
    names = [attempt.name for attempt in told]
    for attempt in told:
        before = names[: names.index(attempt.name)]
        assert attempt.parent is None or attempt.parent in before


def _name(attempt: Attempt) -> str:
    return attempt.name


def test_a_search_as_it_should_be() -> None:
    steps = FakeSteps(
        comes={
            **FINE,
            "draft 3": Comes(None),
            "draft 3 repair 1": Comes(0.79),
            "improve 1": Comes(0.85),
            "improve 2": Comes(0.81),
        }
    )
    result = run(steps, patience=2)
    assert states(result) == {
        "template": "verified",
        "draft 1": "verified",
        "draft 2": "verified",
        "draft 3": "failed",
        "draft 3 repair 1": "verified",
        "improve 1": "verified",
        "improve 2": "scored",
        "improve 3": "failed",
        "improve 3 repair 1": "failed",
        "improve 3 repair 2": "failed",
    }
    assert result.winner
    assert result.winner.name == "improve 1"
    parents = {attempt.name: attempt.parent for attempt in result.attempts}
    assert parents["improve 1"] == "draft 2"
    assert parents["improve 2"] == parents["improve 3"] == "improve 1"
    assert parents["draft 3 repair 1"] == "draft 3"
    assert "2 ideas in a row" in result.stopped
    assert result.warnings == ()
    assert steps.done[0] == "ask plan"
    assert all(attempt.cost_usd == 0.01 for attempt in result.attempts[1:])


def test_noise_is_no_progress() -> None:
    steps = FakeSteps(comes={**FINE, "improve 1": Comes(0.8201, spread=0.02)})
    result = run(steps, patience=1, drafts=3)
    assert states(result)["improve 1"] == "scored"
    assert "verify improve 1" not in steps.done
    assert result.winner
    assert result.winner.name == "draft 2"


def test_a_repair_gets_the_fault_and_a_fast_model() -> None:
    steps = FakeSteps(comes={"draft 1": Comes(None), "draft 1 repair 1": Comes(0.8)}, ideas=1)
    run(steps, drafts=1, patience=0)
    question = steps.questions["draft 1 repair 1"]
    assert question.purpose == "repair"
    assert question.model == "claude-haiku-5-5"
    assert "KeyError: 'no such luck'" in question.text
    assert "# draft 1" in question.text


def test_a_hopeless_script_is_given_up_after_its_repairs() -> None:
    steps = FakeSteps(ideas=1)
    result = run(steps, drafts=1, repairs=3)
    assert list(states(result)) == [
        "template", "draft 1", "draft 1 repair 1", "draft 1 repair 2", "draft 1 repair 3",
    ]  # fmt: skip
    assert result.winner
    assert result.winner.kind is NodeKind.TEMPLATE
    assert "No draft holds" in result.stopped
    assert "exit code 1" in result.stopped
    assert result.warnings == (result.stopped,)


def test_a_poor_score_is_a_fault_to_repair() -> None:
    steps = FakeSteps(comes={"draft 1": Comes(0.5, poor=True)}, ideas=1)
    result = run(steps, drafts=1, repairs=1)
    assert states(result)["draft 1"] == "rejected"
    assert "ask draft 1 repair 1" in steps.done


def test_a_leak_is_out_and_the_model_is_told_why() -> None:
    steps = FakeSteps(
        comes={**FINE, "draft 1": Comes(0.999, leaks=True), "draft 1 repair 1": Comes(0.81)}
    )
    result = run(steps, patience=0)
    assert states(result)["draft 1"] == "leaking"
    assert "Without the targets it scores 0.5 only." in steps.questions["draft 1 repair 1"].text
    assert "leak" in steps.questions["draft 1 repair 1"].text
    assert result.winner
    assert result.winner.name == "draft 2"
    (leaking,) = [attempt for attempt in result.attempts if attempt.name == "draft 1"]
    assert leaking.failure == "leak"
    assert "scores 0.5 only" in leaking.message


def test_a_leaking_improvement_is_no_improvement() -> None:
    leaks = {f"improve {n}": Comes(0.999, leaks=True) for n in range(1, 4)}
    again = {f"improve {n} repair 1": Comes(0.999, leaks=True) for n in range(1, 4)}
    result = run(FakeSteps(comes={**FINE, **leaks, **again}), patience=2, repairs=1)
    assert result.winner
    assert result.winner.name == "draft 2"
    assert {attempt.parent for attempt in result.attempts if attempt.name == "improve 2"} == {
        "draft 2"
    }


def test_what_was_tried_is_told() -> None:
    steps = FakeSteps(comes={**FINE, "draft 1": Comes(None)})
    run(steps, patience=1, repairs=0)
    text = steps.questions["improve 1"].text
    assert "Idea 2" in text
    assert "0.82" in text
    assert "failed: " in text


def test_never_worse_than_the_template() -> None:
    steps = FakeSteps(comes=FINE)
    result = run(steps, base=template(0.9), patience=0)
    assert result.winner
    assert result.winner.name == "template"
    close = FakeSteps(comes={"draft 1": Comes(0.7001, spread=0.02)}, ideas=1)
    result = run(close, drafts=1, patience=0)
    assert result.winner
    assert result.winner.name == "template"


def test_a_template_that_failed_is_beaten_by_anything_that_holds() -> None:
    result = run(FakeSteps(comes=FINE), base=template(None), patience=0)
    assert result.winner
    assert result.winner.name == "draft 2"
    result = run(FakeSteps(), base=template(None))
    assert result.winner is None


def test_the_best_verified_are_blended_with_the_template() -> None:
    steps = FakeSteps(comes={**FINE, "draft 3": Comes(0.999, leaks=True)}, blended=0.86)
    result = run(steps, patience=0, repairs=0)
    assert "blend 3" in steps.done
    assert result.winner
    assert result.winner.name == "blend"
    assert [name for name, _ in result.winner.parts] == ["draft 2", "draft 1", "template"]
    assert result.winner.node().parts[0] == ("draft 2", 0.6)
    assert states(result)["blend"] == "verified"


def test_at_most_so_many_are_blended() -> None:
    steps = FakeSteps(comes=FINE, blended=0.86)
    run(steps, patience=0, blended=1)
    assert "blend 2" in steps.done


def test_a_repeat_takes_the_same_way() -> None:
    comes = {**FINE, "draft 1": Comes(None), "draft 1 repair 1": Comes(0.84)}
    first, second = FakeSteps(comes=comes), FakeSteps(comes=comes)
    second.slow = {"ask draft 1": lambda: threading.Event().wait(0.1)}
    results = [run(steps, patience=2) for steps in (first, second)]
    assert first.questions == second.questions
    assert states(results[0]) == states(results[1])


def test_a_draft_that_failed_already_on_a_sample_is_not_trained() -> None:
    comes = {
        "draft 1": Comes(0.8, rehearsal=Outcome.CRASHED),
        "draft 1 repair 1": Comes(0.8, rehearsal=Outcome.TIMEOUT),
    }
    steps = FakeSteps(comes=comes, ideas=1)
    result = run(steps, drafts=1, patience=0)
    assert "train draft 1" not in steps.done
    assert "train draft 1 repair 1" in steps.done
    assert states(result)["draft 1"] == "failed"
