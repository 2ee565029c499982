"""A kernel from its push to its end, however often this process is ended and started in between.

Its name is made of its content, so Kaggle is asked first whether it is there: whatever was lost
here, nothing is pushed twice. A push whose answer was lost is looked for before it is repeated.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from agent_core.errors import (
    KaggleError,
    KaggleUnavailable,
    KernelNotFinished,
    KernelsBusy,
    NotFound,
    Waiting,
)
from agent_core.kaggle.kernels import Kernels, KernelSource, KernelStatus, kernel_page
from agent_core.progress import Report
from agent_core.sandbox.kaggle.prints import KernelPrints
from agent_core.sandbox.kaggle.record import Notebook
from agent_core.sandbox.kaggle.terms import Pause, Terms

#: A push that nobody answers is tried so often.
_MOST_PUSHES = 4


def now() -> datetime:
    """In UTC."""
    return datetime.now(UTC)


class KernelWatch:
    """Starts the kernel of ``source`` unless it is there, and waits for its end."""

    def __init__(
        self,
        kernels: Kernels,
        source: KernelSource,
        notebook: Notebook,
        terms: Terms,
        pause: Pause,
        report: Report,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._kernels = kernels
        self._source = source
        self._notebook = notebook
        self._terms = terms
        self._pause = pause
        self._report = report
        self._clock = clock
        self._told = ""

    def is_there(self) -> bool:
        """Whether the kernel was pushed. Kaggle is asked where nothing of that is noted."""
        if self._notebook.record.pushed is not None:
            return True
        if self._kernels.find(self._source.ref) is None:
            return False
        self._notebook.note(pushed=self._clock(), url=kernel_page(self._source.ref))
        return True

    def start(self) -> None:
        """Have the kernel on Kaggle. Waits where the account may run no more now."""
        pushes = 0
        while not self.is_there():
            if self._just_told():
                self._wait(f"the kernel {self._source.ref} to appear on Kaggle")
                continue
            try:
                self._push()
            except KernelsBusy as busy:
                self._report(busy.what, None)
                self._notebook.note(intended=None)
                self._wait("a free place for a kernel on Kaggle")
            except KaggleUnavailable as error:
                pushes += 1
                if pushes == _MOST_PUSHES:
                    raise
                self._report(f"{error.what} It is not known whether the kernel was taken.", None)

    def follow(self, prints: KernelPrints) -> KernelStatus:
        """Wait for its end, showing its log on the way."""
        while True:
            status = self._look(prints)
            if status is not None and status.state.ended:
                self._notebook.note(since=None)
                return status
            how = status.state.value if status else "not known how far"
            self._wait(f"the kernel {self._source.ref} on Kaggle ({how})", self._source.ref)

    def _push(self) -> None:
        self._notebook.note(intended=self._clock(), pushed=None)
        try:
            pushed = self._kernels.push(self._source)
        except (KaggleUnavailable, KernelsBusy):
            raise
        except KaggleError:
            self._notebook.forget()
            raise
        self._notebook.note(pushed=self._clock(), url=pushed.url)
        self._report(f"pushed to Kaggle: {pushed.url}", None)

    def _just_told(self) -> bool:
        """Whether Kaggle heard of it so recently that it may not show it yet."""
        told = self._notebook.record.pushed or self._notebook.record.intended
        return told is not None and self._clock() - told < self._terms.interval

    def _look(self, prints: KernelPrints) -> KernelStatus | None:
        """How it stands; None where Kaggle does not say so at the moment."""
        try:
            status = self._kernels.status(self._source.ref)
            prints.show(self._kernels.output(self._source.ref).log)
        except NotFound:
            if self._just_told():
                return None
            raise self._gone() from None
        except KaggleUnavailable as error:
            self._report(f"{error.what} The kernel goes on; looking again later.", None)
            return None
        return status

    def _wait(self, waits_for: str, kernel: str = "") -> None:
        since = self._notebook.record.since
        if since is None:
            since = self._clock()
            self._notebook.note(since=since)
        until = since + self._terms.limit
        if self._clock() >= until:
            self._notebook.note(since=None)
            raise self._not_finished(waits_for)
        if waits_for != self._told:
            self._told = waits_for
            self._report(f"waiting for {waits_for}", None)
        self._pause(Waiting(waits_for, since=since, until=until, kernel=kernel))

    def _gone(self) -> KaggleError:
        self._notebook.forget()
        return KaggleError(
            f"The kernel {self._source.ref} is no longer on Kaggle.",
            means="Somebody has deleted it before its outputs were fetched.",
            next="Run again: it is pushed anew.",
        )

    def _not_finished(self, waits_for: str) -> KernelNotFinished:
        hours = self._terms.limit.total_seconds() / 3600
        return KernelNotFinished(
            f"Waited {hours:.3g} h for {waits_for}, which is the limit.",
            means="Nothing was lost. A kernel that was started goes on there; its page is "
            f"{kernel_page(self._source.ref)}.",
            next="Run again, or kaggle-agent resume, to go on waiting for the same kernel: nothing "
            "is pushed twice. KAGGLE_AGENT_KERNEL_LIMIT (seconds) sets the limit.",
        )
