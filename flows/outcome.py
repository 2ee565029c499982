"""From the values of the stages to what a run hands over, or to why it hands over nothing."""

import shutil
from pathlib import Path

from agent_core.attempt import Attempt
from agent_core.deciding import decisions
from agent_core.errors import NotSolved
from agent_core.failures import classify
from agent_core.notebook.folds import packed_folds
from agent_core.notebook.kept import FOLDS
from agent_core.planning.choice import PlannerChoice
from agent_core.run import Solved
from agent_core.spending.ledger import total
from agent_core.submission import Submission
from flows.journey import Journey
from flows.report import trial_table
from tasks.pictures import count_spreads
from tasks.record import SolveRecord, Tracked
from tasks.run_folder import keep_attempt


def solved_value(
    journey: Journey,
    record: SolveRecord,
    submission: Submission,
    tracked: Tracked,
    choice: PlannerChoice,
    warnings: tuple[str, ...],
) -> Solved:
    """The outcome of the winning attempt, its files copied into the run's folder."""
    winner = record.winner
    assert winner is not None
    assert winner.evaluation is not None
    score, baseline = winner.evaluation.score, winner.evaluation.baseline
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
        baseline=baseline.value if baseline else None,
        gates=winner.evaluation.gates,
        warnings=(*warnings, *(caution.message for caution in record.profile.warnings)),
        rows=submission.rows,
        submission=path,
        solution=journey.folder / "solution.py",
        report=journey.folder / "report.md",
        seconds=journey.seconds,
        stages=journey.times(),
        mlflow_run_id=tracked.mlflow_run_id,
        tracking_problem=tracked.problem,
        planner=choice.planner,
        planner_reason=choice.why,
        winner=winner.name,
        trials=sum(attempt.trial is not None for attempt in record.attempts),
        cost_usd=total(record.calls).usd,
        stopped=record.stopped,
        tree=journey.folder / "trials.json",
        decision=decisions(record.attempts, record.stopped)[winner.name],
    )


def keep_trials(journey: Journey, record: SolveRecord, tracked: Tracked) -> None:
    """The tree of trials, each of them, and the script behind the submission, in its folder.

    What is counted for pictures is kept there only if MLflow has it not.
    """
    tree = record.tree()
    journey.keep_tree(tree)
    if record.planner == "claude":
        journey.show("trials", trial_table(tree))
    for attempt in record.attempts:
        keep_attempt(journey.folder, attempt, record.parent_of(attempt))
    for name, source in record.scripts().items():
        journey.keep(name, source)
    outputs = record.winner.outputs if record.winner else None
    if outputs:
        journey.keep(FOLDS, packed_folds(outputs.folder / "folds.csv"))
    if tracked.problem:
        spreads, _ = count_spreads(record)  # what is wrong with it was told with the problem
        journey.keep("spreads.json", spreads.model_dump_json())


def not_solved(record: SolveRecord) -> NotSolved:
    """Why nothing is handed in. The template's attempt tells it: it was the first and surest."""
    attempt = record.attempts[0]
    assert attempt.trial is not None
    why = attempt.trial.message or _failed_gates(attempt)
    also = f" {record.stopped}" if record.stopped else ""
    return NotSolved(
        failure=classify(attempt.trial, attempt.evaluation, None).name,
        what=f"No submission: {why or 'the outputs of the script are no answer.'}{also}",
        means="What the training script left may not be handed in; it is kept in "
        f"{attempt.trial.folder}.",
        next=f"Read {attempt.trial.folder / 'log.txt'}; a larger --budget or another --seed makes "
        "a new attempt.",
    )


def _failed_gates(attempt: Attempt) -> str:
    gates = attempt.evaluation.gates if attempt.evaluation else ()
    failed = [gate for gate in gates if not gate.passed and gate.severity == "error"]
    return "; ".join(f"{gate.name}: {gate.detail}" for gate in failed)


def _copy(source: Path, target: Path) -> None:
    beside = target.with_name(f"{target.name}.new")
    shutil.copyfile(source, beside)
    beside.replace(target)
