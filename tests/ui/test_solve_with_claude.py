"""``kaggle-agent solve`` with Claude, killed in the middle: nothing is paid for twice."""

import contextlib
import re
import subprocess
from pathlib import Path

import psutil
import pytest

from agent_core.home import Home
from agent_core.trial_tree import load_tree
from tests.flows.dialogue import Model, write_competition
from tests.standins.claude import ClaudeStandIn
from tests.ui.test_solve import finish, start

pytestmark = pytest.mark.slow

OPTIONS = (
    *("--budget", "100", "--drafts", "3", "--max-trials", "6", "--max-usd", "3"),
    *("--sandbox", "process"),
)


@pytest.mark.timeout(900)
def test_killed_after_the_second_trial_no_question_is_asked_twice(tmp_path: Path) -> None:
    home, folder = Home(root=tmp_path / "home"), write_competition(tmp_path / "codes")
    with ClaudeStandIn(Model()) as claude:
        process = start(home, folder, *OPTIONS, **claude.env)
        kept = answers_until_the_second_trial(process)
        kill_tree(process)
        before = [entry.raw for entry in claude.whole]
        answer = finish(start(home, folder, *OPTIONS, **claude.env))
        after = [entry.raw for entry in claude.whole[len(before) :]]
    assert len(before) >= kept >= 3  # the plan, and at least two drafts
    # What had just been answered when it was killed may be lost; nothing that was kept is.
    assert len([raw for raw in after if raw in before]) <= len(before) - kept
    assert after
    assert answer["planner"] == "claude"
    assert "KEY is set" in answer["planner_reason"]
    assert answer["stages"]["train"]["cached"]
    tree = load_tree(home.runs / answer["run_id"])
    assert tree
    assert len(tree.nodes) > 4
    # What the first run has paid for counts in the second.
    assert answer["cost_usd"] == pytest.approx(tree.cost_usd)


def answers_until_the_second_trial(process: subprocess.Popen[str]) -> int:
    """How many answers were kept when the second trial of the search had its score."""
    assert process.stderr
    answers = trials = 0
    for line in process.stderr:
        answers += bool(re.match(r"ask .* done in", line))
        trials += bool(re.match(r"evaluate draft .* done in", line))
        if trials == 2:
            return answers
    raise AssertionError("the second trial never came")


def kill_tree(process: subprocess.Popen[str]) -> None:
    """``kill -9``, for all that it has started too."""
    tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for victim in tree:
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
    process.communicate()
    _, alive = psutil.wait_procs(tree, timeout=15)
    assert alive == []
