"""What was pushed to Kaggle, noted before and after, so that nothing is pushed twice."""

from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from agent_core.value import Value


class KernelRecord(Value):
    """``ref`` is "owner/slug". ``intended`` is when a push was begun, ``pushed`` when it was done.

    ``since``: the wait for its end that is going on began then.
    """

    ref: str
    intended: datetime | None = None
    pushed: datetime | None = None
    url: str = ""
    since: datetime | None = None


class Notebook:
    """Keeps the record of one kernel as a file in ``folder``."""

    def __init__(self, folder: Path, ref: str) -> None:
        self._path = folder / f"{ref.replace('/', '--')}.json"
        self.record = self._load(ref)

    def note(self, **known: object) -> None:
        """Change the record, on disk first."""
        changed = self.record.model_copy(update=known)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        beside.write_text(changed.model_dump_json(indent=2), encoding="utf-8")
        beside.replace(self._path)
        self.record = changed

    def forget(self) -> None:
        """The kernel is no more."""
        self._path.unlink(missing_ok=True)
        self.record = KernelRecord(ref=self.record.ref)

    def _load(self, ref: str) -> KernelRecord:
        try:
            return KernelRecord.model_validate_json(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValidationError):
            # Kaggle itself is asked first, so no more is lost than the time of the wait.
            return KernelRecord(ref=ref)
