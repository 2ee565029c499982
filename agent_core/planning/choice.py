"""Who plans a run: Claude where there is a key, else the rules alone."""

from typing import Literal

from agent_core.claude import find_key
from agent_core.errors import NoModel
from agent_core.value import Value

PlannerName = Literal["auto", "claude", "rules"]


class PlannerChoice(Value):
    """``why`` is a sentence for people."""

    planner: Literal["claude", "rules"]
    why: str


def choose_planner(asked: str) -> PlannerChoice:
    """From what was asked for and the environment. Raises NoModel for "claude" without a key."""
    key = find_key()
    if asked == "rules":
        return PlannerChoice(planner="rules", why="as asked for")
    if key:
        why = f"since {key} is set" if asked == "auto" else "as asked for"
        return PlannerChoice(planner="claude", why=why)
    if asked == "claude":
        raise NoModel(
            "There is no key for Claude.",
            means="Claude cannot plan or write anything without one, so nothing was started.",
            next="Set ANTHROPIC_API_KEY (https://platform.claude.com/settings/keys), "
            "or use --planner rules, which needs no key.",
        )
    why = "since no key for Claude is set (ANTHROPIC_API_KEY); the rules need none"
    return PlannerChoice(planner="rules", why=why)
