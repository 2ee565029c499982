"""Which files of a solve go into the experiment tracker."""

import difflib
import json
from collections.abc import Mapping
from pathlib import Path

from agent_core.attempt import Attempt
from agent_core.spread import Spreads
from tasks.record import SolveRecord

#: Larger files stay in the trial's folder: the tracker is for reading, not for keeping data.
LARGEST_FILE_BYTES = 32 * 1024**2

#: What of a trial is looked at, and what is worth keeping beside that.
_READ = ("log.txt", "importance.csv")
_OUTPUTS = ("notes.json", "oof.csv", "submission.csv")

#: Names to places or contents.
Files = dict[str, Path | bytes]


def solve_files(record: SolveRecord, plots: Mapping[str, bytes], spreads: Spreads) -> Files:
    """Those of the parent run."""
    files: Files = {f"plots/{name}": image for name, image in plots.items()}
    files["profile.json"] = record.profile.model_dump_json(indent=2).encode()
    files["spreads.json"] = spreads.model_dump_json().encode()
    files["trials.json"] = record.tree().model_dump_json(indent=2).encode()
    stages = [stage.model_dump(mode="json") for stage in record.stages]
    files["stages.json"] = json.dumps(stages, indent=2).encode()
    files |= {name: source.encode() for name, source in record.scripts().items()}
    if record.calls:
        calls = [call.model_dump(mode="json") for call in record.calls]
        files["calls.json"] = json.dumps(calls, indent=2).encode()
    if record.submission and record.submission.path.stat().st_size <= LARGEST_FILE_BYTES:
        files["submission.csv"] = record.submission.path
    return files


def trial_files(record: SolveRecord, attempt: Attempt, plots: Mapping[str, bytes]) -> Files:
    """Those of a child run."""
    files: Files = {f"plots/{name}": image for name, image in plots.items()}
    files |= reading_files(attempt, record.parent_of(attempt))
    left_out = set(too_large(attempt))
    files.update((path.name, path) for path in _kept(attempt) if path not in left_out)
    return files


def reading_files(attempt: Attempt, parent: Attempt | None) -> Files:
    """What a person looks at; ``diff.patch`` is what it changed in the script it comes from."""
    files: Files = {"strategy.json": attempt.strategy.model_dump_json(indent=2).encode()}
    if attempt.evaluation:
        files["evaluation.json"] = attempt.evaluation.model_dump_json(indent=2).encode()
    if attempt.verification:
        files["verification.json"] = attempt.verification.model_dump_json(indent=2).encode()
    if attempt.solution:
        files["solution.py"] = attempt.solution.source.encode()
    patch = _diff(attempt, parent)
    if patch:
        files["diff.patch"] = patch.encode()
    left_out = set(too_large(attempt))
    kept = (path for path in _kept(attempt) if path.name in _READ and path not in left_out)
    return files | {path.name: path for path in kept}


def too_large(attempt: Attempt) -> list[Path]:
    """Files that are left where they are."""
    return [path for path in _kept(attempt) if path.stat().st_size > LARGEST_FILE_BYTES]


def _diff(attempt: Attempt, parent: Attempt | None) -> str:
    if parent is None or parent.solution is None or attempt.solution is None:
        return ""
    before = parent.solution.source.splitlines(keepends=True)
    after = attempt.solution.source.splitlines(keepends=True)
    return "".join(difflib.unified_diff(before, after, parent.name, attempt.name))


def _kept(attempt: Attempt) -> list[Path]:
    made = attempt.outputs
    if made is None:
        return []
    outputs = (made.output(name) for name in ("importance.csv", *_OUTPUTS))
    paths = (made.folder / "log.txt", made.folder / "folds.csv", *outputs)
    return [path for path in paths if path and path.is_file()]
