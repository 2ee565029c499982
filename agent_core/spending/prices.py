"""What each Claude model costs: the one table of prices.

US dollars per million tokens at the standard service tier, from Anthropic's model and price pages
as of the date in each row. To add a model, add a row. A model without a row has no price, which
is an error under a dollar limit, and never a price of 0.
"""

import math
from datetime import date

from agent_core.conversation import Usage
from agent_core.value import Value

_MILLION = 1_000_000


class Rates(Value):
    """US dollars per million tokens, for requests whose prompt has at most ``up_to`` tokens."""

    input: float
    output: float
    cache_write_5m: float
    cache_write_1h: float
    cache_read: float
    up_to: float = math.inf

    def usd(self, usage: Usage) -> float:
        """What these tokens cost."""
        parts = (
            usage.input_tokens * self.input,
            usage.cache_write_5m * self.cache_write_5m,
            usage.cache_write_1h * self.cache_write_1h,
            usage.cache_read * self.cache_read,
            usage.output_tokens * self.output,
        )
        return math.fsum(parts) / _MILLION


class Price(Value):
    """A model's rates, by length of the prompt and shortest first, as read on ``as_of``."""

    as_of: date
    bands: tuple[Rates, ...]

    def usd(self, usage: Usage) -> float:
        """What a call cost: the prompt's length, cached or not, chooses the band."""
        return self._band(usage.prompt_tokens).usd(usage)

    def worst_usd(self, *, shared: int, own: int, output: int, hour: bool = False) -> float:
        """The most that a call can cost whose parts have at most these numbers of tokens.

        All ``shared`` tokens count as written to the cache (for an ``hour``, or 5 minutes), which
        is dearer than reading; the dearest band that so long a prompt can reach counts.
        """
        written = {"cache_write_1h" if hour else "cache_write_5m": shared}
        usage = Usage(input_tokens=own, output_tokens=output, **written)
        longest = self.bands.index(self._band(shared + own))
        return max(band.usd(usage) for band in self.bands[: longest + 1])

    def _band(self, prompt_tokens: int) -> Rates:
        return next(band for band in self.bands if prompt_tokens <= band.up_to)


def price_of(model: str) -> Price | None:
    """The model's price, or None where the table has none."""
    return PRICES.get(model)


def _price(as_of: date, *bands: tuple[float, ...]) -> Price:
    """Each band: input, output, cache write for 5 minutes and for 1 hour, cache read, limit."""
    names = ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read", "up_to")
    rates = (Rates(**dict(zip(names, band, strict=False))) for band in bands)
    return Price(as_of=as_of, bands=tuple(rates))


#: By the name that is sent to the service.
PRICES: dict[str, Price] = {
    "claude-fable-5-2": _price(date(2026, 11, 9), (8, 40, 10, 16, 0.20)),
    "claude-fable-5-1": _price(date(2026, 9, 28), (10, 50, 12.50, 20, 0.25)),
    "claude-opus-5-5": _price(date(2026, 9, 29), (4, 20, 5, 8, 0.20)),
    "claude-opus-5": _price(date(2026, 10, 1), (5, 25, 6.25, 10, 0.50)),
    "claude-opus-4-8": _price(date(2026, 9, 29), (5, 25, 6.25, 10, 0.50)),
    "claude-sonnet-5-5": _price(date(2026, 10, 24), (2, 10, 2.50, 4, 0.10)),
    "claude-sonnet-5": _price(date(2026, 9, 29), (2, 10, 2.50, 4, 0.20)),
    "claude-sonnet-4-6": _price(date(2026, 9, 29), (3, 15, 3.75, 6, 0.30)),
    "claude-haiku-5-5": _price(
        date(2026, 10, 24),
        (0.10, 0.50, 0.125, 0.20, 0.01, 100_000),
        (0.50, 2.50, 0.625, 1, 0.05),
    ),
    "claude-haiku-4-5": _price(date(2026, 9, 29), (1, 5, 1.25, 2, 0.10)),
}
