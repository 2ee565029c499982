"""The Messages API of the tests' own: its prompt cache and what it refuses."""

import json
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.standins.claude import KEY, ClaudeStandIn, Says

RULES, PROFILE = "r" * 4000, "p" * 8000  # 1,000 and 2,000 tokens
_open = build_opener(ProxyHandler({})).open


def part(text, **mark):
    return {"type": "text", "text": text, "cache_control": {"type": "ephemeral", **mark}}


def body(*system, text="hello", **more):
    return {
        "model": "claude-sonnet-5-5",
        "max_tokens": 100,
        "stream": True,
        "messages": [{"role": "user", "content": text}],
        "system": list(system),
    } | more


def post(claude, content, key=KEY):
    headers = {"Authorization": f"Bearer {key}", "anthropic-version": "2026-10-21"}
    request = Request(f"{claude.url}/v1/messages", json.dumps(content).encode(), headers)
    with _open(request, timeout=20) as answer:
        return answer.read().decode()


def billed(claude, content):
    post(claude, content)
    tokens = claude.log[-1].tokens
    return tokens.input_tokens, tokens.cache_write_5m, tokens.cache_write_1h, tokens.cache_read


@pytest.fixture
def time():
    return [0.0]


@pytest.fixture
def claude(time):
    with ClaudeStandIn(lambda asked: "well", clock=lambda: time[0]) as service:
        yield service


def test_a_prefix_is_written_once_and_then_read(claude):
    both = part(RULES), part(PROFILE)

    assert billed(claude, body(*both)) == (2, 3000, 0, 0)
    assert billed(claude, body(*both)) == (2, 0, 0, 3000)
    assert billed(claude, body(*both, text="x" * 400)) == (100, 0, 0, 3000)
    assert billed(claude, body(part(RULES), part("q" * 8000))) == (2, 2000, 0, 1000)
    assert billed(claude, body(part(RULES + "."), part(PROFILE))) == (2, 3001, 0, 0)


def test_each_model_and_each_schema_has_a_cache_of_its_own(claude):
    schema = {"format": {"type": "json_schema", "schema": {"type": "string"}}}

    assert billed(claude, body(part(RULES))) == (2, 1000, 0, 0)
    assert billed(claude, body(part(RULES), model="claude-haiku-5-5")) == (2, 1000, 0, 0)
    assert billed(claude, body(part(RULES), output_config=schema))[3] == 0


def test_what_is_short_or_not_marked_is_not_cached(claude):
    for _ in range(2):
        assert billed(claude, body(part("r" * 2000))) == (502, 0, 0, 0)
        assert billed(claude, body({"type": "text", "text": RULES})) == (1002, 0, 0, 0)


@pytest.mark.parametrize(("mark", "seconds"), [({}, 300), ({"ttl": "1h"}, 3600)])
def test_a_prefix_is_kept_for_its_time_since_its_last_use(claude, time, mark, seconds):
    written = (2, 1000, 0, 0) if seconds == 300 else (2, 0, 1000, 0)

    assert billed(claude, body(part(RULES, **mark))) == written
    time[0] += seconds - 1
    assert billed(claude, body(part(RULES, **mark))) == (2, 0, 0, 1000)
    time[0] += seconds - 1
    assert billed(claude, body(part(RULES, **mark))) == (2, 0, 0, 1000)
    time[0] += seconds + 1
    assert billed(claude, body(part(RULES, **mark))) == written


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"temperature": 0.5}, 400, "temperature"),
        ({"tool_choice": {"type": "any"}}, 400, "tool"),
        ({"thinking": {"type": "disabled"}}, 400, "thinks"),
        ({"messages": [{"role": "assistant", "content": "{"}]}, 400, "prefill"),
        ({"messages": [{"role": "user", "content": " "}]}, 400, "non-whitespace"),
        ({"system": [part(RULES)] * 5}, 400, "maximum of 4"),
        ({"system": [part(RULES), part(PROFILE, ttl="1h")]}, 400, "must not come after"),
        ({"max_tokens": 200_000}, 400, "max_tokens"),
        ({"stream": False}, 400, "streams"),
        ({"model": "claude-nobody-1"}, 404, "claude-nobody-1"),
        ({"output_config": {"effort": "ultra"}}, 400, "ultra"),
        ({"model": "claude-haiku-4-5", "output_config": {"effort": "low"}}, 400, "effort"),
        (
            {"output_config": {"format": {"schema": {"type": "object"}}}},
            400,
            "additionalProperties",
        ),
        (
            {"output_config": {"format": {"schema": {"anyOf": [{"minimum": 1}]}}}},
            400,
            "minimum",
        ),
    ],
)
def test_what_the_service_refuses(claude, changes, status, says):
    with pytest.raises(HTTPError) as caught:
        post(claude, body(part(RULES), **changes))

    with caught.value as answer:
        assert answer.code == status
        assert says in json.load(answer)["error"]["message"]
    assert claude.log[-1].status == status
    assert claude.usage.prompt_tokens == 0


def test_a_wrong_key(claude):
    with pytest.raises(HTTPError, match="401") as caught:
        post(claude, body(), key="another")
    caught.value.close()


def test_events_come_in_the_services_order(claude):
    claude.answer = lambda asked: Says("x" * 250, thinking="hm")

    events = [line[7:] for line in post(claude, body()).splitlines() if line.startswith("event: ")]

    block = ["content_block_start", "content_block_delta", "content_block_stop"]
    text = ["content_block_start", "content_block_delta", "content_block_delta"]
    expected = ["message_start", *block, *text, "content_block_stop", "message_delta"]
    assert events == [*expected, "message_stop"]


def test_what_was_sent_can_be_searched_and_holds_no_key(claude):
    post(claude, body(part(RULES), text="a needle"))

    assert b"a needle" in claude.sent
    assert KEY.encode() not in claude.sent
    assert claude.log[0].asked.text == "a needle"
    assert claude.log[0].asked.system == (RULES,)
