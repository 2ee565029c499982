"""Whether a trial's submission.csv may be handed in, judged against the sample submission."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from agent_core.blend import Blend
from agent_core.dataset import Dataset
from agent_core.errors import SubmissionInvalid
from agent_core.evaluation import Evaluation
from agent_core.metrics.metric import Array, Metric
from agent_core.profile import Profile
from agent_core.scoring.answers import id_problems, read_answer
from agent_core.scoring.predictions import metric_of, to_predictions
from agent_core.submission import Submission
from agent_core.template.reading import read_text
from agent_core.trial import Trial

#: No more problems than this are told at once.
MOST_PROBLEMS = 20


@dataclass(frozen=True)
class CheckedSubmission:
    """``content`` is the file byte for byte as it was checked; valid where there is no problem."""

    content: bytes
    predictions: Array | None
    problems: tuple[str, ...]


def read_sample(profile: Profile, dataset: Dataset) -> pd.DataFrame:
    """The sample submission as text."""
    table = profile.table("sample_submission")
    return read_text(dataset.root, table.name, table.format.model_dump())


def check_submission(
    path: Path, profile: Profile, sample: pd.DataFrame, metric: Metric
) -> CheckedSubmission:
    """Every problem with the file at ``path``. Nothing is repaired."""
    answer = read_answer(path, tuple(sample.columns), len(sample))
    if answer.frame is None:
        return CheckedSubmission(answer.content, None, answer.problems)
    name = profile.layout.id_column
    problems = id_problems(answer.frame[name], sample[name], path.name)
    predictions, wrong_values = to_predictions(answer.frame, profile, metric)
    problems += [f"{path.name}, {problem}" for problem in wrong_values]
    return CheckedSubmission(answer.content, predictions, tuple(problems[:MOST_PROBLEMS]))


def hand_over(
    trial: Trial | Blend, evaluation: Evaluation, profile: Profile, dataset: Dataset, folder: Path
) -> Submission:
    """Check the trial's submission and copy it, unchanged, to ``folder``."""
    _require_accepted(trial, evaluation)
    sample = read_sample(profile, dataset)
    source = trial.folder / "out" / "submission.csv"
    checked = check_submission(source, profile, sample, metric_of(profile))
    if checked.problems:
        raise SubmissionInvalid(
            "The submission is not what the competition asks for: "
            + "; ".join(checked.problems)
            + ".",
            problems=checked.problems,
            means="Kaggle would refuse it or score it wrongly, so it was not handed over.",
            next=f"Look at {source} and compare it with {profile.layout.table}.",
        )
    return Submission(
        evaluation=evaluation.fingerprint(),
        rows=len(sample),
        columns=tuple(sample.columns),
        sha256=hashlib.sha256(checked.content).hexdigest(),
        path=_write(checked.content, folder),
    )


def _require_accepted(trial: Trial | Blend, evaluation: Evaluation) -> None:
    if evaluation.trial != trial.fingerprint():
        problems: tuple[str, ...] = ("the evaluation is of another trial",)
    elif evaluation.accepted:
        return
    else:
        failed = [gate for gate in evaluation.gates if not gate.passed and gate.severity == "error"]
        problems = tuple(f"{gate.name}: {gate.detail}" for gate in failed)
        problems = problems or ("the trial has no score",)
    raise SubmissionInvalid(
        "The trial was not accepted: " + "; ".join(problems) + ".",
        problems=problems,
        means="Its predictions are no believable answer, so they were not handed over.",
        next=f"Read {trial.folder / 'log.txt'}, or try again with another budget.",
    )


def _write(content: bytes, folder: Path) -> Path:
    """Write submission.csv whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "submission.csv"
    beside = folder / f".submission.csv.{os.getpid()}"
    beside.write_bytes(content)
    beside.replace(path)
    return path
