"""Every attempt goes through the same three gates, whatever became of it."""

from agent_core.deciding import decisions
from agent_core.decision import Decision, Verdict
from agent_core.evaluation import Gate
from tests.agent_core.searching.fakes import FINE, Comes, FakeSteps, run, template


def decided(steps: FakeSteps, **limits: int) -> dict[str, Decision]:
    result = run(steps, **limits)
    return decisions(result.attempts, result.stopped)


def passed(decision: Decision) -> list[bool | None]:
    return [check.passed for check in decision.checks]


def with_gates(*gates: Gate):
    base = template()
    assert base.evaluation is not None
    evaluation = base.evaluation.model_copy(update={"gates": gates})
    return base.model_copy(update={"evaluation": evaluation})


def gate(name: str, severity: str, good: bool = False) -> Gate:
    told = {"name": name, "passed": good, "severity": severity, "detail": f"{name} it is"}
    return Gate.model_validate(told)


def test_a_search_is_decided_attempt_by_attempt() -> None:
    steps = FakeSteps(
        comes={
            **FINE,
            "draft 3": Comes(None),
            "draft 3 repair 1": Comes(0.79),
            "improve 1": Comes(0.85),
            "improve 2": Comes(0.81),
        }
    )

    found = decided(steps, patience=2)

    verdicts = {name: decision.verdict for name, decision in found.items()}
    assert verdicts == {
        "template": Verdict.THROUGH,
        "draft 1": Verdict.THROUGH,
        "draft 2": Verdict.THROUGH,
        "draft 3": Verdict.AGAIN,
        "draft 3 repair 1": Verdict.THROUGH,
        "improve 1": Verdict.THROUGH,
        "improve 2": Verdict.AGAIN,
        "improve 3": Verdict.AGAIN,
        "improve 3 repair 1": Verdict.AGAIN,
        "improve 3 repair 2": Verdict.ENOUGH,
    }
    assert passed(found["draft 3"]) == [False, None, None]
    assert "draft 3 repair 1 was tried next" in found["draft 3"].reasons
    assert passed(found["improve 2"]) == [True, False, None]
    assert "0.81 ± 0.001 against 0.85 ± 0.001 of improve 1" in found["improve 2"].reasons[0]
    assert "2 ideas in a row" in found["improve 3 repair 2"].reasons[-1]


def test_an_improvement_within_noise_is_none() -> None:
    steps = FakeSteps(comes={**FINE, "improve 1": Comes(0.8201, spread=0.02)})

    found = decided(steps, patience=1)["improve 1"]

    assert found.verdict is Verdict.ENOUGH
    assert found.checks[1].detail.endswith("not by more than noise")


def test_what_leaks_is_not_honest() -> None:
    leaking = {"draft 1": Comes(0.99, leaks=True), "draft 1 repair 1": Comes(0.8)}

    found = decided(FakeSteps(comes=leaking, ideas=1), drafts=1, patience=0)

    assert passed(found["draft 1"]) == [True, True, False]
    assert "0.5 only" in found["draft 1"].checks[2].detail
    assert found["draft 1"].verdict is Verdict.AGAIN
    assert "with a fold's targets withheld" in found["draft 1 repair 1"].checks[2].detail


def test_a_blend_has_to_beat_the_best_of_its_parts() -> None:
    better = decided(FakeSteps(comes=FINE, blended=0.86), patience=0)["blend"]
    assert better.verdict is Verdict.THROUGH
    assert "of draft 2, by more than noise" in better.checks[1].detail


def test_the_first_has_to_beat_a_constant_answer() -> None:
    close = with_gates(gate("better_than_baseline", "warning"))
    assert decisions([close])["template"].verdict is Verdict.THROUGH
    below = with_gates(gate("better_than_baseline", "error"))
    found = decisions([below])["template"]
    assert found.verdict is Verdict.ENOUGH
    assert found.reasons == ("not better than before: better_than_baseline it is",)


def test_suspicions_are_told_and_errors_count() -> None:
    suspicious = decisions([with_gates(gate("stable", "warning"))])["template"]
    assert suspicious.verdict is Verdict.THROUGH
    assert suspicious.checks[2].detail == "to know: stable it is"
    leaking = decisions([with_gates(gate("not_too_good", "error"))])["template"]
    assert passed(leaking) == [True, True, False]


def test_verifications_are_told_as_they_went() -> None:
    steps = FakeSteps(comes=FINE)
    result = run(steps, patience=0)
    draft = result.attempts[1]
    assert draft.verification is not None
    numbers = draft.verification.model_copy(update={"claimed": 0.8, "withheld": 0.79})
    unknown = draft.verification.model_copy(update={"passed": None, "reason": "too few rows"})
    for verification, said in ((numbers, "scores 0.79 there"), (unknown, "too few rows")):
        one = draft.model_copy(update={"verification": verification})
        found = decisions([result.attempts[0], one])[one.name]
        assert said in found.checks[2].detail


def test_an_answer_without_a_score_is_not_valid() -> None:
    failed = template(None)
    found = decisions([failed])["template"]
    assert passed(found) == [False, None, None]
    unwritten = failed.model_copy(update={"evaluation": None, "trial": None, "solution": None})
    assert "no script" in decisions([unwritten])["template"].reasons[0]
