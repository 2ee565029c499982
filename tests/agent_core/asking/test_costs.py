"""The ledger against the service's own count, and the limit in dollars."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count

import pytest

from agent_core.errors import AgentError, BudgetExhausted, ModelError, NoModel
from agent_core.spending.limit import worst_usd
from agent_core.spending.prices import price_of
from tests.agent_core.asking.questions import question, summed
from tests.standins.claude import Breaks, Fails, Says

HAIKU = "claude-haiku-5-5"


def billed_usd(service, entries=None):
    """What the service charges, from its own counts and the price list."""
    return sum(
        price_of(entry.asked.model).usd(entry.tokens)
        for entry in (service.log if entries is None else entries)
    )


def test_the_ledger_is_the_services_own_count(stand_in, claude, slept):
    service = stand_in(
        "plan",
        Says("x" * 700, thinking="t" * 300),
        Says("", stop_reason="refusal"),
        "y" * 9999,
        Fails(429, retry_after=1),
        Fails(529),
        Breaks("z" * 400, after=300),
        "well",
        Fails(500),
        "as well",
    )
    asker = claude(limit_usd=10)

    for number in range(6):
        model = HAIKU if number == 4 else "claude-sonnet-5-5"
        with suppress(AgentError):  # the second is refused, the third is cut off
            asker.ask(question(model=model, number=number, purpose="repair"))

    whole = [call for call in asker.ledger.calls if call.outcome != "failed"]
    assert len(whole) == 6
    assert summed(whole) == vars(service.usage)
    broken = [call for call in asker.ledger.calls if call.outcome == "failed"]
    assert summed(broken)["output_tokens"] >= service.broken_usage.output_tokens
    assert asker.ledger.usd == pytest.approx(sum(call.usd for call in asker.ledger.calls))
    assert sum(call.usd for call in whole) == pytest.approx(billed_usd(service, service.whole))
    assert asker.ledger.usd >= billed_usd(service)


@pytest.mark.parametrize("answer", ["x" * 600, "x" * 100_000], ids=["short", "long"])
@pytest.mark.parametrize("long_run", [False, True])
def test_no_call_is_made_that_could_exceed_five_cents(stand_in, claude, answer, long_run):
    service = stand_in(lambda asked: answer)
    asker = claude(limit_usd=0.05, long_run=long_run)

    def ask_for_ever():
        for number in count():
            with suppress(AgentError):
                asker.ask(question(number=number, text=f"Again {number}", max_tokens=300))

    with pytest.raises(BudgetExhausted, match=r"could cost up to \$0\.0"):
        ask_for_ever()

    assert len(service.log) == len(asker.ledger.calls) > 5  # most of the money was of use
    assert billed_usd(service) <= 0.05
    assert asker.ledger.usd == pytest.approx(billed_usd(service))
    spent = 0.0
    for entry in service.log:  # at worst: nothing cached, and all the room used
        price = price_of(entry.asked.model)
        prompt = entry.tokens.prompt_tokens
        room = entry.asked.max_tokens
        assert spent + price.worst_usd(shared=prompt, own=0, output=room, hour=long_run) <= 0.05
        spent += price.usd(entry.tokens)


def test_a_first_call_that_could_exceed_the_limit_is_not_made(stand_in, claude):
    service = stand_in("well")
    asker = claude(limit_usd=0.05)

    with pytest.raises(BudgetExhausted, match="--max-usd"):
        asker.ask(question(max_tokens=20_000))

    assert service.log == []
    assert asker.ledger.calls == ()


def test_what_an_earlier_process_spent_counts(stand_in, claude):
    service = stand_in("well", "well")
    before = claude(limit_usd=0.05)
    before.ask(question())
    asker = claude(limit_usd=0.04 + before.ledger.usd)
    for call in before.ledger.calls:
        asker.ledger.book(call)

    asker.ask(question(max_tokens=100))
    with pytest.raises(BudgetExhausted):
        asker.ask(question(max_tokens=5000))

    assert len(service.log) == 2


def test_a_model_without_a_price_needs_a_run_without_a_limit(stand_in, claude):
    service = stand_in("well")
    unknown = question(model="claude-unheard-of-1")

    with pytest.raises(NoModel, match=r"no price.*claude-opus-5-5"):
        claude(limit_usd=1.0).ask(unknown)
    assert service.log == []

    asker = claude()
    assert asker.ask(unknown).call.usd is None
    assert asker.ledger.by_purpose()["draft"].unpriced == 1


def test_calls_side_by_side_cannot_overspend_together(stand_in, claude):
    service = stand_in(lambda asked: "x" * 100_000)  # always all the room there is
    one = question(shared=(), max_tokens=1000)
    limit = 3.5 * worst_usd(one)
    asker = claude(limit_usd=limit)

    def ask(number):
        try:
            asker.ask(question(shared=(), max_tokens=1000, number=number))
        except ModelError as error:
            return type(error).__name__
        return "answered"

    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(ask, range(12)))

    assert billed_usd(service) <= limit
    assert asker.ledger.usd == pytest.approx(billed_usd(service))
    assert len(service.log) == ends.count("AnswerTruncated") >= 3
    assert ends.count("BudgetExhausted") == 12 - len(service.log)


def test_calls_side_by_side_wait_for_money_that_is_only_reserved(stand_in, claude):
    service = stand_in(lambda asked: "short")
    one = question(shared=(), max_tokens=1000)
    asker = claude(limit_usd=2.5 * worst_usd(one))

    with ThreadPoolExecutor(8) as pool:
        replies = list(
            pool.map(lambda n: asker.ask(one.model_copy(update={"number": n})), range(8))
        )

    assert len(replies) == len(service.log) == 8


def test_calls_that_start_together_write_the_cache_once(stand_in, claude, gate):
    together = threading.Barrier(4)

    def answer(asked):
        if asked.number == 0:
            gate.wait(0.3)  # time for the others to be there, if they were not held back
        return "well"

    service = stand_in(answer)
    asker = claude()

    def ask(number):
        together.wait(10)
        return asker.ask(question(number=number, text=f"Draft {number}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(4)))

    assert service.usage.cache_write_5m == 2500
    assert service.usage.cache_read == 3 * 2500


def test_a_leader_that_fails_holds_nobody_back(stand_in, claude):
    service = stand_in(lambda asked: Fails(400) if asked.number == 0 else "well")
    asker = claude()

    def ask(number):
        try:
            return asker.ask(question(number=number)).text
        except ModelError as error:
            return type(error).__name__

    with ThreadPoolExecutor(3) as pool:
        ends = list(pool.map(ask, range(3)))

    assert sorted(ends) == ["QuestionRejected", "well", "well"]
    assert len(service.log) == 3


def test_a_deadline_ends_the_wait_for_money(claude, stand_in):
    stand_in("well")
    asker = claude(limit_usd=0.05)
    held = asker.ledger.reserve(0.049)

    with held, pytest.raises(BudgetExhausted):
        asker.ask(question(), deadline=time.monotonic() + 0.1)
