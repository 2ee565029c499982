"""What becomes of a case where the second run says nothing, or there is none."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent_core.errors import SurroundingsFailed
from agent_core.evaluation import evaluate_trial
from agent_core.home import Home
from agent_core.profile import FoldScheme, PredictionKind, Profile, Task
from agent_core.sandbox.sandbox import Execution, Job, Limits, Outcome, OutputFile, Resources
from agent_core.scoring.predictions import metric_of
from agent_core.solution import Solution
from agent_core.verification import Verification, verify_trial
from agent_core.verifying.withholding import (
    CannotWithhold,
    Claim,
    Withheld,
    choose_withheld,
    make_claim,
)
from tests.agent_core.small_competition import (
    TRUTH,
    SmallCompetition,
    churn,
    regression,
    small_competition,
)

SOLUTION = Solution(source="print('nothing is run')", strategy="s")
Write = Callable[[Job], None]


@dataclass
class Scripted:
    """A sandbox in which ``write`` stands for the script."""

    write: Write
    outcome: Outcome = Outcome.OK
    jobs: list[tuple[Job, Limits]] = field(default_factory=list)
    name: str = "scripted"

    def run(
        self, job: Job, limits: Limits, log: Path, on_line: Callable[[str], None] | None = None
    ) -> Execution:
        self.jobs.append((job, limits))
        log.write_text("reading\nKeyError: 'x'\n")
        self.write(job)
        files = (OutputFile(name=path.name, bytes=1, sha256="0") for path in job.out.iterdir())
        return Execution(
            outcome=self.outcome,
            exit_code=0,
            message="" if self.outcome is Outcome.OK else "It failed.",
            resources=Resources(seconds=1, cpu_seconds=1, peak_memory_bytes=1),
            outputs=tuple(files),
            protections=(),
        )


def verified(made: SmallCompetition, home: Home, sandbox: Scripted) -> Verification:
    evaluation = evaluate_trial(made.trial, made.profile, made.dataset)
    return verify_trial(
        SOLUTION, made.trial, evaluation, made.profile, made.dataset, sandbox, 100.0, home
    )


def answers(job: Job, values: Callable[[pd.DataFrame], np.ndarray]) -> None:
    """Write both outputs, with values made from the test table."""
    test = pd.read_csv(job.data / "test.csv")
    sample = pd.read_csv(job.data / "sample_submission.csv")
    test["y"] = values(test)
    asked = sample[["id"]].merge(test[["id", "y"]], on="id", how="left")
    asked.to_csv(job.out / "submission.csv", index=False)
    (job.out / "oof.csv").write_text("y\n")


def test_a_blind_script_that_knows_the_rule_passes(tmp_path: Path, home: Home) -> None:
    made = regression(tmp_path)
    sandbox = Scripted(lambda job: answers(job, lambda test: 10 + 2 * test["x"].to_numpy()))
    found = verified(made, home, sandbox)
    assert found.passed, found.reason
    assert found.trusted
    assert found.claimed is not None
    ((job, limits),) = sandbox.jobs
    assert job.budget == 100
    assert limits.seconds == pytest.approx(33)
    assert not job.data.exists()
    assert list(home.trials.iterdir()) == []


def test_a_script_that_guesses_does_not(tmp_path: Path, home: Home) -> None:
    made = regression(tmp_path)
    found = verified(
        made, home, Scripted(lambda job: answers(job, lambda test: test["x"].to_numpy() * 0 - 50))
    )
    assert found.passed is False
    assert not found.trusted
    assert "claim rmse" in found.reason
    assert found.fold in {0, 1, 2}


def test_a_script_that_crashes_on_other_data_is_refuted(tmp_path: Path, home: Home) -> None:
    found = verified(regression(tmp_path), home, Scripted(lambda job: None, Outcome.CRASHED))
    assert found.passed is False
    assert "crashed" in found.reason
    assert "KeyError: 'x'" in found.reason
    assert found.claimed is None


def test_a_submission_for_other_rows_is_refuted(tmp_path: Path, home: Home) -> None:
    def write(job: Job) -> None:
        (job.out / "submission.csv").write_text("id,y\ns1,1\ns2,1\ns3,1\ns4,1\n")
        (job.out / "oof.csv").write_text("y\n")

    found = verified(regression(tmp_path), home, Scripted(write))
    assert found.passed is False
    assert "its submission is none: submission.csv has 4 rows, 8 are expected" in found.reason


def test_a_broken_sandbox_is_not_the_scripts_fault(tmp_path: Path, home: Home) -> None:
    def fail(job: Job) -> None:
        raise SurroundingsFailed("The sandbox is gone.")

    with pytest.raises(SurroundingsFailed, match="gone"):
        verified(regression(tmp_path), home, Scripted(fail))


def test_a_full_disk_is_not_the_scripts_fault(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("agent_core.verifying.derived.write_raw", fail)
    with pytest.raises(SurroundingsFailed, match="No space left"):
        verified(regression(tmp_path), home, Scripted(lambda job: None))
    assert list(home.trials.iterdir()) == []


def test_no_score_is_no_claim(tmp_path: Path, home: Home) -> None:
    made = regression(tmp_path)
    made.answer(oof="")
    with pytest.raises(ValueError, match="claims nothing"):
        verified(made, home, Scripted(lambda job: None))


def test_a_metric_without_a_score_in_any_fold_cannot_be_verified(
    tmp_path: Path, home: Home
) -> None:
    folds = [0, 1, 1, 0] * 3
    made = churn(tmp_path, PredictionKind.PROBABILITY, "roc_auc", folds=folds, sample="0.5")
    rows = "\n".join(f"t{row + 1},{0.9 - 0.4 * fold}" for row, fold in enumerate(folds))
    made.answer(f"id,y\n{rows}\n", "id,y\ns1,0.5\ns2,0.5\ns3,0.5\ns4,0.5\n")
    found = verified(made, home, Scripted(lambda job: None))
    assert found.passed is None
    assert found.trusted
    assert "not defined for the rows of any single fold" in found.reason


def test_rows_of_groups_are_compared_by_groups(tmp_path: Path, home: Home) -> None:
    made = regression(tmp_path)
    plan = made.profile.folds.model_copy(update={"scheme": FoldScheme.GROUPED, "group_column": "x"})
    made.profile = made.profile.model_copy(update={"folds": plan})
    found = verified(
        made, home, Scripted(lambda job: answers(job, lambda test: 10 + 2 * test["x"].to_numpy()))
    )
    assert found.passed, found.reason


def test_predictions_that_the_metric_refuses_are_refuted(tmp_path: Path, home: Home) -> None:
    made = regression(tmp_path, "rmsle")
    found = verified(
        made, home, Scripted(lambda job: answers(job, lambda test: -1 - test["x"].to_numpy()))
    )
    assert found.passed is False
    assert "negative" in found.reason


def claim(profile: Profile, folds: np.ndarray, predictions: np.ndarray, truth: np.ndarray) -> Claim:
    rows = np.flatnonzero(folds >= 0)
    return make_claim(
        rows, folds[rows], truth[rows], predictions[rows], profile, metric_of(profile)
    )


def test_the_fold_that_claims_the_most_is_withheld(tmp_path: Path) -> None:
    made = regression(tmp_path)
    folds = np.arange(12) % 3
    cheated = TRUTH + np.where(folds == 1, 0.001, 4.0)
    found = choose_withheld(
        claim(made.profile, folds, cheated, TRUTH), folds, made.profile, metric_of(made.profile)
    )
    assert found.fold == 1
    assert found.rows.tolist() == [1, 4, 7, 10]
    assert found.learn.tolist() == [row for row in range(12) if row % 3 != 1]


def test_the_only_rows_of_a_class_stay(tmp_path: Path) -> None:
    labels = ["a", "b"] * 5 + ["c", "a"]
    made = small_competition(
        tmp_path,
        targets={"y": labels},
        metric="accuracy",
        kind=PredictionKind.LABEL,
        task=Task.MULTICLASS,
        labels=("a", "b", "c"),
    )
    truth = np.array(["abc".index(label) for label in labels], dtype=float)
    metric = metric_of(made.profile)

    def withheld(folds: np.ndarray) -> Withheld:
        right = np.where(folds == 0, truth, 2.0 - truth / 2)
        return choose_withheld(
            claim(made.profile, folds, right, truth), folds, made.profile, metric
        )

    found = withheld(1 - np.arange(12) // 6)
    assert found.fold == 0
    assert found.rows.tolist() == [6, 7, 8, 9, 11]
    assert found.learn.tolist() == [0, 1, 2, 3, 4, 5, 10]
    with pytest.raises(CannotWithhold, match="too few rows"):
        withheld(np.array([1] * 10 + [0, 1]))
