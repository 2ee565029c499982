"""From the values of the stages to what a run hands over, or to why it hands over nothing."""

import shutil
from pathlib import Path

from agent_core.errors import NotSolved
from agent_core.profile import Profile
from agent_core.run import Solved
from agent_core.submission import Submission
from flows.journey import Journey
from tasks.record import Attempt, SolveRecord, Tracked


def solved_value(
    journey: Journey, record: SolveRecord, submission: Submission, tracked: Tracked
) -> Solved:
    """The outcome of an accepted attempt, its files copied into the run's folder."""
    attempt = record.attempts[-1]
    score = attempt.evaluation.score
    assert score is not None  # an accepted evaluation has one
    path = journey.folder / "submission.csv"
    _copy(submission.path, path)
    return Solved(
        run_id=journey.run_id,
        slug=record.profile.slug,
        task_type=record.profile.task.value,
        metric=score.metric,
        higher_is_better=score.higher_is_better,
        cv_score=score.value,
        cv_std=score.std,
        baseline=attempt.evaluation.baseline.value if attempt.evaluation.baseline else None,
        gates=attempt.evaluation.gates,
        warnings=_warnings(record.profile),
        rows=submission.rows,
        submission=path,
        solution=journey.folder / "solution.py",
        report=journey.folder / "report.md",
        seconds=journey.seconds,
        stages=journey.times(),
        mlflow_run_id=tracked.mlflow_run_id,
        tracking_problem=tracked.problem,
    )


def not_solved(attempt: Attempt) -> NotSolved:
    """Why ``attempt`` is not handed in."""
    trial, evaluation = attempt.trial, attempt.evaluation
    failed = [gate for gate in evaluation.gates if not gate.passed and gate.severity == "error"]
    why = trial.message or "; ".join(f"{gate.name}: {gate.detail}" for gate in failed)
    return NotSolved(
        f"No submission: {why or 'the outputs of the script are no answer.'}",
        means=f"What the training script left may not be handed in; it is kept in {trial.folder}.",
        next=f"Read {trial.folder / 'log.txt'}; a larger --budget or another --seed makes a new "
        "attempt.",
    )


def _warnings(profile: Profile) -> tuple[str, ...]:
    return tuple(caution.message for caution in profile.warnings)


def _copy(source: Path, target: Path) -> None:
    beside = target.with_name(f"{target.name}.new")
    shutil.copyfile(source, beside)
    beside.replace(target)
