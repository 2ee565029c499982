"""Attacks that read what is none of the script's business."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_core.sandbox.sandbox import Job, Outcome
from agent_core.settings import Settings
from tests.agent_core.sandbox.conftest import Execute
from tests.requirements import require

SECRET = "canary-7c1f"


@pytest.fixture
def canaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Files with a secret, open to everybody where their folders are."""
    monkeypatch.setenv("KAGGLE_AGENT_HOME", str(tmp_path / "state"))
    another_run = Settings().home / "trials" / "another" / "out"
    paths = []
    for folder in (Path.home(), Path("/tmp"), another_run, tmp_path / "job"):
        folder.mkdir(parents=True, exist_ok=True)
        require(os.access(folder, os.W_OK), f"a canary must be put into {folder}")
        path = folder / f".canary-{os.getpid()}"
        path.write_text(SECRET)
        path.chmod(0o644)
        paths.append(path)
    yield [str(path) for path in paths]
    for path in paths:
        path.unlink()


def test_files_of_the_user_of_the_product_and_of_other_runs(
    execute: Execute, canaries: list[str]
) -> None:
    ran = execute(f"""
        for path in {canaries!r}:
            try: print(open(path).read())
            except OSError as error: print(type(error).__name__)
        """)

    assert ran.execution.outcome is Outcome.OK
    assert len(ran.log.splitlines()) == len(canaries)
    assert SECRET not in ran.log


def test_no_link_in_the_output_folder_leads_to_a_file_outside(
    execute: Execute, canaries: list[str]
) -> None:
    ran = execute(f"""
        for number, path in enumerate({canaries!r}):
            for link in (os.symlink, os.link):
                try: link(path, f"{{out}}/{{link.__name__}}-{{number}}.csv")
                except OSError as error: print(error)
        """)

    assert ran.execution.outcome is Outcome.BAD_OUTPUT
    assert list(ran.out.iterdir()) == []


def test_secrets_in_the_environment(execute: Execute, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAGGLE_KEY", SECRET)

    ran = execute("""
        print(dict(os.environ))
        for number in os.listdir("/proc"):
            for file in ("environ", "cmdline", "maps", "cwd/x", "root/etc/shadow", "mem"):
                try: print(open(f"/proc/{number}/{file}", "rb").read(100000))
                except OSError: pass
        """)

    assert "OMP_NUM_THREADS" in ran.log
    assert SECRET not in ran.log
    if "process namespace" in ran.execution.protections:
        assert "pytest" not in ran.log


def test_other_processes_can_neither_be_read_nor_traced(execute: Execute) -> None:
    ran = execute(f"""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        for number in (1, os.getppid(), {os.getpid()}):
            if number in (0, os.getpid()): continue
            print("traced", number, libc.ptrace(16, number, 0, 0) == 0)
            for file in ("environ", "mem", "maps", "fd"):
                path = f"/proc/{{number}}/{{file}}"
                try: print("read", os.listdir(path) if file == "fd" else open(path, "rb").read(9))
                except OSError: pass
        """)

    assert ran.execution.outcome is Outcome.OK
    assert "True" not in ran.log
    assert "read" not in ran.log


def test_password_hashes_and_keys(execute: Execute) -> None:
    ran = execute("""
        for path in ("/etc/shadow", "/etc/gshadow", "/etc/ssl/private", "/proc/kcore", "/dev/mem",
                     "/dev/kmsg", "/var/log", "/run", "/home", "/var/run/docker.sock"):
            try: print("read", os.listdir(path) if os.path.isdir(path) else open(path).read(9))
            except OSError: pass
        """)

    assert ran.execution.outcome is Outcome.OK
    assert ran.log == ""


def test_the_rest_of_the_folder_that_the_interpreter_lies_in(execute: Execute) -> None:
    beside = Path(sys.prefix).parent / "pyproject.toml"
    require(beside.exists(), "the virtual environment lies in a checkout")

    ran = execute(f"print(len(open({str(beside)!r}).read()))")

    assert ran.execution.outcome is Outcome.CRASHED


def test_data_are_found_where_the_script_is_told(execute: Execute, job: Job) -> None:
    (job.data / "side").mkdir()
    (job.data / "side" / "stores.csv").write_text("store\n")

    ran = execute('print(sorted(os.listdir(args.data)), os.listdir(args.data + "/side"))')

    assert ran.log == "['side', 'train.csv'] ['stores.csv']\n"
