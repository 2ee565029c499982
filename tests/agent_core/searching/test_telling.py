"""What the model and people are told of an attempt."""

from pathlib import Path

import pytest

from agent_core.attempt import Attempt
from agent_core.failures import failure_named
from agent_core.sandbox.sandbox import Outcome, OutputFile
from agent_core.searching.telling import best_of, evidence_of, fault_message, told, tried_of
from agent_core.solution import Solution
from agent_core.trial_tree import NodeKind
from agent_core.verification import Verification
from tests.agent_core.searching.fakes import STRATEGY, evaluation_of, score, template, trial_of


def attempt(folder: Path, importance: str | None = None) -> Attempt:
    """A draft that works."""
    solution = Solution(source="print()", strategy="s")
    trial = trial_of(solution.fingerprint()).model_copy(update={"folder": folder})
    if importance is not None:
        (folder / "out").mkdir()
        (folder / "out" / "importance.csv").write_text(importance)
        file = OutputFile(name="importance.csv", bytes=1, sha256="0" * 64)
        trial = trial.model_copy(update={"outputs": (file,)})
    return Attempt(
        name="draft 1",
        kind=NodeKind.DRAFT,
        strategy=STRATEGY,
        solution=solution,
        trial=trial,
        evaluation=evaluation_of(trial, score(0.8)),
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, ()),
        ("", ()),
        ("feature,importance\nage,1.5\nfare,3\n", (("fare", 3.0), ("age", 1.5))),
        ("feature,importance\nage,much\nfare,nan\nsex\nx,1,2\n", (("x", 1.0),)),
        ('a,"' + "b" * 200_000, ()),  # longer than a field may be
    ],
)
def test_importance_is_read_whatever_the_script_wrote(
    tmp_path: Path, text: str | None, found: tuple[tuple[str, float], ...]
) -> None:
    best = best_of(attempt(tmp_path, text))
    assert best.importance == found
    assert best.source == "print()"


def test_evidence_of_a_crash_holds_no_path(tmp_path: Path) -> None:
    crashed = trial_of("s", Outcome.CRASHED).model_copy(
        update={"message": "It could not open '/home/me/secret/train.csv'."}
    )
    broken = attempt(tmp_path).model_copy(update={"trial": crashed, "evaluation": None})
    evidence = evidence_of(broken)
    assert "KeyError: 'no such luck'" in evidence
    assert "train.csv" in evidence
    assert "/home" not in evidence
    fault = failure_named("unknown")
    assert fault_message(broken, fault) == crashed.message
    silent = crashed.model_copy(update={"message": ""})
    assert fault_message(broken.model_copy(update={"trial": silent}), fault) == fault.meaning


def test_a_leak_is_told_by_its_verdict(tmp_path: Path) -> None:
    verdict = Verification(trial="t", passed=False, reason="It knows the answers.")
    leaking = attempt(tmp_path).model_copy(update={"verification": verdict, "failure": "leak"})
    assert evidence_of(leaking) == "It knows the answers."
    assert fault_message(leaking, failure_named("leak")) == "It knows the answers."
    assert told(leaking) == "draft 1: 0.8 ± 0.001, leaking, leak (Template)"


def test_the_template_is_none_of_what_the_model_tried(tmp_path: Path) -> None:
    (tried,) = tried_of((template(), attempt(tmp_path)))
    assert tried.kind == "draft"
    assert tried.score
    assert "0.8" in tried.score
