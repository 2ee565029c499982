"""What a stack and its runs must not leave behind."""

import subprocess

from agent_core.engine import Engine
from agent_core.errors import SurroundingsFailed
from tests.faults.live import LiveStack
from tests.ui.up import until

_RUN = "io.prefect.flow-run-id"


def check_nothing_left(stack: LiveStack) -> None:
    """No process, container, volume or temporary folder is left of ``stack`` and its runs."""
    until(lambda: not stack.left(), 30, stack.left)
    assert list(stack.temporary.iterdir()) == []
    assert list(stack.home.trials.glob(".*")) == []
    try:
        engine = Engine.connect()
    except SurroundingsFailed:
        return
    of_home, runs = f"kaggle-agent.home={stack.home.root}", {run.id for run in stack.runs}
    with engine:
        assert [c for c in engine.containers(_RUN) if c.labels[_RUN] in runs] == []
        assert engine.containers(of_home) == []
    shown = subprocess.run(
        ("docker", "volume", "ls", "-q", "-f", f"label={of_home}"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == ""
