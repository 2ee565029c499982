"""What every sandbox does for a script that means no harm.

That of Kaggle too, on the stand-in. The attacks of the other modules are Kaggle's own to bear.
"""

import hashlib
import os

import pytest

from agent_core.sandbox import watch
from agent_core.sandbox.sandbox import Outcome, Sandbox
from tests.agent_core.sandbox.conftest import SANDBOXES, Execute, sandbox_of


@pytest.fixture(params=[*SANDBOXES, pytest.param("kaggle", marks=pytest.mark.slow)])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """Every sandbox that must keep the contract."""
    if request.param == "kaggle":
        made: Sandbox = request.getfixturevalue("kaggle_sandbox")
        return made
    return sandbox_of(request.param)


def test_an_honest_script_is_run_as_the_solution_contract_says(execute: Execute) -> None:
    ran = execute("""
        text = open(args.data + "/train.csv").read() + open(args.folds).read()
        open(out + "/.part", "w").write(text)
        os.replace(out + "/.part", out + "/submission.csv")
        print("budget", args.budget)
        """)

    assert ran.execution.outcome is Outcome.OK
    assert ran.execution.exit_code == 0
    assert ran.execution.message == ""
    (output,) = ran.execution.outputs
    content = (ran.out / "submission.csv").read_bytes()
    assert content == b"id,target\n1,0\nrow,fold\n0,0\n"
    assert (output.name, output.bytes) == ("submission.csv", len(content))
    assert output.sha256 == hashlib.sha256(content).hexdigest()
    assert ran.log.startswith("budget ")
    assert ran.lines == ran.log.splitlines()


def test_outputs_belong_to_the_caller(execute: Execute) -> None:
    ran = execute('open(out + "/submission.csv", "w").close(); os.chmod(out, 0o500)')

    assert (ran.out / "submission.csv").stat().st_uid == ran.out.stat().st_uid
    assert os.access(ran.out / "submission.csv", os.R_OK | os.W_OK)


def test_what_it_used_is_measured(execute: Execute) -> None:
    ran = execute("""
        block = bytearray(os.urandom(1024) * 1024 * 100)
        if os.fork() == 0:
            while time.process_time() < 0.4: pass
            os._exit(0)
        os.wait()
        """)

    used = ran.execution.resources
    assert ran.execution.outcome is Outcome.OK
    assert 100 * 1024**2 < used.peak_memory_bytes < 300 * 1024**2
    assert 0.4 < used.cpu_seconds < 5
    assert 0.4 < used.seconds < 15


def test_what_this_process_holds_is_not_counted(
    execute: Execute, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "INTERVAL", 10.0)  # the script is over before the second look
    held = len(bytearray(os.urandom(1024) * 1024 * 400))
    assert execute("pass").execution.resources.peak_memory_bytes < held / 2


def test_what_enforced_the_limits_is_on_record(execute: Execute, sandbox: Sandbox) -> None:
    expected = "time limit" if sandbox.name == "kaggle" else "resource limits"
    assert expected in execute("pass").execution.protections


def test_a_crash_is_a_value_that_quotes_the_error(execute: Execute) -> None:
    ran = execute("""
        open(out + "/oof.csv", "w").write("half")
        raise KeyError("no such column: price")
        """)

    assert ran.execution.outcome is Outcome.CRASHED
    assert ran.execution.exit_code == 1
    assert "exit code 1" in ran.execution.message
    assert "no such column: price" in ran.execution.message
    assert [output.name for output in ran.execution.outputs] == ["oof.csv"]
    assert "Traceback" in ran.log


def test_a_fatal_signal_is_named(execute: Execute) -> None:
    ran = execute("import ctypes; ctypes.string_at(0)")

    assert ran.execution.outcome is Outcome.CRASHED
    assert ran.execution.exit_code == -11
    assert "SIGSEGV" in ran.execution.message


def test_complete_outputs_of_a_script_that_ran_too_long_are_kept(execute: Execute) -> None:
    ran = execute(
        """
        import signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        open(out + "/submission.csv", "w").write("complete")
        while True: pass
        """,
        seconds=1.5,
    )

    assert ran.execution.outcome is Outcome.TIMEOUT
    assert ran.execution.exit_code is None
    assert "larger budget" in ran.execution.message
    assert (ran.out / "submission.csv").read_text() == "complete"
    assert 1.4 < ran.execution.resources.seconds < 4


def test_standard_input_is_empty_and_no_other_file_is_open(execute: Execute) -> None:
    ran = execute("""
        print(repr(sys.stdin.read()))
        opened = []
        for number in range(3, 4096):
            try: os.fstat(number)
            except OSError: continue
            opened.append(number)
        print(opened)
        """)

    assert ran.log.splitlines() == ["''", "[]"]


def test_a_script_that_closes_its_output_goes_on(execute: Execute) -> None:
    ran = execute("""
        os.close(1); os.close(2)
        time.sleep(0.3)
        open(out + "/submission.csv", "w").write("later")
        os._exit(0)
        """)

    assert ran.execution.outcome is Outcome.OK
    assert (ran.out / "submission.csv").read_text() == "later"


@pytest.mark.slow
def test_the_usual_libraries_work_in_parallel_and_without_warnings(execute: Execute) -> None:
    ran = execute(
        """
        import warnings
        warnings.simplefilter("error")
        import joblib, lightgbm, numpy as np, pandas as pd, xgboost
        from sklearn.ensemble import RandomForestClassifier
        from sklearn.model_selection import cross_val_score

        if __name__ == "__main__":
            rng = np.random.default_rng(0)
            x, y = rng.normal(size=(300, 4)), rng.integers(0, 2, 300)
            cross_val_score(RandomForestClassifier(5), x, y, cv=2, n_jobs=2)
            squares = joblib.Parallel(n_jobs=2)(joblib.delayed(pow)(n, 2) for n in range(4))
            large = joblib.Parallel(n_jobs=2, max_nbytes=1)(
                joblib.delayed(np.sum)(part) for part in np.split(x, 3))
            lightgbm.train({"verbose": -1}, lightgbm.Dataset(x, y), 3)
            xgboost.train({}, xgboost.DMatrix(x, y), 3)
            pd.DataFrame(x).to_csv(out + "/submission.csv")
            print(squares, os.cpu_count() == joblib.cpu_count(), len(large))
        """,
        memory_bytes=3 * 1024**3,
        seconds=300,
    )

    assert ran.execution.outcome is Outcome.OK, ran.log
    assert ran.log == "[0, 1, 4, 9] True 3\n"
