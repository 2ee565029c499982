"""Counting tokens, and the cache of prompt prefixes."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

_SECONDS = {"5m": 300.0, "1h": 3600.0}


def count(text: str) -> int:
    """Tokens of a text: a quarter of its bytes, and at least one."""
    return max(1, -(-len(text.encode()) // 4))


@dataclass(frozen=True)
class Tokens:
    """What a request was billed for, in the service's own terms."""

    input_tokens: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    cache_read: int = 0
    output_tokens: int = 0

    def __add__(self, other: "Tokens") -> "Tokens":
        names = [field.name for field in fields(self)]
        return Tokens(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def prompt_tokens(self) -> int:
        return self.input_tokens + self.cache_write_5m + self.cache_write_1h + self.cache_read

    def as_usage(self, output_tokens: int) -> dict[str, Any]:
        return {
            "input_tokens": self.input_tokens,
            "cache_creation_input_tokens": self.cache_write_5m + self.cache_write_1h,
            "cache_read_input_tokens": self.cache_read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.cache_write_5m,
                "ephemeral_1h_input_tokens": self.cache_write_1h,
            },
            "output_tokens": output_tokens,
            "service_tier": "standard",
        }


@dataclass(frozen=True)
class Mark:
    """The prefix that ends in a cache mark: its hash, its length in tokens, how long it is kept."""

    prefix: str
    tokens: int
    ttl: str


class PrefixCache:
    """Prefixes by model. ``minimum``: shorter ones are not kept. ``clock`` gives seconds."""

    def __init__(self, minimum: int, clock: Callable[[], float]) -> None:
        self._minimum = minimum
        self._clock = clock
        self._expiry: dict[str, float] = {}
        self._lock = threading.Lock()

    def bill(self, body: dict[str, Any]) -> tuple[Tokens, Callable[[], None]]:
        """The input's tokens, and what to call when the answer begins: it fills the cache."""
        blocks = list(_blocks(body))
        whole = sum(count(text) for text, _ in blocks)
        marks = [
            mark for mark in _marks(str(body["model"]), blocks) if mark.tokens >= self._minimum
        ]
        with self._lock:
            now = self._clock()
            read = max(
                (m.tokens for m in marks if self._expiry.get(m.prefix, now) > now), default=0
            )
        written = {"5m": 0, "1h": 0}
        reached = read
        for mark in marks:
            written[mark.ttl] += max(0, mark.tokens - reached)
            reached = max(reached, mark.tokens)
        billed = Tokens(whole - reached, written["5m"], written["1h"], read)
        return billed, lambda: self._keep(marks)

    def _keep(self, marks: list[Mark]) -> None:
        with self._lock:
            for mark in marks:
                until = self._clock() + _SECONDS[mark.ttl]
                self._expiry[mark.prefix] = max(until, self._expiry.get(mark.prefix, 0.0))


def _blocks(body: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """(text, ttl of the cache mark at its end or None), in the order of the prefix."""
    schema = body.get("output_config", {}).get("format")
    if schema or body.get("tools"):
        yield json.dumps([body.get("tools"), schema]), None
    system = body.get("system") or []
    yield from _texts(system)
    for message in body["messages"]:
        yield from _texts(message["content"])


def _texts(content: Any) -> Iterator[tuple[str, str | None]]:
    for block in [{"text": content}] if isinstance(content, str) else content:
        mark = block.get("cache_control")
        yield block.get("text", ""), mark.get("ttl", "5m") if mark else None


def _marks(model: str, blocks: list[tuple[str, str | None]]) -> Iterator[Mark]:
    digest, tokens = hashlib.sha256(model.encode()), 0
    for text, ttl in blocks:
        digest.update(f"{len(text)}:{text}".encode())
        tokens += count(text)
        if ttl is not None:
            yield Mark(digest.hexdigest(), tokens, ttl)
