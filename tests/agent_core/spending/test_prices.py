from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_core.conversation import Usage
from agent_core.settings import Settings
from agent_core.spending.prices import PRICES, price_of

TOKENS = st.integers(0, 300_000)


def test_every_part_of_a_call_has_its_own_price():
    usage = Usage(
        input_tokens=1000,
        cache_write_5m=2000,
        cache_write_1h=3000,
        cache_read=4000,
        output_tokens=5000,
    )

    usd = price_of("claude-opus-5-5").usd(usage)

    assert usd == pytest.approx((4 + 2 * 5 + 3 * 8 + 4 * 0.2 + 5 * 20) / 1000)


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        (Usage(input_tokens=100_000, output_tokens=1000), 0.01 + 0.0005),
        (Usage(input_tokens=100_001, output_tokens=1000), 0.0500005 + 0.0025),
        # What comes from the cache is part of the prompt's length.
        (Usage(input_tokens=1, cache_read=100_000), 5e-7 + 0.005),
    ],
)
def test_a_long_prompt_makes_the_whole_request_dearer(usage, usd):
    assert price_of("claude-haiku-5-5").usd(usage) == pytest.approx(usd)


def test_an_unknown_model_has_no_price():
    assert price_of("claude-nobody-1") is None


@pytest.mark.parametrize("purpose", ["plan", "draft", "improve", "repair"])
def test_the_models_that_are_asked_by_default_have_a_price(purpose):
    assert Settings(_env_file=None).choice_for(purpose).model in PRICES


@pytest.mark.parametrize("model", PRICES)
def test_rows_are_whole(model):
    price = PRICES[model]

    assert date(2026, 1, 1) < price.as_of
    assert [band.up_to for band in price.bands] == sorted(band.up_to for band in price.bands)
    assert price.bands[-1].up_to == float("inf")
    for band in price.bands:
        assert 0 < band.cache_read < band.input < band.cache_write_5m < band.cache_write_1h
        assert band.input < band.output


@settings(deadline=None)
@given(
    model=st.sampled_from(sorted(PRICES)),
    parts=st.tuples(TOKENS, TOKENS, TOKENS, TOKENS),
    slack=st.tuples(TOKENS, TOKENS, TOKENS),
    hour=st.booleans(),
)
def test_nothing_costs_more_than_its_worst_case(model, parts, slack, hour):
    own, written, read, output = parts
    kind = "cache_write_1h" if hour else "cache_write_5m"
    usage = Usage(input_tokens=own, cache_read=read, output_tokens=output, **{kind: written})

    worst = PRICES[model].worst_usd(
        shared=written + read + slack[0], own=own + slack[1], output=output + slack[2], hour=hour
    )

    assert PRICES[model].usd(usage) <= worst + 1e-12
