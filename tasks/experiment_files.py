"""Which files of a solve go into the experiment tracker."""

import difflib
import json
from collections.abc import Mapping
from pathlib import Path

from agent_core.attempt import Attempt
from tasks.record import SolveRecord

#: Larger files stay in the trial's folder: the tracker is for reading, not for keeping data.
LARGEST_FILE_BYTES = 32 * 1024**2

#: Outputs of a trial that are worth reading in the tracker.
_OUTPUTS = ("importance.csv", "notes.json", "oof.csv", "submission.csv")

#: Names to places or contents.
Files = dict[str, Path | bytes]


def solve_files(record: SolveRecord, plots: Mapping[str, bytes]) -> Files:
    """Those of the parent run."""
    files: Files = {f"plots/{name}": image for name, image in plots.items()}
    files["profile.json"] = record.profile.model_dump_json(indent=2).encode()
    stages = [stage.model_dump(mode="json") for stage in record.stages]
    files["stages.json"] = json.dumps(stages, indent=2).encode()
    if record.best and record.best.solution:
        files["solution.py"] = record.best.solution.source.encode()
    if record.calls:
        calls = [call.model_dump(mode="json") for call in record.calls]
        files["calls.json"] = json.dumps(calls, indent=2).encode()
    if record.submission and record.submission.path.stat().st_size <= LARGEST_FILE_BYTES:
        files["submission.csv"] = record.submission.path
    return files


def trial_files(record: SolveRecord, attempt: Attempt, plots: Mapping[str, bytes]) -> Files:
    """Those of a child run; ``diff.patch`` is what it changed in the script it comes from."""
    files: Files = {f"plots/{name}": image for name, image in plots.items()}
    files["strategy.json"] = attempt.strategy.model_dump_json(indent=2).encode()
    if attempt.evaluation:
        files["evaluation.json"] = attempt.evaluation.model_dump_json(indent=2).encode()
    if attempt.verification:
        files["verification.json"] = attempt.verification.model_dump_json(indent=2).encode()
    if attempt.solution:
        files["solution.py"] = attempt.solution.source.encode()
    patch = _diff(record, attempt)
    if patch:
        files["diff.patch"] = patch.encode()
    left_out = set(too_large(attempt))
    files.update((path.name, path) for path in _kept(attempt) if path not in left_out)
    return files


def too_large(attempt: Attempt) -> list[Path]:
    """Files that are left where they are."""
    return [path for path in _kept(attempt) if path.stat().st_size > LARGEST_FILE_BYTES]


def _diff(record: SolveRecord, attempt: Attempt) -> str:
    parent = next((one for one in record.attempts if one.name == attempt.parent), None)
    if parent is None or parent.solution is None or attempt.solution is None:
        return ""
    before = parent.solution.source.splitlines(keepends=True)
    after = attempt.solution.source.splitlines(keepends=True)
    return "".join(difflib.unified_diff(before, after, parent.name, attempt.name))


def _kept(attempt: Attempt) -> list[Path]:
    made = attempt.outputs
    if made is None:
        return []
    outputs = (made.output(name) for name in _OUTPUTS)
    paths = (made.folder / "log.txt", made.folder / "folds.csv", *outputs)
    return [path for path in paths if path and path.is_file()]
