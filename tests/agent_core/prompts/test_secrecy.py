"""Nothing of this machine and nothing secret is in any prompt."""

import re

import pytest

from agent_core.conversation import ModelChoice
from agent_core.evaluation import Score
from agent_core.failures import FAILURES
from agent_core.log_lines import relevant_lines
from agent_core.prompts.questions import (
    draft_question,
    improve_question,
    plan_question,
    repair_question,
)
from agent_core.prompts.shared import shared_parts
from agent_core.prompts.values import Best, DraftIdea, ToBeat
from tests.agent_core.prompts.conftest import MACHINE, Known

SECRET = "marked-secret-0123456789"
CHOICE = ModelChoice(model="m", effort=None, max_tokens=1)
SCORE = Score(metric="accuracy", higher_is_better=True, value=0.5, std=0.1, folds=(0.5,))
IDEA = DraftIdea(title="t", family="f", features=(), validation="v", reasons=())
ABSOLUTE = re.compile(r"(?<![\w.<:/])/[A-Za-z]\w+/\w+")


def every_prompt(found: Known, log: str) -> list[str]:
    shared = shared_parts(found.competition, found.profile, found.dataset, MACHINE)
    rival = ToBeat(score=SCORE, summary="s")
    best = Best(title="t", source="x = 1", score=SCORE, seconds=1)
    lines = relevant_lines(log)
    questions = [
        plan_question(shared, 3, rival, CHOICE),
        draft_question(shared, IDEA, (IDEA,), rival, CHOICE),
        improve_question(shared, best, (), rival, CHOICE),
        *(repair_question(shared, "x = 1", kind, lines, 1, CHOICE) for _, kind in FAILURES),
    ]
    return ["\n".join([*question.shared, question.text]) for question in questions]


def test_neither_paths_nor_environment(penguins: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAGGLE_KEY", SECRET)
    monkeypatch.setenv("ANTHROPIC_API_KEY", SECRET)
    root = penguins.dataset.root
    assert "MarkedHomeFolder" in str(root)
    log = (
        f'Traceback (most recent call last):\n  File "{root}/solution.py", line 3, in <module>\n'
        f"    frame = read({str(root)!r})\n"
        f"FileNotFoundError: [Errno 2] No such file or directory: '{root}/store.csv'\n"
    )
    prompts = every_prompt(penguins, log)
    assert len(prompts) > 10
    for prompt in prompts:
        assert "MarkedHomeFolder" not in prompt
        assert SECRET not in prompt
        assert ABSOLUTE.search(prompt) is None
    assert "directory: 'store.csv'" in prompts[-1]
