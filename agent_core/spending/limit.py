"""The limit in dollars, kept before a call is made: its worst case has to fit.

How many tokens a text has is bounded by its bytes: the tokenizers work on bytes, so no token is
shorter than one. That is about four times too many, so the long shared parts count less as soon as
a prompt that began with them has been answered: they cannot have more tokens than that prompt had.
The service would count exactly, but by one more request per call that can itself fail, that it
calls an estimate, and that gateways lack.
"""

from collections.abc import Hashable

from agent_core.conversation import Question, Usage
from agent_core.errors import NoModel
from agent_core.spending.ledger import Ledger, Reservation
from agent_core.spending.prices import PRICES, price_of

#: More than what the service adds around the parts: the frame of the messages, and its own
#: instructions for answers in JSON.
_FRAME_TOKENS = 2_000


class Limit:
    """Reserves money for questions. ``hour``: shared parts are cached that long, not 5 minutes."""

    def __init__(self, ledger: Ledger, *, hour: bool) -> None:
        self._ledger = ledger
        self._hour = hour
        #: By what a prompt begins with: tokens of the shortest such prompt that was answered.
        self._shortest: dict[Hashable, int] = {}

    def reserve(self, question: Question, deadline: float | None) -> Reservation:
        """Set aside what asking ``question`` can cost at most; wait for it until ``deadline``.

        Raises `BudgetExhausted`, and `NoModel` where there is a limit but the model has no price.
        """
        if self._ledger.limit_usd is None:
            return self._ledger.reserve(0.0)
        known = self._shortest.get(prefix_of(question))
        usd = worst_usd(question, hour=self._hour, shared_at_most=known)
        if usd is None:
            raise _no_price(question)
        return self._ledger.reserve(usd, deadline)

    def learn(self, question: Question, usage: Usage) -> None:
        """The service has counted this question."""
        prefix, tokens = prefix_of(question), usage.prompt_tokens
        self._shortest[prefix] = min(tokens, self._shortest.get(prefix, tokens))


def prefix_of(question: Question) -> Hashable:
    """What the service's cache tells prompts apart by, up to the question's own text."""
    return question.model, question.shared, question.answer_schema


def worst_usd(
    question: Question, *, hour: bool = False, shared_at_most: int | None = None
) -> float | None:
    """The most that asking once can cost, or None for a model without a price.

    ``shared_at_most``: a bound for the tokens of the shared parts that the service's counts gave.
    """
    price = price_of(question.model)
    if price is None:
        return None
    shared = _most_tokens(*question.shared)
    return price.worst_usd(
        shared=shared if shared_at_most is None else min(shared, shared_at_most),
        own=_FRAME_TOKENS + _most_tokens(question.text, question.answer_schema or ""),
        output=question.max_tokens,
        hour=hour,
    )


def _most_tokens(*texts: str) -> int:
    return sum(len(text.encode()) for text in texts)


def _no_price(question: Question) -> NoModel:
    return NoModel(
        f"There is no price for the model {question.model!r}.",
        means="With a limit in dollars, no call is made whose cost is not known.",
        next=f"Set KAGGLE_AGENT_MODEL_{question.purpose.upper()} to one of "
        f"{', '.join(sorted(PRICES))}; or set no limit; or add its price to "
        "agent_core/spending/prices.py.",
    )
