"""Every exception of our own.

    KaggleAgentError
    ├── BadSource            the given text is no competition, or the folder is not there
    ├── PreflightFailed      something stands in the way of the run; holds every blocker at once
    ├── DataError            the files were read but make no competition we can solve
    │   └── UnsafeArchive    an archive tries to escape, to link or to fill the disk
    ├── KaggleError          Kaggle refused or did not answer
    │   ├── KaggleUnavailable    5xx, no connection, timeout: worth trying again
    │   │   └── KaggleRateLimited    429: worth trying again after `retry_after` seconds
    │   ├── NotAuthenticated     401
    │   │   └── NoCredentials        there are none to send
    │   ├── RulesNotAccepted     403: a person has to accept the rules in a browser
    │   ├── Forbidden            403 for any other reason
    │   ├── NoSubmissionsLeft    the limit of submissions is reached
    │   ├── NotFound             404: no such competition or file
    │   ├── Conflict             409: what is there, or goes on, already stands in the way
    │   ├── KernelsBusy          as many kernels run as the account may have
    │   └── KernelNotFinished    a kernel took longer than it is waited for; it goes on
    ├── ModelError           Claude is no help here: the run goes on with what it has
    │   ├── AgentError           its answer is of no use: may be asked again, within the budget
    │   │   ├── AnswerRefused        it will not answer this
    │   │   ├── AnswerTruncated      cut off by `max_tokens`; holds the `partial` text
    │   │   └── AnswerMalformed      empty, or not what was asked for
    │   ├── QuestionRejected     the service will not take this question, however often asked
    │   ├── PromptUnsafe         it holds a secret or a path of this machine; nothing was sent
    │   ├── ModelUnavailable     overload, no connection, or no time left, after every retry
    │   ├── NoModel              no key, a refused key, an unknown model
    │   └── BudgetExhausted      the call could cost more dollars than are left; it was not made
    ├── NotSolved            every trial failed, or none was good enough to be handed in
    ├── SubmissionInvalid    the predictions may not be sent as they are
    ├── NoSuchRun            the server knows no run of that id
    ├── NoSuchResult         the run has not come to that, or it is kept where nobody looks
    ├── NoSuchDeployment     nobody has told the server how runs of that name are executed
    ├── RequestRefused       the server does not take the run with these parameters
    ├── SurroundingsFailed   disk full, no permission, the sandbox could not start
    └── Waiting              no failure: what a run needs is not there yet, and it may go on later

A generated program that fails is no exception: it is a `Trial` whose outcome says so.
Each message says what happened, what it means and what to do next.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent_core.conversation import Call


class KaggleAgentError(Exception):
    """Base of the tree. ``what`` happened, what it ``means``, what to do ``next``."""

    def __init__(self, what: str, *, means: str = "", next: str = "") -> None:
        self.what = what
        self.means = means
        self.next = next
        super().__init__(" ".join(part for part in (what, means, next) if part))

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions cross process borders inside Prefect; keyword arguments need this to survive.
        return (_rebuild, (type(self), self.__dict__))


def _rebuild(kind: type[KaggleAgentError], state: dict[str, object]) -> KaggleAgentError:
    error = kind.__new__(kind)
    error.__dict__.update(state)
    parts = (error.what, error.means, error.next)
    error.args = (" ".join(part for part in parts if part),)
    return error


class BadSource(KaggleAgentError):
    """The source names no competition."""


class PreflightFailed(KaggleAgentError):
    """``blockers``: every reason why the run cannot start, each with its own fix."""

    def __init__(self, what: str, *, blockers: tuple[object, ...] = (), **rest: str) -> None:
        super().__init__(what, **rest)
        self.blockers = blockers


class DataError(KaggleAgentError):
    """The data were read but make no competition that can be solved."""


class UnsafeArchive(DataError):
    """An archive that would write outside its folder, link, or fill the disk."""


class KaggleError(KaggleAgentError):
    """Kaggle refused, or did not answer."""


class KaggleUnavailable(KaggleError):
    """No usable answer (5xx, connection lost, timeout). Worth trying again."""

    retry_after: float | None = None


class KaggleRateLimited(KaggleUnavailable):
    """429. Worth trying again after ``retry_after`` seconds, where Kaggle said so."""

    def __init__(self, what: str, *, retry_after: float | None = None, **rest: str) -> None:
        super().__init__(what, **rest)
        self.retry_after = retry_after


class NotAuthenticated(KaggleError):
    """401: the credentials are not accepted."""


class NoCredentials(NotAuthenticated):
    """Neither the environment nor the home folder holds any credentials."""


class RulesNotAccepted(KaggleError):
    """403: the account has not accepted the competition's rules."""


class Forbidden(KaggleError):
    """403 for another reason than the rules."""


class NotFound(KaggleError):
    """404."""


class NoSubmissionsLeft(KaggleError):
    """The limit of a day's submissions, or of all, is reached."""


class Conflict(KaggleError):
    """409."""


class KernelsBusy(KaggleError):
    """Kaggle starts no kernel now: the account has as many running as it may."""


class KernelNotFinished(KaggleError):
    """A kernel on Kaggle has not ended in the time that it is waited for. It goes on."""


class ModelError(KaggleAgentError):
    """Claude gave no usable answer. ``calls``: what was billed all the same, already booked."""

    def __init__(self, what: str, *, calls: tuple["Call", ...] = (), **rest: str) -> None:
        super().__init__(what, **rest)
        self.calls = calls


class AgentError(ModelError):
    """The model answered, but with nothing that can be used. ``text`` is what it said."""

    def __init__(self, what: str, *, text: str = "", **rest: Any) -> None:
        super().__init__(what, **rest)
        self.text = text


class AnswerRefused(AgentError):
    """The model will not answer. ``category`` is the service's word for why, or empty."""

    def __init__(self, what: str, *, category: str = "", **rest: Any) -> None:
        super().__init__(what, **rest)
        self.category = category


class AnswerTruncated(AgentError):
    """The answer stops in the middle. ``partial`` may be continued or asked anew, never run."""

    @property
    def partial(self) -> str:
        """What had come; may be empty, where all room went into thinking."""
        return self.text


class AnswerMalformed(AgentError):
    """The answer is whole, but empty or not in the form that was asked for."""


class QuestionRejected(ModelError):
    """The service does not take the question (too long, a schema it cannot use)."""


class PromptUnsafe(ModelError):
    """The prompt holds something that must not leave this machine. ``found``: its kinds."""

    def __init__(self, what: str, *, found: tuple[str, ...] = (), **rest: Any) -> None:
        super().__init__(what, **rest)
        self.found = found


class ModelUnavailable(ModelError):
    """No answer in the time there is: overload, rate limit, or a broken connection."""

    retry_after: float | None = None


class NoModel(ModelError):
    """Nobody to ask: no key, a key that is not accepted, a model that does not exist."""


class BudgetExhausted(ModelError):
    """The next call could exceed the limit in US dollars, so it was not made."""


class NotSolved(KaggleAgentError):
    """No trial gave an answer that may be handed in.

    ``failure`` is the class in `agent_core.failures` of what the surest of them failed with.
    """

    def __init__(self, what: str, *, failure: str = "", **rest: str) -> None:
        super().__init__(what, **rest)
        self.failure = failure


class SubmissionInvalid(KaggleAgentError):
    """The predictions may not be sent. ``problems``: every reason, in plain words."""

    def __init__(self, what: str, *, problems: tuple[str, ...] = (), **rest: str) -> None:
        super().__init__(what, **rest)
        self.problems = problems


class NoSuchRun(KaggleAgentError):
    """No run has that id."""


class NoSuchResult(KaggleAgentError):
    """The run has not (or not yet) come to what is asked for, or it is kept elsewhere."""


class NoSuchDeployment(KaggleAgentError):
    """No deployment has that name."""


class RequestRefused(KaggleAgentError):
    """The deployment does not take these parameters."""


class SurroundingsFailed(KaggleAgentError):
    """Our own machine is at fault: disk, permissions, the sandbox itself."""


class Waiting(KaggleAgentError):
    """What a run needs is not there yet. Whoever executes it may end, and start it again later.

    ``waits_for`` says it in words, ``since`` when; ``kernel`` is the "owner/slug" of the kernel on
    Kaggle whose end it waits for, or empty; ``until`` is when it will not wait any longer.
    """

    def __init__(
        self, waits_for: str, *, since: datetime, until: datetime, kernel: str = ""
    ) -> None:
        super().__init__(f"Waiting for {waits_for} since {since:%Y-%m-%d %H:%M} UTC.")
        self.waits_for = waits_for
        self.since = since
        self.until = until
        self.kernel = kernel
