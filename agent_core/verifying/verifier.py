"""Verification step by step: read the script, withhold a fold, run again, compare."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent_core.dataset import Dataset
from agent_core.errors import SurroundingsFailed
from agent_core.evaluation import Evaluation
from agent_core.folds import group_codes
from agent_core.home import Home
from agent_core.metrics.metric import Array
from agent_core.profile import FoldScheme, Profile
from agent_core.sandbox.sandbox import Sandbox
from agent_core.scoring.checking import check_submission, read_sample
from agent_core.scoring.judging import out_of_fold, read_validation
from agent_core.scoring.predictions import metric_of
from agent_core.solution import Solution
from agent_core.template.reading import read_training
from agent_core.trial import Trial, run_trial, trial_limits, working_folder
from agent_core.value import fingerprint
from agent_core.verification import Verification
from agent_core.verifying.comparison import Comparison, compare, compare_confidence
from agent_core.verifying.derived import Derived, derive
from agent_core.verifying.script_reading import text_problems
from agent_core.verifying.withholding import (
    CannotWithhold,
    Claim,
    Withheld,
    choose_withheld,
    make_claim,
)

#: The second run may take so many times as long as the first one, and a little more.
SLOWER, SECONDS_MORE = 3.0, 30.0


@dataclass(frozen=True)
class Case:
    """Whose claim is to be verified, and with what. See `agent_core.verification.verify_trial`."""

    solution: Solution
    trial: Trial
    evaluation: Evaluation
    profile: Profile
    dataset: Dataset
    sandbox: Sandbox
    budget: float
    home: Home
    on_line: Callable[[str], None] | None = None


@dataclass(frozen=True)
class Finding:
    """What became of a case, before it is written down."""

    passed: bool | None
    reason: str
    fold: int | None = None
    comparison: Comparison | None = None


class _Refuted(Exception):
    """What the second run says against the trial, in plain words."""


def verify(case: Case) -> Verification:
    """Read the script, run it again without the targets of a fold, and judge its claim."""
    if case.evaluation.score is None:
        raise ValueError("a trial without a score claims nothing that could be verified")
    started = time.monotonic()
    finding = _find(case)
    compared = finding.comparison
    return Verification(
        trial=case.trial.fingerprint(),
        passed=finding.passed,
        reason=finding.reason,
        fold=finding.fold,
        claimed=compared.claimed if compared else None,
        withheld=compared.withheld if compared else None,
        allowed=compared.allowed if compared else None,
        seconds=time.monotonic() - started,
    )


def _find(case: Case) -> Finding:
    if problems := text_problems(case.solution.source, case.profile.rows_train, _names(case)):
        return Finding(False, "; ".join(problems))
    fold = None
    try:
        claim, withheld = _what_to_withhold(case)
        fold = withheld.fold
        predictions, learned = _predict_blindly(case, withheld)
        return _judge(case, claim, withheld, predictions, learned)
    except CannotWithhold as obstacle:
        return Finding(None, f"the claim cannot be verified: {obstacle}", fold)
    except _Refuted as refuted:
        return Finding(False, f"without the targets of fold {fold}, {refuted}", fold)


def _names(case: Case) -> set[str]:
    """What a script may list: columns and classes."""
    profile = case.profile
    names = {column for table in profile.tables for column in table.columns}
    names |= {label for target in profile.targets for label in target.labels or ()}
    return names | set(profile.layout.submitted_labels or ())


def _what_to_withhold(case: Case) -> tuple[Claim, Withheld]:
    """The rows to withhold, and what was claimed for them."""
    profile, metric = case.profile, metric_of(case.profile)
    validation = read_validation(case.trial.folder / "folds.csv", profile, case.dataset)
    counted = validation.counted
    predictions, problems = out_of_fold(case.trial, profile, case.dataset, metric, counted)
    if predictions is None:
        raise CannotWithhold("; ".join(problems))
    rows = np.flatnonzero(counted)
    folds, truth = validation.folds[counted], validation.truth[counted]
    claim = make_claim(rows, folds, truth, predictions, profile, metric)
    withheld = choose_withheld(claim, validation.folds, profile, metric)
    return claim.at(np.flatnonzero(np.isin(rows, withheld.rows))), withheld


def _predict_blindly(case: Case, withheld: Withheld) -> tuple[Array, float]:
    """What the script predicts for the withheld rows, and from which part of the rows that are
    left a model of its folds learns."""
    key = fingerprint([case.trial.fingerprint(), "withheld"])[:32]
    with working_folder(case.home.trials, key) as folder:
        derived = _derive(case, withheld, folder / "data")
        blind = _run_again(case, derived, Home(root=folder))
        return _predictions(blind, derived), 1 - 1 / max(2, derived.profile.folds.folds)


def _derive(case: Case, withheld: Withheld, folder: Path) -> Derived:
    try:
        folder.mkdir()
        return derive(case.profile, case.dataset, withheld, folder)
    except OSError as error:
        raise SurroundingsFailed(
            f"The data without the withheld targets could not be written ({error}).",
            means="The solution was not verified.",
            next="Check the disk's free space and permissions, and run the command again.",
        ) from error


def _run_again(case: Case, derived: Derived, home: Home) -> Trial:
    """The script is told the same budget, so that it does the same; it may not take much longer."""
    limits = trial_limits(case.budget)
    used = case.trial.resources.seconds
    limits = limits.model_copy(
        update={"seconds": min(limits.seconds, SLOWER * used + SECONDS_MORE)}
    )
    return run_trial(
        case.solution,
        derived.profile,
        derived.dataset,
        case.sandbox,
        case.budget,
        home,
        case.on_line,
        limits,
    )


def _predictions(blind: Trial, derived: Derived) -> Array:
    """The predictions of the withheld rows. Raises _Refuted where there are none to be had."""
    path = blind.output("submission.csv")
    if path is None:
        last = blind.log_tail.strip().rpartition("\n")[2]
        raise _Refuted(
            f"the script leaves no submission.csv ({blind.outcome.value}: {blind.message} "
            f"Its last line: {last!r}); it has to work on any data of this layout"
        )
    sample = read_sample(derived.profile, derived.dataset)
    checked = check_submission(path, derived.profile, sample, metric_of(derived.profile))
    if checked.predictions is None or checked.problems:
        raise _Refuted(f"its submission is none: {'; '.join(checked.problems)}")
    return checked.predictions[derived.asked]


def _judge(
    case: Case, claim: Claim, withheld: Withheld, predictions: Array, learned: float
) -> Finding:
    """By the competition's metric; and by log loss, where that too is worse than claimed."""
    assert case.evaluation.score is not None
    metric, spread = metric_of(case.profile), case.evaluation.score.std
    groups = _groups(case, withheld)
    try:
        result = compare(claim, predictions, groups, metric, spread, learned)
    except ValueError as error:
        raise _Refuted(f"{metric.title} is not defined for its predictions: {error}") from error
    if not result.holds:
        return Finding(False, _shortfall(result, withheld, metric.name), withheld.fold, result)
    kind = case.profile.layout.kind
    sure = compare_confidence(claim, predictions, groups, kind, learned)
    if sure is not None and not sure.holds and result.shortfall > 0:
        return Finding(False, _shortfall(sure, withheld, "log loss"), withheld.fold, result)
    return Finding(True, "", withheld.fold, result)


def _groups(case: Case, withheld: Withheld) -> NDArray[np.int64] | None:
    """The group of each withheld row, where folds are made of groups."""
    plan = case.profile.folds
    if plan.scheme is not FoldScheme.GROUPED or plan.group_column is None:
        return None
    tables = [table.model_dump() for table in case.profile.tables]
    texts = read_training(case.dataset.root, tables, [plan.group_column])
    return group_codes(texts)[withheld.rows]


def _shortfall(comparison: Comparison, withheld: Withheld, name: str) -> str:
    return (
        f"its out-of-fold predictions claim {name} {comparison.claimed:.6g} for the "
        f"{len(withheld.rows):,} rows of fold {withheld.fold}, but with their targets withheld it "
        f"reaches {comparison.withheld:.6g}, worse by {comparison.shortfall:.3g} where chance and "
        f"fewer rows explain {comparison.allowed:.3g}: it learns from answers that it is asked "
        "for, such as targets of the rows it predicts (in encodings, neighbours, fitting or "
        "choosing), their order, their ids or a file that repeats them"
    )
