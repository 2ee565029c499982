"""Who plans, and why."""

import pytest

from agent_core.errors import NoModel
from agent_core.planning.choice import choose_planner
from agent_core.run import failure_of


@pytest.mark.parametrize(
    ("asked", "key", "planner", "why"),
    [
        ("auto", "", "rules", "no key"),
        ("auto", "sk-1", "claude", "ANTHROPIC_API_KEY is set"),
        ("claude", "sk-1", "claude", "as asked for"),
        ("rules", "sk-1", "rules", "as asked for"),
        ("rules", "", "rules", "as asked for"),
    ],
)
def test_choice(
    monkeypatch: pytest.MonkeyPatch, asked: str, key: str, planner: str, why: str
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", key)
    choice = choose_planner(asked)
    assert choice.planner == planner
    assert why in choice.why
    assert "sk-1" not in choice.why


def test_claude_without_a_key_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "")
    with pytest.raises(NoModel) as caught:
        choose_planner("claude")
    assert failure_of(caught.value).bad_input
    assert "--planner rules" in caught.value.next
