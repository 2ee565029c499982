"""Kernels: code that runs on Kaggle's machines. Push, look, read the log, list the outputs."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Any

from agent_core.errors import (
    Conflict,
    Forbidden,
    KaggleError,
    KaggleUnavailable,
    KernelsBusy,
    NotFound,
    RulesNotAccepted,
)
from agent_core.kaggle.connection import Connection
from agent_core.kaggle.kernel_log import LogEntry, log_entries
from agent_core.value import Value

KERNELS = "kernels.KernelsApiService"
_PAGE = 100
#: An endless list of outputs is no list.
_MOST_PAGES = 20
_BUSY = re.compile(r"maximum .*session|session count|already running", re.IGNORECASE)
_REFUSED = {
    "invalidCompetitionSources": "competition",
    "invalidDatasetSources": "data set",
    "invalidKernelSources": "kernel",
    "invalidModelSources": "model",
}


class KernelState(StrEnum):
    """As Kaggle says it."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETE = "complete"
    ERROR = "error"
    CANCEL_REQUESTED = "cancel_requested"
    CANCEL_ACKNOWLEDGED = "cancel_acknowledged"
    NEW_SCRIPT = "new_script"

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        ends = {KernelState.COMPLETE, KernelState.ERROR, KernelState.CANCEL_ACKNOWLEDGED}
        return self in ends


class KernelStatus(Value):
    """``failure`` is Kaggle's word for why it failed, or empty."""

    state: KernelState
    failure: str = ""


class KernelSource(Value):
    """A private Python script to be pushed under ``ref`` ("owner/slug").

    It runs for ``limit`` at most. ``competitions`` and ``datasets`` are the inputs it is given.
    """

    ref: str
    title: str
    text: str
    competitions: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    gpu: bool = False
    internet: bool = False
    limit: timedelta | None = None


class Pushed(Value):
    """What Kaggle made of a push: the kernel's page and its version."""

    ref: str
    url: str
    version: int


class OutputAddress(Value):
    """A file that a kernel has left, and where it is served for a while."""

    name: str
    url: str


class KernelOutput(Value):
    """Everything a kernel has left so far."""

    files: tuple[OutputAddress, ...]
    log: tuple[LogEntry, ...]


class Kernels:
    """The kernels of the account. Every method raises `KaggleError` and nothing else."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def push(self, source: KernelSource) -> Pushed:
        """Save ``source`` and run it: one try, since a second one would run it twice.

        Raises `KernelsBusy` where as many kernels run as the account may have, and
        `KaggleUnavailable` where nobody knows whether it was taken; see `find`.
        """
        fields = _save_fields(source)
        try:
            answer = self._connection.ask_once(KERNELS, "SaveKernel", source.ref, **fields)
        except Conflict as conflict:
            raise _busy(source.ref, conflict.what) from None
        return _pushed(source, answer)

    def find(self, ref: str) -> KernelStatus | None:
        """How its last run stands; None if there is no kernel of that name."""
        try:
            return self.status(ref)
        except (NotFound, Forbidden, RulesNotAccepted):
            return None  # of another's kernels Kaggle does not even say that they are not there

    def status(self, ref: str) -> KernelStatus:
        """The same for a kernel that has to be there."""
        answer = self._connection.ask(KERNELS, "GetKernelSessionStatus", ref, **_named(ref))
        failure = answer.get("failureMessage")
        return KernelStatus(
            state=_state(answer.get("status")), failure=failure if isinstance(failure, str) else ""
        )

    def output(self, ref: str) -> KernelOutput:
        """Its log and its files so far."""
        files: dict[str, str] = {}
        log: tuple[LogEntry, ...] = ()
        token = ""
        for _ in range(_MOST_PAGES):
            answer = self._connection.ask(
                KERNELS,
                "ListKernelSessionOutput",
                ref,
                **_named(ref),
                page_size=_PAGE,
                page_token=token,
            )
            files |= _files(answer)
            log = log or log_entries(answer.get("log"))
            token = str(answer.get("nextPageToken") or "")
            if not token:
                break
        listed = (OutputAddress(name=name, url=url) for name, url in files.items())
        return KernelOutput(files=tuple(listed), log=log)


def kernel_page(ref: str) -> str:
    """Where a person sees it."""
    return f"https://www.kaggle.com/code/{ref}"


def _save_fields(source: KernelSource) -> dict[str, Any]:
    fields = {
        "slug": source.ref,
        "new_title": source.title,
        "text": source.text,
        "language": "python",
        "kernel_type": "script",
        "is_private": True,
        "enable_gpu": source.gpu,
        "enable_internet": source.internet,
        "competition_data_sources": list(source.competitions),
        "dataset_data_sources": list(source.datasets),
    }
    if source.limit:
        fields["session_timeout_seconds"] = int(source.limit.total_seconds())
    return fields


def _pushed(source: KernelSource, answer: dict[str, Any]) -> Pushed:
    """Raises `KaggleError` where an answer of status 200 is a refusal all the same."""
    error = answer.get("error")
    if isinstance(error, str) and error.strip():
        if _BUSY.search(error):
            raise _busy(source.ref, error)
        raise KaggleError(
            f'Kaggle did not take the kernel {source.ref}. It says: "{error.strip()[:300]}"',
            means="Nothing runs there.",
            next=f"See {kernel_page(source.ref)}, and the limits of your account on its page.",
        )
    for field, kind in _REFUSED.items():
        if answer.get(field):
            raise _without(source.ref, kind, str(answer[field]))
    version = answer.get("versionNumber")
    return Pushed(
        ref=source.ref,
        url=str(answer.get("url") or kernel_page(source.ref)),
        version=version if isinstance(version, int) else 0,
    )


def _busy(ref: str, said: str) -> KernelsBusy:
    return KernelsBusy(
        f'Kaggle runs no more kernels for this account now. It says: "{said.strip()[:300]}"',
        means=f"The kernel {ref} was not started.",
        next="Wait until one of your kernels has ended, or stop one at "
        "https://www.kaggle.com/code?tab=your-work.",
    )


def _without(ref: str, kind: str, names: str) -> KaggleError:
    return KaggleError(
        f"Kaggle gave the kernel {ref} no access to the {kind} {names}.",
        means="It runs without its data, and will fail.",
        next="Accept the competition's rules in a browser where you are signed in with the same "
        f"account, delete {kernel_page(ref)}, and run again.",
    )


def _named(ref: str) -> dict[str, str]:
    owner, _, slug = ref.partition("/")
    return {"user_name": owner, "kernel_slug": slug}


def _state(said: object) -> KernelState:
    """In any of the spellings that Kaggle uses; a missing one is QUEUED, as the SDK has it."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(said or "QUEUED")).lower()
    for state in sorted(KernelState, key=len, reverse=True):
        if words.endswith(state.value):
            return state
    raise KaggleUnavailable(
        f"Kaggle says that the kernel is {str(said)[:50]!r}, which nobody here knows.",
        next="See the kernel's page on Kaggle.",
    )


def _files(answer: dict[str, Any]) -> dict[str, str]:
    listed = answer.get("files")
    entries = listed if isinstance(listed, list) else []
    return {
        str(entry["fileName"]): str(entry["url"])
        for entry in entries
        if isinstance(entry, dict) and entry.get("fileName") and entry.get("url")
    }
