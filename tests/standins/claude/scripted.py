"""What a test sees of a request, and what it can have answered."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Asked:
    """One request. ``text`` is all text of the last message; ``schema`` is None for free text."""

    number: int
    body: dict[str, Any]
    headers: dict[str, str]

    @property
    def model(self) -> str:
        return str(self.body["model"])

    @property
    def system(self) -> tuple[str, ...]:
        system = self.body.get("system") or ()
        return (system,) if isinstance(system, str) else tuple(block["text"] for block in system)

    @property
    def text(self) -> str:
        content = self.body["messages"][-1]["content"]
        return content if isinstance(content, str) else "".join(part["text"] for part in content)

    @property
    def schema(self) -> dict[str, Any] | None:
        return self.body.get("output_config", {}).get("format", {}).get("schema")

    @property
    def effort(self) -> str | None:
        return self.body.get("output_config", {}).get("effort")

    @property
    def max_tokens(self) -> int:
        return int(self.body["max_tokens"])


@dataclass(frozen=True)
class Says:
    """A whole answer after ``seconds``, with a ping every ``ping`` seconds while it lasts.

    ``thinking`` None leaves the leading thinking block out; its text is never sent, but billed.
    """

    text: str = ""
    thinking: str | None = "Let me think about this for a moment."
    stop_reason: str = "end_turn"
    category: str | None = None
    seconds: float = 0.0
    ping: float = 0.05


@dataclass(frozen=True)
class Breaks:
    """An answer that fails ``after`` characters of its ``text``.

    "cut" closes the connection in the middle of the body, "error" sends an error event of type
    ``kind``, "end" ends the body in good order but too early.
    """

    text: str = ""
    how: Literal["cut", "error", "end"] = "cut"
    after: int = 0
    kind: str = "overloaded_error"


@dataclass(frozen=True)
class Fails:
    """No answer but an HTTP ``status``. 0 closes the connection without a word."""

    status: int
    message: str = "As scripted"
    code: str | None = None
    retry_after: float | None = None
    html: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return _KINDS.get(self.status, "api_error")

    def payload(self) -> tuple[bytes, dict[str, str]]:
        """Body and headers."""
        wait = {} if self.retry_after is None else {"retry-after": f"{self.retry_after:g}"}
        if self.html is not None:
            return self.html.encode(), {"content-type": "text/html", **wait, **self.headers}
        error: dict[str, Any] = {"type": self.kind, "message": self.message}
        if self.code:
            error["details"] = {"error_code": self.code}
        body = {"type": "error", "error": error, "request_id": "req_failed"}
        return json.dumps(body).encode(), {
            "content-type": "application/json",
            **wait,
            **self.headers,
        }


_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}

Answer = str | Says | Breaks | Fails


def in_turn(*answers: Answer) -> Callable[[Asked], Answer]:
    """The first request gets the first of ``answers``, and so on; one too many is a 400."""

    def answer(asked: Asked) -> Answer:
        if asked.number < len(answers):
            return answers[asked.number]
        return Fails(400, "nothing is left to say")

    return answer
