"""The ledger as a bank: whatever is done in whatever order, the limit holds."""

import math
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from agent_core.conversation import Call, Usage
from agent_core.errors import BudgetExhausted
from agent_core.spending.ledger import Ledger, total

USD = st.floats(0, 2, allow_nan=False)
PAST = -1.0


def call(usd, purpose="draft", **usage):
    return Call(
        purpose=purpose,
        model="claude-sonnet-5-5",
        usage=Usage(**usage),
        seconds=1.5,
        usd=usd,
    )


class Bank(RuleBasedStateMachine):
    """Reservations are settled for what they hold or less, as real calls are."""

    reservations = Bundle("reservations")

    @initialize(limit=st.floats(0.01, 5))
    def open(self, limit):
        self.limit = limit
        self.ledger = Ledger(limit)
        self.held = {}
        self.booked = []

    @rule(target=reservations, usd=USD)
    def reserve(self, usd):
        expected = math.fsum([*self.booked, *self.held.values(), usd]) <= self.limit
        try:
            reservation = self.ledger.reserve(usd, deadline=PAST)
        except BudgetExhausted:
            assert not expected
            return None
        assert expected
        self.held[reservation] = usd
        return reservation

    @rule(reservation=consumes(reservations), share=st.floats(0, 1))
    def settle(self, reservation, share):
        if reservation is None:
            return
        spent = self.held.pop(reservation) * share
        with reservation as held:
            held.settle(call(spent))
        self.booked.append(spent)

    @rule(reservation=consumes(reservations))
    def give_back(self, reservation):
        if reservation is None:
            return
        del self.held[reservation]
        with pytest.raises(KeyError), reservation:
            raise KeyError

    @invariant()
    def the_limit_holds(self):
        if hasattr(self, "ledger"):
            assert self.ledger.usd <= self.limit * (1 + 1e-12)
            assert self.ledger.usd == pytest.approx(math.fsum(self.booked))
            assert len(self.ledger.calls) == len(self.booked)


TestBank = Bank.TestCase
TestBank.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["plan", "draft", "repair"]), USD | st.none())))
def test_totals_add_up(entries):
    ledger = Ledger()
    for purpose, usd in entries:
        ledger.book(call(usd, purpose, input_tokens=3, output_tokens=2, cache_read=1))

    whole, parts = total(ledger.calls), ledger.by_purpose().values()

    assert whole.calls == len(entries) == sum(part.calls for part in parts)
    assert whole.usd == pytest.approx(sum(part.usd for part in parts))
    assert whole.usd == pytest.approx(ledger.usd)
    assert whole.usage.input_tokens == 3 * len(entries)
    assert whole.usage.prompt_tokens == 4 * len(entries)
    assert whole.seconds == pytest.approx(1.5 * len(entries))
    assert whole.unpriced == sum(usd is None for _, usd in entries)


def test_what_was_booked_before_counts():
    ledger = Ledger(1.0)
    ledger.book(call(0.6))

    assert ledger.left_usd == pytest.approx(0.4)
    with pytest.raises(BudgetExhausted, match=r"\$0.6000 of the \$1.00"):
        ledger.reserve(0.5)
    assert ledger.reserve(0.4).usd == 0.4


def test_more_than_the_limit_may_have_been_booked():
    ledger = Ledger(1.0)
    ledger.book(call(1.5))

    assert ledger.left_usd == 0
    with pytest.raises(BudgetExhausted):
        ledger.reserve(0.0)


def test_without_a_limit_everything_fits():
    ledger = Ledger()

    with ledger.reserve(1e9), ledger.reserve(1e9):
        assert ledger.left_usd is None


def test_a_reservation_waits_for_those_that_may_cost_less():
    ledger = Ledger(1.0)
    first = ledger.reserve(0.7)
    got = []
    waiting = threading.Thread(target=lambda: got.append(ledger.reserve(0.6)))
    waiting.start()
    waiting.join(0.05)
    assert got == []

    with first:
        first.settle(call(0.3))

    waiting.join(10)
    assert [held.usd for held in got] == [0.6]


def test_waiting_ends_when_it_became_pointless():
    ledger = Ledger(1.0)
    first = ledger.reserve(0.7)
    errors = []

    def wait():
        try:
            ledger.reserve(0.6, deadline=time.monotonic() + 60)
        except BudgetExhausted as error:
            errors.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    with first:
        first.settle(call(0.5))
    waiting.join(10)

    assert len(errors) == 1
