"""The three gates: an attempt is valid, better than what there was, stable and honest.

Wherever it was trained, here or on Kaggle, an attempt is judged by the same evaluation, the same
test for noise and the same verification. Here what came of them is put together, for people.
"""

from collections.abc import Iterable, Sequence

from agent_core.attempt import Attempt
from agent_core.decision import Check, Decision, Verdict
from agent_core.evaluation import Gate, Score
from agent_core.trial_tree import NodeKind
from agent_core.verification import Verification

_VALID = {"valid", "valid_submission"}
_BASELINE = "better_than_baseline"


def decisions(attempts: Sequence[Attempt], stopped: str = "") -> dict[str, Decision]:
    """By the names of ``attempts``, parents first; ``stopped`` says why there were no more."""
    return {attempt.name: _decision(attempt, attempts, stopped) for attempt in attempts}


def _decision(attempt: Attempt, attempts: Sequence[Attempt], stopped: str) -> Decision:
    checks = (_valid(attempt), _better(attempt, _rival(attempt, attempts)), _honest(attempt))
    if all(check.passed for check in checks):
        why = tuple(f"{check.name}: {check.detail}" for check in checks)
        return Decision(attempt=attempt.name, verdict=Verdict.THROUGH, checks=checks, reasons=why)
    reasons = [f"not {check.name}: {check.detail}" for check in checks if check.passed is False]
    successor = _successor(attempt, attempts)
    if successor is None:
        verdict, then = Verdict.ENOUGH, stopped
    else:
        verdict, then = Verdict.AGAIN, f"{successor.name} was tried next"
    reasons += [then] if then else []
    return Decision(attempt=attempt.name, verdict=verdict, checks=checks, reasons=tuple(reasons))


def _valid(attempt: Attempt) -> Check:
    """Its answer is one: it ran, and its outputs are what was asked for."""
    name = "valid"
    if attempt.evaluation is None:
        trial = attempt.trial.message if attempt.trial else ""
        detail = attempt.message or trial or "there is no script that could be run"
        return Check(name=name, passed=False, detail=detail)
    gates = [gate for gate in attempt.evaluation.gates if gate.name in _VALID]
    failed = _failed(gates)
    score = attempt.evaluation.score
    passed = not failed and score is not None
    detail = _told(failed or gates) or ("it has a score" if score else "it has no score")
    return Check(name=name, passed=passed, detail=detail)


def _better(attempt: Attempt, rival: Attempt | None) -> Check:
    """It beats what there was by more than noise; the first one, a constant answer."""
    name = "better than before"
    score = attempt.score
    if score is None or attempt.evaluation is None:
        return Check(name=name, passed=None, detail="there is no score")
    if rival is None or rival.evaluation is None or rival.score is None:
        gates = [gate for gate in attempt.evaluation.gates if gate.name == _BASELINE]
        detail = _told(gates) or "there was nothing before"
        return Check(name=name, passed=not _failed(gates), detail=detail)
    passed = attempt.evaluation.clearly_better_than(rival.evaluation)
    by_how_much = "by more than noise" if passed else "not by more than noise"
    detail = f"{_text(score)} against {_text(rival.score)} of {rival.name}, {by_how_much}"
    return Check(name=name, passed=passed, detail=detail)


def _honest(attempt: Attempt) -> Check:
    """Its folds agree, nothing leaks, and its score held where the targets were withheld."""
    name = "stable and honest"
    if attempt.score is None or attempt.evaluation is None:
        return Check(name=name, passed=None, detail="there is no score")
    others = _VALID | {_BASELINE}
    gates = [gate for gate in attempt.evaluation.gates if gate.name not in others]
    failed, verification = _failed(gates), attempt.verification
    if verification is not None and not verification.trusted:
        return Check(name=name, passed=False, detail=verification.reason)
    if failed:
        return Check(name=name, passed=False, detail=_told(failed))
    if not attempt.checked:
        return Check(name=name, passed=None, detail="its score was not verified")
    suspicious = [gate for gate in gates if not gate.passed]
    detail = f"to know: {_told(suspicious)}" if suspicious else "no gate found fault with it"
    if verification is not None:
        detail = f"{_verified(verification)}; {detail}"
    return Check(name=name, passed=True, detail=detail)


def _verified(verification: Verification) -> str:
    """What the second run has shown."""
    if verification.passed is None:
        return f"cannot be verified ({verification.reason})"
    if verification.claimed is None or verification.withheld is None:
        return "its score held with a fold's targets withheld"
    claimed, withheld = f"{verification.claimed:.6g}", f"{verification.withheld:.6g}"
    return f"with a fold's targets withheld it scores {withheld} there, {claimed} was claimed"


def _rival(attempt: Attempt, attempts: Sequence[Attempt]) -> Attempt | None:
    """What there was before: for a draft the template, for an idea what it is to improve.

    A repair stands for what it repairs, and a blend has to beat the best of its parts.
    """
    named = {one.name: one for one in attempts}
    while attempt.kind is NodeKind.REPAIR and attempt.parent in named:
        attempt = named[attempt.parent]
    if attempt.kind is NodeKind.IMPROVE:
        return named.get(attempt.parent or "")
    if attempt.kind is NodeKind.BLEND:
        return _best(named[name] for name, _ in attempt.parts if name in named)
    if attempt.kind is NodeKind.TEMPLATE:
        return None
    return next((one for one in attempts if one.kind is NodeKind.TEMPLATE), None)


def _best(attempts: Iterable[Attempt]) -> Attempt | None:
    best: Attempt | None = None
    for attempt in attempts:
        if attempt.score and (
            best is None or best.score is None or attempt.score.better_than(best.score)
        ):
            best = attempt
    return best


def _successor(attempt: Attempt, attempts: Sequence[Attempt]) -> Attempt | None:
    """What was tried in its place: its repair, or the next idea for the same."""
    for later in attempts[attempts.index(attempt) + 1 :]:
        if later.parent == attempt.name and later.kind is NodeKind.REPAIR:
            return later
        if later.kind is NodeKind.IMPROVE and attempt.kind is not NodeKind.TEMPLATE:
            return later
    return None


def _failed(gates: Iterable[Gate]) -> list[Gate]:
    return [gate for gate in gates if not gate.passed and gate.severity == "error"]


def _told(gates: Iterable[Gate]) -> str:
    return "; ".join(gate.detail for gate in gates)


def _text(score: Score) -> str:
    return f"{score.value:.6g} ± {score.std:.2g}"
