"""What of a solve goes into the experiment tracker, as plain data: no MLflow here.

A solve becomes a parent run and each of its trials a child run. Both carry the same parameter and
metric names, so that solves compare with solves and trials with trials in one table.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from agent_core.evaluation import Evaluation, Gate
from agent_core.sandbox.sandbox import Outcome
from tasks.record import Attempt, SolveRecord

#: Larger files stay in the trial's folder: the tracker is for reading, not for keeping data.
LARGEST_FILE_BYTES = 32 * 1024**2

#: MLflow cuts or refuses longer tags and parameters, depending on its store.
_LONGEST_TEXT = 4000

#: Outputs of a trial that are worth reading in the tracker.
_OUTPUTS = ("importance.csv", "notes.json", "oof.csv", "submission.csv")

Files = dict[str, Path | bytes]


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


def describe_solve(record: SolveRecord, plots: Mapping[str, bytes]) -> RunContent:
    """The parent run."""
    best = record.best
    metrics = {f"seconds_{stage.name}": stage.seconds for stage in record.stages}
    metrics["seconds_total"] = (record.finished - record.started).total_seconds()
    scores = _scores(best.evaluation) if best else {}
    return RunContent(
        name=_solve_name(record),
        succeeded=record.submission is not None,
        start_ms=_milliseconds(record.started.timestamp()),
        end_ms=_milliseconds(record.finished.timestamp()),
        parameters=_parameters(record, best),
        metrics=_finite({**scores, **metrics}),
        fold_scores=_folds(best.evaluation) if best else (),
        tags=_cut({**_common_tags(record), **_solve_tags(record), **_attempt_tags(best)}),
        files=_solve_files(record, plots),
    )


def describe_trial(record: SolveRecord, number: int, plots: Mapping[str, bytes]) -> RunContent:
    """The child run of the attempt with that ``number``, counted from 1."""
    attempt = record.attempts[number - 1]
    used = attempt.trial.resources
    end = record.finished.timestamp()
    resources = {
        "trial_seconds": used.seconds,
        "trial_cpu_seconds": used.cpu_seconds,
        "trial_peak_memory_mb": used.peak_memory_bytes / 1024**2,
    }
    kind = {"kind": "trial", "trial_number": str(number)}
    note = {"mlflow.note.content": _trial_note(attempt)}
    return RunContent(
        name=f"trial {number}: {' + '.join(attempt.strategy.models)}",
        succeeded=attempt.trial.outcome is Outcome.OK and attempt.evaluation.score is not None,
        start_ms=_milliseconds(end - used.seconds),
        end_ms=_milliseconds(end),
        parameters=_parameters(record, attempt),
        metrics=_finite({**_scores(attempt.evaluation), **resources}),
        fold_scores=_folds(attempt.evaluation),
        tags=_cut({**_common_tags(record), **_attempt_tags(attempt), **kind, **note}),
        files=_trial_files(attempt, plots),
    )


def _solve_name(record: SolveRecord) -> str:
    """Told apart in a table of one competition's runs, where flow runs may share a name."""
    name = record.flow_run.name if record.flow_run else record.profile.slug
    planner = f"{record.best.strategy.planner}, " if record.best else ""
    return f"{name}: {planner}{record.budget:g} s"


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
            "models": ", ".join(strategy.models),
            "transform": strategy.transform,
            "seed": str(strategy.seed),
            "sandbox": attempt.trial.sandbox,
        }
    return _cut(parameters)


def _scores(evaluation: Evaluation) -> dict[str, float]:
    scores: dict[str, float] = {}
    if evaluation.score:
        scores |= {"cv_score": evaluation.score.value, "cv_std": evaluation.score.std}
    if evaluation.baseline:
        scores["baseline_score"] = evaluation.baseline.value
    return scores


def _folds(evaluation: Evaluation) -> tuple[float, ...]:
    return evaluation.score.folds if evaluation.score else ()


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
        "mlflow.note.content": _solve_note(record),
    }
    for stage in record.stages:
        tags[f"stage.{stage.name}"] = "cached" if stage.cached else "ran"
    return tags


def _attempt_tags(attempt: Attempt | None) -> dict[str, str]:
    if attempt is None:
        return {}
    evaluation = attempt.evaluation
    failed = [gate.name for gate in evaluation.gates if not gate.passed]
    tags = {
        "fingerprint.strategy": attempt.strategy.fingerprint(),
        "fingerprint.solution": attempt.solution.fingerprint(),
        "fingerprint.trial": attempt.trial.fingerprint(),
        "outcome": attempt.trial.outcome.value,
        "accepted": _yes_no(evaluation.accepted),
        "gates_failed": ", ".join(failed) or "none",
    }
    if evaluation.score:
        tags["higher_is_better"] = _yes_no(evaluation.score.higher_is_better)
    return tags


def _yes_no(fact: bool) -> str:
    return "yes" if fact else "no"


def _solve_note(record: SolveRecord) -> str:
    parts = []
    if record.submission:
        parts.append(f"**Solved.** `submission.csv` has {record.submission.rows:,} rows.")
    else:
        parts.append("**Not solved:** no trial was accepted.")
    if record.best:
        parts.append(_trial_note(record.best))
    flow = record.flow_run
    if flow:
        link = f"[{_plain(flow.name)}]({flow.url})" if flow.url else _plain(flow.name)
        parts.append(f"Prefect flow run: {link}")
    return "\n\n".join(parts)


def _trial_note(attempt: Attempt) -> str:
    evaluation = attempt.evaluation
    parts = [_score_sentence(evaluation)]
    if attempt.trial.message:
        parts.append(f"The script: {_plain(attempt.trial.message)}")
    parts.append(_plain(attempt.strategy.summary))
    if evaluation.gates:
        parts.append("| gate | result | detail |\n| --- | --- | --- |\n" + _rows(evaluation.gates))
    left_out = [path.name for path in _too_large(attempt)]
    if left_out:
        parts.append(f"Too large to be kept here: {', '.join(left_out)}, in {attempt.trial.folder}")
    return "\n\n".join(parts)


def _score_sentence(evaluation: Evaluation) -> str:
    score, baseline = evaluation.score, evaluation.baseline
    if score is None:
        return "No score: the outputs were no answer."
    better = "higher" if score.higher_is_better else "lower"
    text = f"**{score.value:.6g} ± {score.std:.2g}** {_plain(score.metric)} ({better} is better)"
    text += f" over {len(score.folds)} folds"
    return text + (f"; a dummy scores {baseline.value:.6g}." if baseline else ".")


def _rows(gates: Iterable[Gate]) -> str:
    return "\n".join(
        f"| {_plain(gate.name)} | {'passed' if gate.passed else gate.severity} "
        f"| {_plain(gate.detail)} |"
        for gate in gates
    )


def _plain(text: str) -> str:
    """One line that breaks no table."""
    return " ".join(text.split()).replace("|", "/")


def _solve_files(record: SolveRecord, plots: Mapping[str, bytes]) -> Files:
    files: Files = {f"plots/{name}": image for name, image in plots.items()}
    files["profile.json"] = record.profile.model_dump_json(indent=2).encode()
    stages = [stage.model_dump(mode="json") for stage in record.stages]
    files["stages.json"] = json.dumps(stages, indent=2).encode()
    if record.best:
        files["solution.py"] = record.best.solution.source.encode()
    if record.submission and record.submission.path.stat().st_size <= LARGEST_FILE_BYTES:
        files["submission.csv"] = record.submission.path
    return files


def _trial_files(attempt: Attempt, plots: Mapping[str, bytes]) -> Files:
    files: Files = {f"plots/{name}": image for name, image in plots.items()}
    files["strategy.json"] = attempt.strategy.model_dump_json(indent=2).encode()
    files["evaluation.json"] = attempt.evaluation.model_dump_json(indent=2).encode()
    files["solution.py"] = attempt.solution.source.encode()
    too_large = set(_too_large(attempt))
    files.update((path.name, path) for path in _kept(attempt) if path not in too_large)
    return files


def _kept(attempt: Attempt) -> list[Path]:
    trial = attempt.trial
    outputs = (trial.output(name) for name in _OUTPUTS)
    paths = (trial.folder / "log.txt", trial.folder / "folds.csv", *outputs)
    return [path for path in paths if path and path.is_file()]


def _too_large(attempt: Attempt) -> list[Path]:
    return [path for path in _kept(attempt) if path.stat().st_size > LARGEST_FILE_BYTES]


def _cut(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: text[:_LONGEST_TEXT] for key, text in texts.items()}


def _finite(numbers: Mapping[str, float]) -> dict[str, float]:
    return {key: number for key, number in numbers.items() if math.isfinite(number)}
