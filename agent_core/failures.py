"""What went wrong with a generated solution, by the table of `agent_core.failure_table`."""

from agent_core.evaluation import Evaluation
from agent_core.failure_signs import Symptoms
from agent_core.failure_table import FAILURES, FailureClass
from agent_core.log_lines import last_error
from agent_core.trial import Trial

__all__ = ["FAILURES", "FailureClass", "classify", "failure_named"]


def classify(trial: Trial, evaluation: Evaluation | None, verification: str | None) -> FailureClass:
    """The class of a trial that failed, whose answer was not accepted, or that was found to leak.

    ``verification`` is what the second run with withheld targets found fault with, or None.
    """
    gates = evaluation.gates if evaluation else ()
    failed = [gate for gate in gates if not gate.passed and gate.severity == "error"]
    symptoms = Symptoms(
        outcome=trial.outcome,
        message=trial.message,
        error=last_error(trial.log_tail),
        gates=frozenset(gate.name for gate in failed),
        problems="\n".join(gate.detail for gate in failed),
        verification=verification,
    )
    return next(failure for sign, failure in FAILURES if sign(symptoms))


def failure_named(name: str) -> FailureClass:
    """The class of that name. Raises KeyError where there is none."""
    return {failure.name: failure for _, failure in FAILURES}[name]
