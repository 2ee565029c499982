"""How attempts are told: to the model that repairs or improves them, and to people."""

import csv
import math
from pathlib import Path

from agent_core.attempt import Attempt
from agent_core.evaluation import Evaluation
from agent_core.failures import FailureClass
from agent_core.log_lines import redacted, relevant_lines
from agent_core.prompts.history import score_text
from agent_core.prompts.values import Best, Kind, Tried
from agent_core.sandbox.sandbox import Outcome
from agent_core.trial_tree import NodeKind, NodeState

MOST_FEATURES = 30
_KINDS: dict[NodeKind, Kind] = {
    NodeKind.DRAFT: "draft",
    NodeKind.REPAIR: "repair",
    NodeKind.IMPROVE: "improve",
}


def told(attempt: Attempt) -> str:
    """One line for those who watch."""
    score = attempt.evaluation.score if attempt.evaluation else None
    shown = f"{score.value:.5g} ± {score.std:.2g}" if score else ""
    parts = (shown, attempt.state.value, attempt.failure or "")
    state = ", ".join(part for part in parts if part)
    return f"{attempt.name}: {state} ({attempt.strategy.summary})"


def best_of(attempt: Attempt) -> Best:
    """What there is to improve. Only for an attempt that works."""
    assert attempt.solution is not None
    assert attempt.trial is not None
    assert attempt.evaluation is not None
    assert attempt.evaluation.score is not None
    return Best(
        title=attempt.strategy.summary,
        source=attempt.solution.source,
        score=attempt.evaluation.score,
        seconds=round(attempt.trial.resources.seconds),
        importance=_importance(attempt.trial.output("importance.csv")),
    )


def tried_of(attempts: tuple[Attempt, ...]) -> tuple[Tried, ...]:
    """What the model is told of all that it has tried so far."""
    return tuple(_tried(attempt) for attempt in attempts if attempt.kind in _KINDS)


def evidence_of(attempt: Attempt) -> str:
    """What a repair is shown of the fault: the verdict, or gates, message and log of the trial."""
    if attempt.state is NodeState.LEAKING and attempt.verification:
        return redacted(attempt.verification.reason)
    assert attempt.trial is not None
    parts = (
        redacted(attempt.trial.message),
        redacted(_failed_gates(judged(attempt))),
        relevant_lines(attempt.trial.log_tail),
    )
    return "\n".join(part for part in parts if part)


def fault_message(attempt: Attempt, fault: FailureClass) -> str:
    """What went wrong, for people: as concrete as it is known."""
    if attempt.state is NodeState.LEAKING and attempt.verification:
        return attempt.verification.reason
    said = attempt.trial.message if attempt.trial else ""
    return " ".join(filter(None, (said, _failed_gates(judged(attempt))))) or fault.meaning


def judged(attempt: Attempt) -> Evaluation | None:
    """The evaluation, where it says something: that a crashed script left no answer is no news."""
    crashed = attempt.trial is None or attempt.trial.outcome is Outcome.CRASHED
    return None if crashed and attempt.score is None else attempt.evaluation


def _tried(attempt: Attempt) -> Tried:
    score = attempt.evaluation.score if attempt.evaluation else None
    return Tried(
        title=attempt.strategy.summary,
        kind=_KINDS[attempt.kind],
        score=score_text(score) if score else None,
        failure=attempt.failure,
        summary=redacted(attempt.message),
    )


def _failed_gates(evaluation: Evaluation | None) -> str:
    failed = (
        gate
        for gate in (evaluation.gates if evaluation else ())
        if not gate.passed and gate.severity == "error"
    )
    return "; ".join(f"{gate.name}: {gate.detail}" for gate in failed)


def _importance(path: Path | None) -> tuple[tuple[str, float], ...]:
    """The features that matter most, from a file that a script has written as it liked."""
    if path is None:
        return ()
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        try:
            rows = [row[:2] for row in csv.reader(file) if len(row) >= 2]
        except csv.Error:
            return ()
    found = [(name, number) for name, text in rows if (number := _number(text)) is not None]
    return tuple(sorted(found, key=lambda pair: -pair[1])[:MOST_FEATURES])


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
