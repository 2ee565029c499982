"""What a failure can be recognised by: predicates over what is known of a failed trial."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agent_core.sandbox.sandbox import Outcome


@dataclass(frozen=True)
class Symptoms:
    """What there is to judge by. ``error`` is the log from its last traceback on.

    ``gates`` are the names and ``problems`` the details of failed gates; ``verification`` is what
    the second run found fault with.
    """

    outcome: Outcome
    message: str
    error: str
    gates: frozenset[str]
    problems: str
    verification: str | None


Sign = Callable[[Symptoms], bool]


def ended(*outcomes: Outcome) -> Sign:
    """The sandbox saw it end in one of these ways."""
    return lambda symptoms: symptoms.outcome in outcomes


def logged(*patterns: str) -> Sign:
    """It crashed, and its last traceback matches one of these regular expressions."""
    sign = re.compile("|".join(patterns), re.MULTILINE)
    return lambda symptoms: (
        symptoms.outcome is Outcome.CRASHED and sign.search(symptoms.error) is not None
    )


def gate_failed(*names: str) -> Sign:
    """One of these gates failed as an error."""
    return lambda symptoms: not symptoms.gates.isdisjoint(names)


def any_of(*signs: Sign) -> Sign:
    """One of these signs is there."""
    return lambda symptoms: any(sign(symptoms) for sign in signs)


def withheld(symptoms: Symptoms) -> bool:
    """The score did not hold when targets were withheld."""
    return symptoms.verification is not None


def killed(symptoms: Symptoms) -> bool:
    """No limit of ours was seen to be crossed, but the kernel ends what asks for too much."""
    return symptoms.outcome is Outcome.CRASHED and "ended by SIGKILL" in symptoms.message


#: How the host says that predictions, or the metric of them, are no numbers.
_NOT_FINITE = re.compile(
    r"is infinite|not finite|is not defined for"
    r"|is not a number in [\d,]+ rows?, first in row [\d,]+: '\s*(?:[-+]?nan|<na>|[-+]?inf|)\s*'",
    re.IGNORECASE,
)


def not_finite(symptoms: Symptoms) -> bool:
    """The host could not score the predictions because some are no numbers."""
    return _NOT_FINITE.search(symptoms.problems) is not None
