"""Whether a result that was kept is still worth anything: the files it names may be gone."""

from functools import singledispatch
from pathlib import Path

from agent_core.blend import Blend
from agent_core.dataset import Dataset
from agent_core.sandbox.sandbox import Outcome
from agent_core.storage.hashing import sha256_of
from agent_core.submission import Submission
from agent_core.trial import Trial
from agent_core.value import Value
from tasks.record import Tracked, Tryout

#: Without both, a trial gave no answer.
_ANSWER = ("submission.csv", "oof.csv")


@singledispatch
def is_intact(value: Value) -> bool:
    """Whether ``value`` may be taken from the cache. False counts as not cached."""
    return True


@is_intact.register
def _(value: Dataset) -> bool:
    # Hashing gigabytes in each run would cost more than the cache saves; the store looks closer.
    return all(_has_size(value.path(file.name), file.bytes) for file in value.files)


@is_intact.register
def _(value: Trial) -> bool:
    """A trial without an answer is tried again: what stopped it may be over (memory, load)."""
    answered = value.outcome is Outcome.OK or all(value.output(name) for name in _ANSWER)
    return answered and _has_outputs(value)


@is_intact.register
def _(value: Tryout) -> bool:
    """Whatever it came to: the model was told of it, and would have to be asked anew."""
    return value.trial is None or _has_outputs(value.trial)


@is_intact.register
def _(value: Blend) -> bool:
    return _has_outputs(value)


@is_intact.register
def _(value: Submission) -> bool:
    return value.path.is_file() and sha256_of(value.path) == value.sha256


@is_intact.register
def _(value: Tracked) -> bool:
    return not value.problem and (value.folder is None or value.folder.is_dir())


def _has_outputs(value: Trial | Blend) -> bool:
    files = ((value.folder / "out" / output.name, output.bytes) for output in value.outputs)
    return all(_has_size(path, size) for path, size in files)


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size
