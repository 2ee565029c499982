"""Talking to Claude: the only module that imports the anthropic SDK, and the only way to the model.

One call is one stream. What it cost is in the ledger before anything can be raised, and whatever
the SDK or its HTTP library raises becomes an error of our own.
"""
# ruff: noqa: PLC0415 - importing the SDK takes two seconds, which a cached run can spare

import json
import os
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from agent_core.asking.failures import failure_of, no_model, out_of_time, unavailable
from agent_core.asking.judging import usable_text
from agent_core.asking.patience import with_patience
from agent_core.asking.received import Received
from agent_core.asking.request import request_of
from agent_core.asking.secrecy import check_nothing_secret
from agent_core.asking.warming import Warming
from agent_core.conversation import Call, Question, Reply, Usage
from agent_core.errors import ModelError, ModelUnavailable, NoModel, QuestionRejected
from agent_core.kaggle.patience import retry_after
from agent_core.progress import Report, silent
from agent_core.settings import Settings
from agent_core.spending.ledger import Ledger
from agent_core.spending.limit import Limit, prefix_of

if TYPE_CHECKING:
    from anthropic import Anthropic
    from anthropic.lib.streaming import MessageStream
    from anthropic.types import Message
    from httpx2 import SyncByteStream

_KEYS = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE")


def find_key(environ: Mapping[str, str] | None = None) -> str | None:
    """The name of the variable that lets the SDK in, or None. Cheap; nothing is tried."""
    environ = os.environ if environ is None else environ
    return next((name for name in _KEYS if environ.get(name)), None)


class Claude:
    """Answers questions, within the ledger's limit. For one process; threads may share it.

    ``long_run``: the shared parts stay in the service's cache for an hour instead of five minutes,
    both counted from their last use. Writing then costs 2 times the price of input instead of 1.25,
    which pays off as soon as two pauses between calls are longer than five minutes: right where
    single trainings take that long, a waste in a run of ten minutes.
    """

    def __init__(
        self, settings: Settings, ledger: Ledger, *, long_run: bool = False, report: Report = silent
    ) -> None:
        self.ledger = ledger
        self._settings = settings
        self._long_run = long_run
        self._report = report
        self._warming = Warming()
        self._limit = Limit(ledger, hour=long_run)
        self._lock = threading.Lock()
        self._made: Anthropic | None = None

    def ask(self, question: Question, deadline: float | None = None) -> Reply:
        """A whole, usable answer, in hand before ``deadline`` (seconds of `time.monotonic`).

        Every failure is a `ModelError`, with what it cost all the same in ``calls``: an
        `AgentError` where the answer is of no use, otherwise `QuestionRejected`, `PromptUnsafe`,
        `ModelUnavailable`, `NoModel` or `BudgetExhausted`.
        """
        calls: list[Call] = []
        try:
            check_nothing_secret(
                (*question.shared, question.text),
                {"this run's home": self._settings.folders().root},
            )
            received = with_patience(
                self._settings,
                deadline,
                lambda: self._attempt(question, deadline, calls),
                self._report,
            )
            text = usable_text(question, received)
        except ModelError as error:
            error.calls = tuple(calls)
            raise
        return Reply(text=text, call=calls[-1], failed=tuple(calls[:-1]))

    def _attempt(self, question: Question, deadline: float | None, calls: list[Call]) -> Received:
        """One request: reserve, send, book; only then raise what went wrong with it."""
        client = self._client()
        request = request_of(question, _schema(question.answer_schema), hour=self._long_run)
        with (
            self._warming.turn(prefix_of(question), _left(deadline)) as begun,
            self._limit.reserve(question, deadline) as held,
        ):
            if _left(deadline) == 0.0:
                raise out_of_time()
            received = _receive(client, request, self._silence(deadline), deadline, begun)
            call = received.call(question)
            if call is not None:
                calls.append(call)
                held.settle(call)
                self._limit.learn(question, call.usage)
        if received.problem is not None:
            raise received.problem
        return received

    def _silence(self, deadline: float | None) -> float:
        """Seconds that may pass without a byte; at least 0.1, which the SDK can count."""
        longest = self._settings.claude_read_timeout
        left = _left(deadline)
        return longest if left is None else max(0.1, min(longest, left))

    def _client(self) -> "Anthropic":
        """The one client of this object, made at its first use: the import takes seconds."""
        with self._lock:
            if self._made is None:
                self._made = _connect()
                # Idle connections are given back in good order, without anybody's having to care.
                weakref.finalize(self, self._made.close)
            return self._made


def _connect() -> "Anthropic":
    if find_key() is None:
        raise NoModel(
            "There is no key for Claude.",
            means="Solutions are made by rules alone.",
            next="Set ANTHROPIC_API_KEY (https://platform.claude.com/settings/keys) and run again.",
        )
    import anthropic
    import httpx2

    try:
        return anthropic.Anthropic(max_retries=0)
    except (anthropic.AnthropicError, httpx2.InvalidURL, ValueError) as error:
        raise no_model(str(error)) from error


def _schema(text: str | None) -> dict[str, Any] | None:
    """The schema in the form that the service takes; what it cannot check becomes description."""
    if text is None:
        return None
    from anthropic import transform_schema

    try:
        return transform_schema(json.loads(text))
    except ValueError as error:
        raise QuestionRejected(
            f"The schema of the wanted answer cannot be sent: {error}",
            means="The question was not asked.",
            next="This is a fault of this program; please report it.",
        ) from error


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def _receive(
    client: "Anthropic",
    request: dict[str, Any],
    silence: float,
    deadline: float | None,
    begun: Callable[[], None],
) -> Received:
    """Send, and read the stream to its end. Raises nothing that is the other side's doing."""
    received = Received()
    message: Message | None = None
    started = time.monotonic()
    try:
        with client.messages.stream(**request, timeout=silence) as stream:
            received.request_id = stream.request_id or ""
            if deadline is not None:
                _limit(stream, deadline)
            for event in stream:
                if message is not None or event.type == "message_start":
                    message = stream.current_message_snapshot
                    begun()
    except _failures() as error:
        problem = _problem(error)
        late = _left(deadline) == 0.0 and isinstance(problem, ModelUnavailable)
        received.problem = out_of_time() if late else problem
        received.problem.__cause__ = error
    received.seconds = time.monotonic() - started
    if message is not None:
        _take(received, message)
    if received.stop_reason is not None:
        received.problem = None  # it came whole; what broke later does not matter
    elif received.problem is None:
        received.problem = unavailable("Claude's answer ended in the middle.")
    return received


def _limit(stream: "MessageStream[Any]", deadline: float) -> None:
    from agent_core.asking.stream_deadline import UntilDeadline

    response = stream.response
    response.stream = UntilDeadline(cast("SyncByteStream", response.stream), deadline)


def _take(received: Received, message: "Message") -> None:
    """What matters of ``message``. Blocks are chosen by type: the first is often a thought."""
    received.text = "".join(block.text for block in message.content or () if block.type == "text")
    received.stop_reason = message.stop_reason
    details = message.stop_details
    received.category = (details.category or "") if details else ""
    usage = message.usage
    if usage is None:  # the SDK checks no answer: some gateway that does not count
        return
    written = usage.cache_creation_input_tokens or 0
    hour = usage.cache_creation.ephemeral_1h_input_tokens if usage.cache_creation else 0
    received.usage = Usage(
        input_tokens=usage.input_tokens,
        cache_write_5m=written - hour,
        cache_write_1h=hour,
        cache_read=usage.cache_read_input_tokens or 0,
        output_tokens=usage.output_tokens,
    )


def _failures() -> tuple[type[Exception], ...]:
    import anthropic
    import httpx2

    # The last five: what an answer in no known form makes the SDK raise.
    sdk = (anthropic.AnthropicError, httpx2.HTTPError, httpx2.StreamError)
    return (*sdk, ValueError, TypeError, LookupError, AttributeError, RuntimeError)


def _problem(error: Exception) -> ModelError:
    import anthropic
    import httpx2

    if isinstance(error, anthropic.APIStatusError):
        return failure_of(
            error.status_code,
            kind=error.type or "",
            code=error.error_code or "",
            message=error.api_message or error.message,
            wait=retry_after(error.response.headers.get("retry-after")),
        )
    if isinstance(error, anthropic.CredentialsError):
        return no_model(str(error))
    if isinstance(error, (anthropic.APIConnectionError, httpx2.HTTPError)):
        reason = error.__cause__ or error
        return unavailable(f"The connection to Claude broke ({type(reason).__name__}: {reason}).")
    return unavailable(f"Claude's service answered in no known form ({error!r:.300}).")
