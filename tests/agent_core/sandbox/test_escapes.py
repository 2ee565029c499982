"""Attacks on other processes, on the sandbox itself, and on whoever reads the log."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_core.sandbox.sandbox import Job, Outcome
from tests.agent_core.sandbox.conftest import PREAMBLE, Execute
from tests.agent_core.sandbox.leftovers import processes_of, wait_for


@pytest.fixture
def bystander() -> Iterator["subprocess.Popen[bytes]"]:
    """A process of the host's that no script may touch."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    alive = process.poll() is None
    process.kill()
    process.wait()
    assert alive


def test_killing_everything_in_sight(
    execute: Execute, bystander: "subprocess.Popen[bytes]"
) -> None:
    ran = execute(f"""
        import signal
        for number in (signal.SIGTERM, signal.SIGKILL):
            for target in (os.getppid(), 1, {os.getpid()}, {bystander.pid}, -{os.getpgid(0)}, -1):
                # Numbers of outside may by chance be its own in here.
                if target in (os.getpid(), 0, -os.getpgid(0)): continue
                try: os.kill(target, number)
                except OSError as error: print(error)
        open(out + "/submission.csv", "w").write("still here")
        """)

    assert ran.execution.outcome is Outcome.OK
    assert (ran.out / "submission.csv").read_text() == "still here"


def test_other_ways_to_signal(execute: Execute, bystander: "subprocess.Popen[bytes]") -> None:
    ran = execute(f"""
        import ctypes, platform
        libc = ctypes.CDLL(None)
        numbers = {{"x86_64": (200, 234, 129), "aarch64": (130, 131, 138)}}[platform.machine()]
        for target in (os.getppid(), {os.getpid()}, {bystander.pid}):
            if target in (0, 1): continue
            libc.syscall(numbers[0], target, 9)
            libc.syscall(numbers[1], target, target, 9)
            try: os.pidfd_open(target); print("opened", target)
            except OSError: pass
        """)

    assert ran.execution.outcome is Outcome.OK
    assert ran.log == ""


def test_daemons_do_not_outlive_the_script(execute: Execute) -> None:
    ran = execute("""
        import subprocess
        for _ in range(3):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.close(1); os.close(2)
                    time.sleep(60)
                os._exit(0)
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "solution.py"],
                         start_new_session=True)
        """)

    assert ran.execution.outcome is Outcome.OK
    assert ran.execution.resources.seconds < 10
    # That none is left is what the fixture of every test checks.


def test_more_rights_cannot_be_had(execute: Execute) -> None:
    ran = execute("""
        import ctypes, subprocess
        libc = ctypes.CDLL(None, use_errno=True)
        def attempt(name, *arguments):
            if getattr(libc, name)(*arguments) == 0: print("did", name, arguments)
        for flag in (0x10000000, 0x10020000, 0x20000, 0x40000000):
            attempt("unshare", flag)
        attempt("mount", b"none", b"/", b"", 0x21, None)
        attempt("mount", b"tmpfs", out.encode(), b"tmpfs", 0, None)
        attempt("mount", b"none", b"/usr", b"", 0x1020, None)
        attempt("umount2", b"/proc", 2)
        attempt("chroot", b"/tmp")
        attempt("setuid", 0)
        attempt("setgroups", 1, (ctypes.c_uint * 1)(0))
        attempt("mknod", (out + "/disk").encode(), 0o60666, 0xFE00)
        attempt("prctl", 38, 0, 0, 0, 0)
        for command in (["su", "-c", "id"], ["sudo", "-n", "id"],
                        ["unshare", "-Ur", "id"], ["passwd", "-d", "root"]):
            try: done = subprocess.run(command, capture_output=True)
            except OSError: continue
            if done.returncode == 0: print("did", command, done.stdout)
        status = open("/proc/self/status").read()
        print([line.split()[1] for line in status.splitlines() if line[:6] in ("CapEff", "CapPrm")])
        print("root" if 0 in os.getresuid() + os.getresgid() else "no root")
        """)

    assert ran.execution.outcome is Outcome.OK
    assert ran.log == "['0000000000000000', '0000000000000000']\nno root\n"


def test_the_log_is_harmless_for_a_terminal(execute: Execute) -> None:
    ran = execute(r"""
        write = sys.stdout.buffer.write
        write(b"\x1b]0;owned\x07\x1b[2J caf\xc3\xa9 \xff\xfe \xe2\x80\xae\xc2\x9b31m")
        write(b"\n50%\r100%\r\n\ttab\n")
        """)

    assert ran.execution.outcome is Outcome.OK
    for text in (ran.log, "\n".join(ran.lines)):
        assert not any(character in text for character in "\x1b\x07\r\x9b\u202e")
    assert "café" in ran.log
    assert ran.lines[1:] == ["50%", "100%", "\ttab"]


HOST = """
import sys
from pathlib import Path
from agent_core.sandbox.process import ProcessSandbox
from agent_core.sandbox.sandbox import Job, Limits
job = Job.model_validate_json(sys.argv[1])
ProcessSandbox(isolate=True).run(job, Limits(seconds=60), Path(sys.argv[2]), print)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties processes to their parent")
def test_nothing_survives_when_the_host_process_is_killed(job: Job, tmp_path: Path) -> None:
    token = f"--budget {job.budget:g}"
    job.script.write_text(PREAMBLE + "os.fork() or os.setsid(); time.sleep(50)")
    command = [sys.executable, "-c", HOST, job.model_dump_json(), str(tmp_path / "log")]
    with subprocess.Popen(command, cwd=Path(__file__).parents[3]) as host:
        wait_for(lambda: len(processes_of(token)) == 2, 20)
        host.send_signal(signal.SIGKILL)
    wait_for(lambda: not processes_of(token), 5)
