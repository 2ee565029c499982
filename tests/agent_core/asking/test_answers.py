"""One question, one answer: over HTTP, with the real SDK."""

import json

import pytest

from agent_core.claude import find_key
from agent_core.errors import AnswerMalformed, AnswerRefused, AnswerTruncated
from tests.agent_core.asking.questions import PROFILE, RULES, question
from tests.standins.claude import KEY, Says

SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {"k": {"type": "integer", "minimum": 1, "maximum": 9}},
        "required": ["k"],
    }
)


def as_json(**changes):
    return question(answer="json", answer_schema=SCHEMA, **changes)


def test_a_whole_answer_comes_back_with_what_it_cost(stand_in, claude):
    service = stand_in(Says("x" * 1000, thinking="t" * 40))
    asker = claude()

    reply = asker.ask(question())

    assert reply.text == "x" * 1000
    assert reply.failed == ()
    assert reply.calls == asker.ledger.calls
    call = reply.call
    assert (call.purpose, call.model, call.outcome) == ("draft", "claude-sonnet-5-5", "answered")
    assert call.request_id == "req_0000"
    assert call.seconds > 0
    assert call.usage.output_tokens == service.usage.output_tokens == 260
    # 2,500 tokens written to the cache at 2.50, 3 others at 2, 260 written by the model at 10.
    assert call.usd == pytest.approx((2500 * 2.5 + 3 * 2 + 260 * 10) / 1e6)


def test_what_is_sent_is_a_stream_with_marked_parts_and_nothing_forbidden(stand_in, claude):
    service = stand_in("ok")

    claude().ask(question())

    sent = service.log[0].asked
    assert sent.body == {
        "model": "claude-sonnet-5-5",
        "max_tokens": 500,
        "stream": True,
        "system": [
            {"type": "text", "text": RULES, "cache_control": {"type": "ephemeral"}},
            {"type": "text", "text": PROFILE, "cache_control": {"type": "ephemeral"}},
        ],
        "messages": [{"role": "user", "content": "Write it."}],
        "output_config": {"effort": "medium"},
    }
    assert sent.headers["authorization"] == f"Bearer {KEY}"


def test_the_least_question(stand_in, claude):
    service = stand_in("ok")

    claude().ask(question(shared=(), effort=None, model="claude-haiku-4-5"))

    assert set(service.log[0].asked.body) == {"model", "max_tokens", "stream", "messages"}


def test_a_long_run_keeps_the_shared_parts_for_an_hour(stand_in, claude):
    now = 0.0
    service = stand_in("one", "two", clock=lambda: now)
    asker = claude(limit_usd=1.0, long_run=True)

    first = asker.ask(question())
    now = 3000.0
    second = asker.ask(question(text="And another."))

    assert first.call.usage.cache_write_1h == 2500
    assert first.call.usd == pytest.approx(service.log[0].tokens.cache_write_1h * 4e-6, rel=0.05)
    assert (second.call.usage.cache_read, second.call.usage.cache_write_1h) == (2500, 0)


def test_the_shared_parts_are_written_once_and_read_ever_after(stand_in, claude):
    service = stand_in(lambda asked: f"answer {asked.number}")
    asker = claude()

    for number in range(6):
        asker.ask(question(text=f"Idea {number}: " + "do it " * 60, number=number))

    assert service.cached_share(since=1) > 0.9
    assert [call.usage.cache_read > 0 for call in asker.ledger.calls] == [False] + [True] * 5


def test_a_schema_is_sent_as_the_service_takes_it(stand_in, claude):
    service = stand_in('{"k": 3}')

    reply = claude().ask(as_json())

    assert json.loads(reply.text) == {"k": 3}
    sent = service.log[0].asked.schema
    assert sent["additionalProperties"] is False
    assert "minimum" not in sent["properties"]["k"]
    assert "minimum: 1" in sent["properties"]["k"]["description"]


@pytest.mark.parametrize(
    "said",
    ['{"k": 3}', '\n {"k": 3}\n', '```json\n{"k": 3}\n```', '```\n{"k": 3}```\n'],
)
def test_json_may_come_in_a_fence(stand_in, claude, said):
    stand_in(said)

    assert claude().ask(as_json()).text == '{"k": 3}'


@pytest.mark.parametrize(
    "said", ['{"k": 3', "Here you are: {}", "```json\n{'k': 3}\n```", "[" * 9999]
)
def test_json_that_is_none_is_malformed_and_paid(stand_in, claude, said):
    service = stand_in(said)
    asker = claude()

    with pytest.raises(AnswerMalformed, match="not JSON") as caught:
        asker.ask(as_json(max_tokens=20_000))

    assert caught.value.text == said
    assert caught.value.calls == asker.ledger.calls
    assert asker.ledger.calls[0].outcome == "answered"
    assert asker.ledger.calls[0].usage.output_tokens == service.usage.output_tokens


@pytest.mark.parametrize("said", [Says(""), Says("  \n"), Says("", thinking=None)])
def test_an_answer_without_text_is_malformed(stand_in, claude, said):
    stand_in(said)

    with pytest.raises(AnswerMalformed, match="is empty"):
        claude().ask(question())


def test_a_stop_that_nobody_asked_for_is_malformed(stand_in, claude):
    stand_in(Says("Let me see.", stop_reason="pause_turn"))

    with pytest.raises(AnswerMalformed, match="pause_turn"):
        claude().ask(question())


def test_a_thinking_block_is_no_part_of_the_text(stand_in, claude):
    stand_in(Says("the code", thinking="what shall I write?"), Says("bare", thinking=None))
    asker = claude()

    assert asker.ask(question()).text == "the code"
    assert asker.ask(question()).text == "bare"


@pytest.mark.parametrize("text", ["", "I cannot help with that."])
@pytest.mark.parametrize("category", ["frontier_llm", None])
def test_a_refusal_is_told_and_paid_and_not_repeated(stand_in, claude, text, category):
    service = stand_in(Says(text, stop_reason="refusal", category=category))
    asker = claude()

    with pytest.raises(AnswerRefused) as caught:
        asker.ask(as_json())

    assert (caught.value.category, caught.value.text) == (category or "", text)
    assert [call.outcome for call in caught.value.calls] == ["refused"]
    assert len(service.log) == 1
    assert asker.ledger.calls[0].usage.input_tokens == service.usage.input_tokens


def test_a_truncated_answer_keeps_what_came(stand_in, claude):
    service = stand_in("abcd" * 1000)
    asker = claude()

    with pytest.raises(AnswerTruncated, match="500 tokens") as caught:
        asker.ask(question())

    assert caught.value.partial
    assert ("abcd" * 1000).startswith(caught.value.partial)
    assert [call.outcome for call in asker.ledger.calls] == ["truncated"]
    assert asker.ledger.calls[0].usage.output_tokens == 500 == service.usage.output_tokens


def test_a_full_context_window_truncates_too(stand_in, claude):
    stand_in(Says("half", stop_reason="model_context_window_exceeded"))

    with pytest.raises(AnswerTruncated) as caught:
        claude().ask(question())

    assert caught.value.partial == "half"


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({"ANTHROPIC_API_KEY": "k"}, "ANTHROPIC_API_KEY"),
        ({"ANTHROPIC_API_KEY": "", "ANTHROPIC_AUTH_TOKEN": "t"}, "ANTHROPIC_AUTH_TOKEN"),
        ({"ANTHROPIC_PROFILE": "p"}, "ANTHROPIC_PROFILE"),
        ({"ANTHROPIC_API_KEY": ""}, None),
        ({}, None),
    ],
)
def test_a_key_is_found_where_the_sdk_finds_it(environ, found):
    assert find_key(environ) == found


def test_a_key_is_found_in_the_process_by_default(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")

    assert find_key() == "ANTHROPIC_API_KEY"
