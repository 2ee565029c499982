"""What a network, a service and an account can do to a question."""

import time

import pytest

from agent_core.errors import ModelUnavailable, NoModel, PromptUnsafe, QuestionRejected
from tests.agent_core.asking.questions import question, summed
from tests.standins.claude import Breaks, Fails, Says

PASSING = [
    Fails(429),
    Fails(429, retry_after=0.01),
    Fails(500),
    Fails(502, html="<html><h1>Bad gateway</h1></html>"),
    Fails(503),
    Fails(529),
    Fails(408),
    Fails(0),
    Breaks("half of it", after=4, how="cut"),
    Breaks("half of it", after=4, how="error"),
    Breaks("half of it", after=4, how="error", kind="api_error"),
    Breaks("half of it", after=4, how="end"),
    Breaks("", how="cut"),
]


@pytest.mark.parametrize("trouble", PASSING, ids=repr)
def test_what_passes_is_tried_again(stand_in, claude, slept, trouble):
    service = stand_in(trouble, trouble, "well")

    assert claude().ask(question()).text == "well"

    assert len(slept) == 2
    assert [entry.asked.body for entry in service.log] == [service.log[0].asked.body] * 3
    assert all(e.asked.headers.get("x-stainless-retry-count") == "0" for e in service.log)


def test_the_wait_is_told_and_as_long_as_the_service_says(stand_in, claude, slept):
    stand_in(Fails(429, retry_after=7), Fails(529), "well")
    told = []

    claude(report=lambda message, fraction: told.append(message)).ask(question())

    assert slept[0] == 7
    assert slept[1] < 1
    assert "429" in told[0]
    assert "again in 7 s" in told[0]
    assert "overloaded" in told[1]


def test_a_wait_beyond_the_deadline_is_not_begun(stand_in, claude, slept):
    service = stand_in(Fails(429, retry_after=1000))

    with pytest.raises(ModelUnavailable, match="429"):
        claude().ask(question(), deadline=time.monotonic() + 100)

    assert slept == []
    assert len(service.log) == 1


def test_a_wait_beyond_all_patience_is_not_begun(stand_in, claude, slept):
    stand_in(Fails(429, retry_after=1000))

    with pytest.raises(ModelUnavailable):
        claude().ask(question())

    assert slept == []


def test_tries_are_bounded(stand_in, claude, slept):
    service = stand_in(lambda asked: Fails(529))

    with pytest.raises(ModelUnavailable, match="529") as caught:
        claude(settings={"claude_tries": 3}).ask(question())

    assert (len(service.log), len(slept)) == (3, 2)
    assert caught.value.calls == ()


@pytest.mark.parametrize(
    ("failure", "kind", "says"),
    [
        (Fails(401), NoModel, "ANTHROPIC_API_KEY"),
        (Fails(403), NoModel, "may not use this model"),
        (Fails(402), NoModel, "billing"),
        (Fails(429, code="enforced_spend_limit_reached"), NoModel, "billing"),
        (Fails(404, "model: claude-nobody"), NoModel, "KAGGLE_AGENT_MODEL_PLAN"),
        (Fails(400, "prompt is too long"), QuestionRejected, "prompt is too long"),
        (Fails(413), QuestionRejected, "413"),
        (Breaks("", how="error", kind="invalid_request_error"), QuestionRejected, "invalid"),
    ],
    ids=repr,
)
def test_what_will_not_pass_is_not_tried_again(stand_in, claude, slept, failure, kind, says):
    service = stand_in(failure)

    with pytest.raises(kind, match=says):
        claude().ask(question())

    assert slept == []
    assert len(service.log) == 1


def test_broken_streams_are_booked_as_dearly_as_they_can_have_been(stand_in, claude, slept):
    service = stand_in(
        Breaks("x" * 900, after=900, how="cut"), Breaks("y" * 90, after=90, how="end"), "well"
    )
    asker = claude()

    reply = asker.ask(question())

    assert [call.outcome for call in reply.calls] == ["failed", "failed", "answered"]
    assert reply.calls == asker.ledger.calls
    billed, booked = service.broken_usage, summed(reply.failed)
    assert booked["input_tokens"] == billed.input_tokens
    assert booked["cache_write_5m"] == billed.cache_write_5m
    assert booked["cache_read"] == billed.cache_read
    assert billed.output_tokens <= booked["output_tokens"] <= 2 * 500


def test_calls_that_were_paid_in_vain_are_with_the_error(stand_in, claude, slept):
    stand_in(Breaks("x" * 900, after=900), Fails(401))
    asker = claude()

    with pytest.raises(NoModel) as caught:
        asker.ask(question())

    assert [call.outcome for call in caught.value.calls] == ["failed"]
    assert caught.value.calls == asker.ledger.calls


def test_silence_ends_at_the_read_timeout(stand_in, claude, slept):
    stand_in(Says("late", seconds=30, ping=30), "well")
    asker = claude(settings={"claude_read_timeout": 1.5})

    reply = asker.ask(question())

    assert reply.text == "well"
    assert [call.outcome for call in reply.failed] == ["failed"]


def test_an_answer_that_goes_on_for_ever_ends_at_the_deadline(stand_in, claude):
    stand_in("well", Says("late", seconds=60, ping=0.05))
    asker = claude()
    asker.ask(question())  # the first call of all imports the SDK

    with pytest.raises(ModelUnavailable, match=r"no time left.*--budget") as caught:
        asker.ask(question(), deadline=time.monotonic() + 2)

    assert [call.outcome for call in caught.value.calls] == ["failed"]
    assert caught.value.calls == asker.ledger.calls[1:]


def test_after_the_deadline_nothing_is_asked(stand_in, claude):
    service = stand_in("well")
    asker = claude(limit_usd=1.0)

    with pytest.raises(ModelUnavailable, match="no time left"):
        asker.ask(question(), deadline=time.monotonic() - 1)

    assert service.log == []
    assert asker.ledger.reserve(1.0).usd == 1.0  # nothing is set aside any more


def test_nobody_listens(claude, slept, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test-0123456789")

    with pytest.raises(ModelUnavailable, match="connection to Claude broke"):
        claude(settings={"claude_tries": 2}).ask(question())

    assert len(slept) == 1


def test_without_a_key_nothing_is_tried(stand_in, claude, monkeypatch):
    service = stand_in("well")
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE"):
        monkeypatch.delenv(name)

    with pytest.raises(NoModel, match="no key"):
        claude().ask(question())

    assert service.log == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("ANTHROPIC_PROFILE", "nowhere"), ("ANTHROPIC_BASE_URL", "http://host:port")],
)
def test_settings_that_lead_nowhere(stand_in, claude, monkeypatch, tmp_path, name, value):
    stand_in()
    monkeypatch.setenv("HOME", str(tmp_path))
    if name == "ANTHROPIC_PROFILE":
        monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.setenv(name, value)

    with pytest.raises(NoModel, match="ANTHROPIC_ variables"):
        claude().ask(question())


def test_a_schema_that_cannot_be_sent(stand_in, claude):
    service = stand_in("well")

    with pytest.raises(QuestionRejected, match="schema"):
        claude().ask(question(answer="json", answer_schema='{"title": "anything"}'))

    assert service.log == []


def test_a_prompt_with_a_secret_stays_here(stand_in, claude, monkeypatch):
    monkeypatch.setenv("KAGGLE_KEY", "f3a9c2d1e0b84756")
    service = stand_in("well")

    for part in ({"text": "log: f3a9c2d1e0b84756"}, {"shared": ("a f3a9c2d1e0b84756 b",)}):
        with pytest.raises(PromptUnsafe, match="KAGGLE_KEY") as caught:
            claude().ask(question(**part))
        assert "f3a9" not in str(caught.value)

    assert service.log == []


def test_an_answer_that_came_whole_counts_whatever_breaks_after_it(stand_in, claude, monkeypatch):
    service = stand_in("well")
    monkeypatch.setattr("tests.standins.claude.server._Handler._chunk", _all_but_the_end)

    assert claude().ask(question()).text == "well"
    assert len(service.log) == 1


def _all_but_the_end(handler, data):
    if not data:
        handler.close_connection = True
        return
    handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    handler.wfile.flush()


STRANGE = {
    "a page": "<html>Welcome</html>",
    "an unknown event": "event: hello\ndata: {}\n\n",
    "broken JSON": "event: message_start\ndata: {\n\n",
    "JSON of another kind": "event: message_start\ndata: [1]\n\n",
    "an end before the start": "event: message_delta\ndata: {}\n\n",
    "no count of tokens": 'event: message_start\ndata: {"type":"message_start","message":{}}\n\n',
}


@pytest.mark.parametrize("name", STRANGE)
def test_something_else_instead_of_an_answer(stand_in, claude, slept, name):
    page = Fails(200, html=STRANGE[name], headers={"content-type": "text/event-stream"})
    stand_in(page)

    with pytest.raises(ModelUnavailable, match=r"no known form|ended in the middle"):
        claude(settings={"claude_tries": 1}).ask(question())
