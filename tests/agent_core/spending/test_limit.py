import pytest

from agent_core.conversation import Usage
from agent_core.errors import BudgetExhausted, NoModel
from agent_core.spending.ledger import Ledger
from agent_core.spending.limit import Limit, worst_usd
from tests.agent_core.asking.questions import question


def test_each_byte_may_be_a_token():
    usd = worst_usd(question(shared=("ab", "ü"), text="xyz", answer_schema="{}", max_tokens=100))

    # 4 bytes to the cache at 2.50, 5 others and 2,000 for the frame at 2, 100 of answer at 10.
    assert usd == pytest.approx((4 * 2.5 + 2005 * 2 + 100 * 10) / 1e6)


def test_shared_parts_have_no_more_tokens_than_an_answered_prompt_that_held_them():
    by_bytes = worst_usd(question())

    assert worst_usd(question(), shared_at_most=2600) < by_bytes
    assert worst_usd(question(), shared_at_most=10**9) == by_bytes


def test_an_hour_in_the_cache_is_dearer():
    assert worst_usd(question(), hour=True) > worst_usd(question())


def test_a_prompt_that_may_be_long_is_counted_at_the_longer_price():
    short = worst_usd(question(model="claude-haiku-5-5", text="x" * 80_000))
    long = worst_usd(question(model="claude-haiku-5-5", text="x" * 100_000))

    assert long > 4 * short


def test_an_unknown_model_has_no_worst_case():
    unknown = question(model="claude-nobody-1")

    assert worst_usd(unknown) is None
    with pytest.raises(NoModel, match="KAGGLE_AGENT_MODEL_DRAFT"):
        Limit(Ledger(1.0), hour=False).reserve(unknown, None)
    assert Limit(Ledger(), hour=False).reserve(unknown, None).usd == 0


def test_the_worst_case_is_what_is_set_aside():
    worst = worst_usd(question())
    limit = Limit(Ledger(1.5 * worst), hour=False)

    with limit.reserve(question(), None) as held:
        assert held.usd == worst
        with pytest.raises(BudgetExhausted):
            limit.reserve(question(), 0.0)


def test_what_the_service_counted_makes_the_next_reservation_smaller():
    limit = Limit(Ledger(1.0), hour=False)

    limit.learn(question(text="short"), Usage(input_tokens=10, cache_write_5m=2500))
    limit.learn(question(text="long"), Usage(input_tokens=900, cache_read=2500))

    assert limit.reserve(question(), None).usd == worst_usd(question(), shared_at_most=2510)
    other = question(shared=("another run",))
    assert limit.reserve(other, None).usd == worst_usd(other)
