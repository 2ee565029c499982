from pathlib import Path

import pytest

from agent_core.evaluation import Evaluation, Gate
from agent_core.failures import FAILURES, classify, failure_named
from agent_core.sandbox.sandbox import Outcome
from agent_core.trial import Trial
from tests.agent_core.small_competition import make_trial

NETWORK = """Traceback (most recent call last):
  File "/usr/lib/python3.11/urllib/request.py", line 1348, in do_open
socket.gaierror: [Errno -3] Temporary failure in name resolution

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/job/solution.py", line 4, in <module>
RuntimeError: cannot load the model
"""


def trial(folder: Path, outcome: Outcome = Outcome.OK, log: str = "", message: str = "") -> Trial:
    changes = {"outcome": outcome, "log_tail": log, "message": message}
    return make_trial(folder / "trial").model_copy(update=changes)


def evaluation(name: str, detail: str, severity: str = "error") -> Evaluation:
    gate = Gate.model_validate(
        {"name": name, "passed": False, "severity": severity, "detail": detail}
    )
    return Evaluation(trial="t", score=None, baseline=None, gates=(gate,))


@pytest.mark.parametrize(
    ("outcome", "name"),
    [
        (Outcome.TIMEOUT, "timeout"),
        (Outcome.OUT_OF_MEMORY, "oom"),
        (Outcome.TOO_MANY_PROCESSES, "resource_limit"),
        (Outcome.TOO_MUCH_OUTPUT, "resource_limit"),
        (Outcome.BAD_OUTPUT, "bad_output"),
        (Outcome.CRASHED, "unknown"),
    ],
)
def test_what_the_sandbox_saw_decides(tmp_path: Path, outcome: Outcome, name: str) -> None:
    assert classify(trial(tmp_path, outcome), None, None).name == name


def test_timeout_is_no_syntax_error_whatever_was_printed(tmp_path: Path) -> None:
    log = "SyntaxError: printed by the script itself"
    assert classify(trial(tmp_path, Outcome.TIMEOUT, log), None, None).name == "timeout"


def test_kill_by_the_kernel_counts_as_memory(tmp_path: Path) -> None:
    message = "The script was ended by SIGKILL. The last line of its log: fold 3"
    assert classify(trial(tmp_path, Outcome.CRASHED, "", message), None, None).name == "oom"


def test_network_failure_is_found_at_the_root_of_a_chain(tmp_path: Path) -> None:
    assert classify(trial(tmp_path, Outcome.CRASHED, NETWORK), None, None).name == "network_timeout"


def test_handled_failure_of_an_earlier_step_is_not_the_cause(tmp_path: Path) -> None:
    log = f"{NETWORK}went on without it\n" + (
        'Traceback (most recent call last):\n  File "/job/solution.py", line 9, in <module>\n'
        "KeyError: 'price'\n"
    )
    assert classify(trial(tmp_path, Outcome.CRASHED, log), None, None).name == "column_missing"


def test_write_outside_the_output_folder(tmp_path: Path) -> None:
    log = (
        'Traceback (most recent call last):\n  File "/job/solution.py", line 9, in <module>\n'
        "OSError: [Errno 30] Read-only file system: '/job/data/cache.parquet'\n"
    )
    assert classify(trial(tmp_path, Outcome.CRASHED, log), None, None).name == "forbidden_path"


@pytest.mark.parametrize(
    ("gate", "detail", "name"),
    [
        ("valid", "oof.csv was not written", "bad_output"),
        ("valid_submission", "submission.csv has 3 rows, 4 are expected", "bad_output"),
        (
            "valid",
            "oof.csv, column 'y': a value that is not a number in 2 rows, first in row 7: ''",
            "metric_nan",
        ),
        (
            "valid",
            "column 'y': a value that is not a number in 1 row, first in row 7: 'nan'",
            "metric_nan",
        ),
        (
            "valid",
            "column 'y': a value that is not a number in 1 row, first in row 7: 'MALE'",
            "bad_output",
        ),
        ("valid", "RMSLE is not defined for the out-of-fold predictions: negative", "metric_nan"),
        ("better_than_baseline", "0.4 against 0.5 for the best constant answer", "below_baseline"),
        ("not_too_good", "99.9% repeat the target to the last digit", "leak"),
    ],
)
def test_failed_gates_of_a_script_that_ended_well(
    tmp_path: Path, gate: str, detail: str, name: str
) -> None:
    assert classify(trial(tmp_path), evaluation(gate, detail), None).name == name


def test_warnings_are_no_cause(tmp_path: Path) -> None:
    shown = evaluation("not_too_good", "nearly perfect", severity="warning")
    assert classify(trial(tmp_path), shown, None).name == "unknown"


def test_leak_found_by_the_second_run_comes_before_all_else(tmp_path: Path) -> None:
    found = classify(trial(tmp_path), None, "0.999 was claimed, 0.61 is real")
    assert found.name == "leak"
    assert found == failure_named("leak")


def test_each_row_has_a_name_a_meaning_and_advice_of_its_own() -> None:
    classes = [failure for _, failure in FAILURES]
    assert len({failure.name for failure in classes}) == len(classes)
    assert len({failure.advice for failure in classes}) == len(classes)
    assert all(failure.meaning.endswith(".") for failure in classes)
    wanted = {"network_timeout", "oom", "pandas_compat", "missing_dep", "dataset_missing"}
    wanted |= {
        "multi_index_columns",
        "yfinance",
        "timeout",
        "bad_output",
        "metric_nan",
        "syntax",
        "leak",
    }
    assert wanted <= {failure.name for failure in classes}
    assert classes[-1].name == "unknown"


def test_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        failure_named("gremlins")
