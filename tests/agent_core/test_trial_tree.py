"""The tree of trials, kept with its run."""

from pathlib import Path

import pytest

from agent_core.attempt import Attempt
from agent_core.trial_tree import NodeKind, NodeState, TrialTree, load_tree, save_tree
from tests.agent_core.searching.fakes import STRATEGY, template


def test_there_and_back(tmp_path: Path) -> None:
    tree = TrialTree(
        planner="claude",
        nodes=(template().node(),),
        winner="template",
        stopped="Time is up.",
        cost_usd=0.25,
    )
    assert load_tree(tmp_path) is None
    save_tree(tree, tmp_path)
    assert load_tree(tmp_path) == tree
    assert [path.name for path in tmp_path.iterdir()] == ["trials.json"]
    assert tree.node("template").state is NodeState.VERIFIED
    with pytest.raises(KeyError, match="draft 9"):
        tree.node("draft 9")
    (tmp_path / "trials.json").write_text("{")
    with pytest.raises(ValueError, match="JSON"):
        load_tree(tmp_path)


def test_an_attempt_without_a_script() -> None:
    attempt = Attempt(name="draft 1", kind=NodeKind.DRAFT, strategy=STRATEGY, message="It refused.")
    node = attempt.node()
    assert node.state is NodeState.UNWRITTEN
    assert (node.solution, node.score, node.seconds) == (None, None, 0.0)
    assert node.message == "It refused."
    assert attempt.outputs is None
