"""What is asked of the model and what comes of it: values only, so importing this is cheap."""

from typing import Annotated, Literal

from pydantic import Field

from agent_core.value import Value

Purpose = Literal["plan", "draft", "improve", "repair"]
Effort = Literal["low", "medium", "high", "xhigh", "max"]
CallOutcome = Literal["answered", "refused", "truncated", "failed"]


class ModelChoice(Value):
    """Who answers: ``effort`` None leaves it to the model; ``max_tokens`` includes its thinking."""

    model: str
    effort: Effort | None
    max_tokens: int


class Question(Value):
    """Everything that decides an answer, and nothing else: a cache key is made of it.

    ``shared`` are the long first parts of the prompt, byte for byte the same through a run and
    least changing first (contract and rules, then profile and data preview). Each ends in a cache
    mark, so there may be at most four. ``text`` is this question's own part. ``answer_schema`` is
    the JSON text of a JSON schema, and needs ``answer`` "json". ``number`` tells a question that
    is asked twice on purpose from one that is repeated by accident.
    """

    purpose: Purpose
    model: str
    shared: Annotated[tuple[str, ...], Field(max_length=4)]
    text: str
    answer: Literal["text", "json"] = "text"
    answer_schema: str | None = None
    max_tokens: int
    effort: Effort | None = None
    number: int = 0


class Usage(Value):
    """Tokens that a call was billed for. ``input_tokens`` are those that no cache had to do with.

    ``cache_write_5m`` and ``cache_write_1h`` went into the cache for that long, ``cache_read``
    came from it. ``output_tokens`` includes the model's thinking.
    """

    input_tokens: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0
    output_tokens: int = 0

    @property
    def prompt_tokens(self) -> int:
        """Everything that was sent, cached or not."""
        return self.input_tokens + self.cache_write_5m + self.cache_write_1h + self.cache_read


class Call(Value):
    """One request that was or may have been billed. ``usd`` is None for a model without a price.

    ``outcome`` "failed" is a stream that was cut: its output tokens are estimated. ``request_id``
    is the service's own name for the call, or empty.
    """

    purpose: Purpose
    model: str
    usage: Usage
    seconds: float
    usd: float | None
    request_id: str = ""
    outcome: CallOutcome = "answered"


class Reply(Value):
    """A whole, usable answer. JSON is bare and can be parsed; code is as the model wrote it.

    ``failed`` are the billed attempts before it.
    """

    text: str
    call: Call
    failed: tuple[Call, ...] = ()

    @property
    def calls(self) -> tuple[Call, ...]:
        """Everything that this answer cost, in order: what to book when it comes from a cache."""
        return (*self.failed, self.call)
