"""What was decided about an attempt at the gates that every attempt goes through, and why."""

from enum import StrEnum

from agent_core.value import Value


class Verdict(StrEnum):
    """THROUGH  it may be handed in
    AGAIN    it does not, and another attempt was made in its place
    ENOUGH   it does not, and nothing more was tried in its place
    """

    THROUGH = "pass"
    AGAIN = "another attempt"
    ENOUGH = "no further improvement"


class Check(Value):
    """One of the three gates. ``passed`` is None where it never came to that."""

    name: str
    passed: bool | None
    detail: str


class Decision(Value):
    """``checks`` are the gates in their order: valid, better than before, stable and honest.

    ``reasons`` say for people what the verdict comes of.
    """

    attempt: str
    verdict: Verdict
    checks: tuple[Check, ...]
    reasons: tuple[str, ...]
