"""Other commands find the servers of a stack, as long as it lives."""

from pathlib import Path

import pytest

from agent_core.home import Home
from agent_core.run import Process
from agent_core.stack import Stack, forget_stack, running_stack, save_stack, stack_folder

PREFECT, MLFLOW = "http://127.0.0.1:4200/api", "http://127.0.0.1:5000"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path)


def stack(process: Process) -> Stack:
    return Stack(process=process, prefect_api_url=PREFECT, mlflow_url=MLFLOW)


def test_found_while_it_runs(home: Home) -> None:
    assert running_stack(home) is None
    save_stack(stack(Process.current()), home)
    assert running_stack(home) == stack(Process.current())
    forget_stack(home)
    assert running_stack(home) is None


def test_a_dead_one_is_none(home: Home) -> None:
    gone = Process(host=Process.current().host, pid=2**22 - 3, started=1.0)
    save_stack(stack(gone), home)
    assert running_stack(home) is None


def test_a_torn_record_is_none(home: Home) -> None:
    save_stack(stack(Process.current()), home)
    (stack_folder(home) / "stack.json").write_text("{")
    assert running_stack(home) is None


def test_what_a_person_has_named_wins() -> None:
    made = stack(Process.current()).environment(
        {"PREFECT_API_URL": "http://mine/api", "MLFLOW_TRACKING_URI": "", "NO_PROXY": "intranet"}
    )
    assert made["PREFECT_API_URL"] == "http://mine/api"
    assert made["MLFLOW_TRACKING_URI"] == MLFLOW
    assert made["NO_PROXY"] == "intranet,127.0.0.1"
