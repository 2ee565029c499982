"""The limit in dollars, kept before a call is made: its worst case has to fit.

How many tokens a prompt has is bounded by its bytes: the tokenizers work on bytes, so no token is
shorter than one. That is about four times too many. The service would count exactly, but by one
more request per call that can itself fail, that it calls an estimate, and that gateways lack. The
room for the answer (``max_tokens``) is what most of a reservation is, so little is lost.
"""

from agent_core.conversation import Question
from agent_core.errors import NoModel
from agent_core.spending.ledger import Ledger, Reservation
from agent_core.spending.prices import PRICES, price_of

#: More than what the service adds around the parts: the frame of the messages, and its own
#: instructions for answers in JSON.
_FRAME_TOKENS = 2_000


def reserve(
    ledger: Ledger, question: Question, *, hour: bool, deadline: float | None
) -> Reservation:
    """Set aside what asking ``question`` can cost at most. ``hour``: its parts are cached so long.

    Raises `BudgetExhausted`, and `NoModel` where there is a limit but the model has no price.
    """
    if ledger.limit_usd is None:
        return ledger.reserve(0.0)
    usd = worst_usd(question, hour=hour)
    if usd is None:
        raise NoModel(
            f"There is no price for the model {question.model!r}.",
            means="With a limit in dollars, no call is made whose cost is not known.",
            next=f"Set KAGGLE_AGENT_MODEL_{question.purpose.upper()} to one of "
            f"{', '.join(sorted(PRICES))}; or set no limit; or add its price to "
            "agent_core/spending/prices.py.",
        )
    return ledger.reserve(usd, deadline)


def worst_usd(question: Question, *, hour: bool = False) -> float | None:
    """The most that asking once can cost, or None for a model without a price."""
    price = price_of(question.model)
    if price is None:
        return None
    return price.worst_usd(
        shared=_most_tokens(*question.shared),
        own=_FRAME_TOKENS + _most_tokens(question.text, question.answer_schema or ""),
        output=question.max_tokens,
        hour=hour,
    )


def _most_tokens(*texts: str) -> int:
    return sum(len(text.encode()) for text in texts)
