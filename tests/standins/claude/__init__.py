"""A Messages API of the tests' own, spoken to over real HTTP by the real SDK.

    def answer(asked: Asked) -> str | Says | Breaks | Fails:
        if asked.schema:
            return json.dumps({"ideas": [...]})
        if "Traceback" in asked.text:
            return "```python\\n...\\n```"
        return Says("I won't.", stop_reason="refusal", category="frontier_llm")

    with ClaudeStandIn(answer) as claude:
        subprocess.run([..., "solve", folder], env=os.environ | claude.env)
    assert claude.usage == ledger's sum of tokens

``answer`` is called once per request that is let in, from the thread of that request, so requests
that run side by side call it side by side. It gets everything that was asked (`Asked`: ``number``
counts all requests from 0, ``model``, ``system``, ``text``, ``schema``, ``effort``, ``max_tokens``,
``body``, ``headers``), and returns one of

    "text"                       a whole answer
    Says(text, thinking=..., stop_reason="refusal", category=..., seconds=...)
    Breaks(text, how="cut" | "error" | "end", after=100)       a stream that fails in the middle
    Fails(529), Fails(429, retry_after=1), Fails(502, html="<html>..."), Fails(401)

An answer longer than the request's ``max_tokens`` is cut off there, with stop_reason "max_tokens".
`in_turn` makes an ``answer`` of a list of these.

Every request is in ``claude.log``: what was asked, the HTTP status, the `Tokens` that were billed.
``claude.usage`` sums up those of whole answers, and is what a ledger's calls that are not "failed"
must add up to. ``claude.broken_usage`` is what broken streams were billed, which a client can only
estimate. ``claude.cached_share(since=1)`` is how much of the input of all whole answers from the
second on came from the cache, ``claude.sent`` is every byte that was sent but the key itself.

It caches prefixes as the service does: per model, in the order schema, system, messages, at the
cache marks only, from ``minimum`` tokens on, for 5 minutes or an hour of ``clock`` since the last
use, from the moment when the first answer begins. Tokens are the bytes divided by four. It answers
400, 401 and 404 to what the service refuses (`rules`). It only streams.

`ClaudeStandIn.env` points a whole process here; within the test process use `pointed_at`.
"""

from tests.standins.claude.scripted import Answer, Asked, Breaks, Fails, Says, in_turn
from tests.standins.claude.server import KEY, ClaudeStandIn, pointed_at
from tests.standins.claude.tokens import Tokens

__all__ = [
    "KEY",
    "Answer",
    "Asked",
    "Breaks",
    "ClaudeStandIn",
    "Fails",
    "Says",
    "Tokens",
    "in_turn",
    "pointed_at",
]
