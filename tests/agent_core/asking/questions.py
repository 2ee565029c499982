"""Questions for tests."""

from typing import Any

from agent_core.conversation import Question

SONNET = "claude-sonnet-5-5"
#: 1,000 and 1,500 tokens as the stand-in counts: enough for its prompt cache.
RULES, PROFILE = "Rules. " * 571 + "...", "Profile. " * 666 + "......"


def question(**changes: Any) -> Question:
    """A draft in plain text, with room for 500 tokens."""
    usual = {
        "purpose": "draft",
        "model": SONNET,
        "shared": (RULES, PROFILE),
        "text": "Write it.",
        "max_tokens": 500,
        "effort": "medium",
    }
    return Question(**(usual | changes))


def summed(calls, outcome=None):
    """The tokens of the calls (of one outcome) by kind, as plain numbers."""
    chosen = [call for call in calls if outcome in (None, call.outcome)]
    names = ("input_tokens", "cache_write_5m", "cache_write_1h", "cache_read", "output_tokens")
    return {name: sum(getattr(call.usage, name) for call in chosen) for name in names}
