"""What of a solve goes into the experiment tracker, as plain data: no MLflow here.

A solve becomes a parent run and each of its trials a child run. Both carry the same parameter and
metric names, so that solves compare with solves and trials with trials in one table.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

from agent_core.attempt import Attempt
from agent_core.evaluation import Evaluation
from agent_core.sandbox.sandbox import Outcome
from agent_core.spending.ledger import total
from agent_core.spread import Spreads
from tasks.experiment_files import Files, solve_files, trial_files
from tasks.experiment_notes import solve_note, trial_note
from tasks.record import SolveRecord

#: MLflow cuts or refuses longer tags and parameters, depending on its store.
_LONGEST_TEXT = 4000


@dataclass(frozen=True)
class RunContent:
    """Everything about one run. ``fold_scores`` are kept as the steps of one metric."""

    name: str
    succeeded: bool
    start_ms: int
    end_ms: int
    parameters: Mapping[str, str]
    metrics: Mapping[str, float]
    fold_scores: tuple[float, ...]
    tags: Mapping[str, str]
    files: Files


def describe_solve(record: SolveRecord, plots: Mapping[str, bytes], spreads: Spreads) -> RunContent:
    """The parent run."""
    best = record.best
    metrics = {f"seconds_{stage.name}": stage.seconds for stage in record.stages}
    metrics["seconds_total"] = (record.finished - record.started).total_seconds()
    metrics["cost_usd"] = total(record.calls).usd
    metrics["trials"] = sum(attempt.trial is not None for attempt in record.attempts)
    scores = _scores(best.evaluation if best else None)
    return RunContent(
        name=_solve_name(record),
        succeeded=record.submission is not None,
        start_ms=_milliseconds(record.started.timestamp()),
        end_ms=_milliseconds(record.finished.timestamp()),
        parameters=_parameters(record, best),
        metrics=_finite({**scores, **metrics}),
        fold_scores=_folds(best.evaluation if best else None),
        tags=_cut({**_common_tags(record), **_solve_tags(record), **_attempt_tags(best)}),
        files=solve_files(record, plots, spreads),
    )


def describe_trial(record: SolveRecord, number: int, plots: Mapping[str, bytes]) -> RunContent:
    """The child run of the attempt with that ``number``, counted from 1."""
    attempt = record.attempts[number - 1]
    end = record.finished.timestamp()
    kind = {"kind": "trial", "trial": attempt.name, "trial_number": str(number)}
    note = {"mlflow.note.content": trial_note(attempt)}
    metrics = {**_scores(attempt.evaluation), **_resources(attempt), "cost_usd": attempt.cost_usd}
    what = " + ".join(attempt.strategy.models) or attempt.strategy.summary
    return RunContent(
        name=f"{attempt.name}: {what}"[:250],
        succeeded=_came_to_something(attempt),
        start_ms=_milliseconds(end - metrics.get("trial_seconds", 0.0)),
        end_ms=_milliseconds(end),
        parameters=_parameters(record, attempt),
        metrics=_finite(metrics),
        fold_scores=_folds(attempt.evaluation),
        tags=_cut({**_common_tags(record), **_attempt_tags(attempt), **kind, **note}),
        files=trial_files(record, attempt, plots),
    )


def _came_to_something(attempt: Attempt) -> bool:
    ended_well = attempt.trial is None or attempt.trial.outcome is Outcome.OK
    return ended_well and attempt.score is not None


def _resources(attempt: Attempt) -> dict[str, float]:
    if attempt.trial is None:
        return {}
    used = attempt.trial.resources
    return {
        "trial_seconds": used.seconds,
        "trial_cpu_seconds": used.cpu_seconds,
        "trial_peak_memory_mb": used.peak_memory_bytes / 1024**2,
    }


def _solve_name(record: SolveRecord) -> str:
    """Told apart in a table of one competition's runs, where flow runs may share a name."""
    name = record.flow_run.name if record.flow_run else record.profile.slug
    return f"{name}: {record.planner}, {record.budget:g} s"


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _parameters(record: SolveRecord, attempt: Attempt | None) -> dict[str, str]:
    profile = record.profile
    parameters = {
        "task": profile.task.value,
        "metric": profile.metric.name,
        "prediction": profile.layout.kind.value,
        "folds": str(profile.folds.folds),
        "fold_scheme": profile.folds.scheme.value,
        "budget_seconds": f"{record.budget:g}",
        "rows_train": str(profile.rows_train),
        "rows_test": str(profile.rows_test),
        "features": str(sum(column.role == "feature" for column in profile.columns)),
    }
    if attempt:
        strategy = attempt.strategy
        parameters |= {
            "planner": strategy.planner,
            "models": ", ".join(strategy.models) or strategy.summary,
            "transform": strategy.transform,
            "seed": str(strategy.seed),
            "sandbox": attempt.trial.sandbox if attempt.trial else "none",
        }
    return _cut(parameters)


def _scores(evaluation: Evaluation | None) -> dict[str, float]:
    scores: dict[str, float] = {}
    if evaluation is None:
        return scores
    if evaluation.score:
        scores |= {"cv_score": evaluation.score.value, "cv_std": evaluation.score.std}
    if evaluation.baseline:
        scores["baseline_score"] = evaluation.baseline.value
    return scores


def _folds(evaluation: Evaluation | None) -> tuple[float, ...]:
    return evaluation.score.folds if evaluation and evaluation.score else ()


def _common_tags(record: SolveRecord) -> dict[str, str]:
    tags = {
        "solve": record.run_id,
        "slug": record.profile.slug,
        "version": version("kaggle-agent"),
        "fingerprint.dataset": record.dataset.fingerprint(),
        "fingerprint.profile": record.profile.fingerprint(),
        "mlflow.source.name": "kaggle-agent",
        "mlflow.source.type": "LOCAL",
    }
    if record.flow_run:
        tags |= {
            "prefect.flow_run_id": record.flow_run.id,
            "prefect.flow_run_name": record.flow_run.name,
        }
        if record.flow_run.url:
            tags["prefect.flow_run_url"] = record.flow_run.url
    return tags


def _solve_tags(record: SolveRecord) -> dict[str, str]:
    tags = {
        "kind": "solve",
        "kaggle_agent.record": record.fingerprint(),
        "solved": _yes_no(record.submission is not None),
        "mlflow.note.content": solve_note(record),
    }
    for stage in record.stages:
        tags[f"stage.{stage.name}"] = "cached" if stage.cached else "ran"
    return tags


def _attempt_tags(attempt: Attempt | None) -> dict[str, str]:
    if attempt is None:
        return {}
    evaluation = attempt.evaluation
    failed = [gate.name for gate in evaluation.gates if not gate.passed] if evaluation else []
    tags = {
        "trial.state": attempt.state.value,
        "trial.parent": attempt.parent or "none",
        "fingerprint.strategy": attempt.strategy.fingerprint(),
        "accepted": _yes_no(evaluation is not None and evaluation.accepted),
        "gates_failed": ", ".join(failed) or "none",
    }
    if attempt.solution:
        tags["fingerprint.solution"] = attempt.solution.fingerprint()
    if attempt.trial:
        tags["fingerprint.trial"] = attempt.trial.fingerprint()
        tags["outcome"] = attempt.trial.outcome.value
    if attempt.failure:
        tags["failure"] = attempt.failure
    if attempt.score:
        tags["higher_is_better"] = _yes_no(attempt.score.higher_is_better)
    return tags


def _yes_no(fact: bool) -> str:
    return "yes" if fact else "no"


def _cut(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: text[:_LONGEST_TEXT] for key, text in texts.items()}


def _finite(numbers: Mapping[str, float]) -> dict[str, float]:
    return {key: number for key, number in numbers.items() if math.isfinite(number)}
