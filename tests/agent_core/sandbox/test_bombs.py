"""Attacks that use up the machine. Each bomb has a limit of its own, should the sandbox fail."""

import pytest

from agent_core.sandbox.sandbox import Outcome
from tests.agent_core.sandbox.conftest import Execute


def test_fork_bomb(execute: Execute) -> None:
    ran = execute("""
        for _ in range(300):
            if os.fork() == 0:
                time.sleep(15)
                os._exit(0)
        time.sleep(15)
        """)

    assert ran.execution.outcome is Outcome.TOO_MANY_PROCESSES
    assert "40 processes" in ran.execution.message
    assert ran.execution.resources.seconds < 10


def test_fork_bomb_whose_generations_detach(execute: Execute) -> None:
    ran = execute("""
        for _ in range(300):
            if os.fork() == 0:
                os.setsid()
                if os.fork(): os._exit(0)
                time.sleep(15)
                os._exit(0)
        time.sleep(15)
        """)

    assert ran.execution.outcome is Outcome.TOO_MANY_PROCESSES


def test_thread_bomb(execute: Execute) -> None:
    ran = execute("""
        import threading
        threading.stack_size(65536)
        for _ in range(3000): threading.Thread(target=time.sleep, args=(15,), daemon=True).start()
        """)

    assert ran.execution.outcome is Outcome.TOO_MANY_PROCESSES


def test_memory_bomb_of_one_process(execute: Execute) -> None:
    ran = execute("""
        held = []
        for _ in range(100):
            held.append(bytearray(os.urandom(1024) * 1024 * 10))
            time.sleep(0.01)
        time.sleep(15)
        """)

    assert ran.execution.outcome is Outcome.OUT_OF_MEMORY
    assert "300 MiB" in ran.execution.message
    assert ran.execution.resources.peak_memory_bytes > 250 * 1024**2


def test_memory_bomb_in_one_gulp(execute: Execute) -> None:
    ran = execute("bytearray(4 * 1024**3)")

    assert ran.execution.outcome is Outcome.OUT_OF_MEMORY
    assert ran.execution.resources.peak_memory_bytes < 300 * 1024**2


def test_memory_bomb_of_many_small_processes(execute: Execute) -> None:
    ran = execute("""
        for _ in range(20):
            if os.fork() == 0:
                held = bytearray(os.urandom(1024) * 1024 * 25)
                time.sleep(4)
                os._exit(0)
            time.sleep(0.05)
        time.sleep(4)
        """)

    assert ran.execution.outcome is Outcome.OUT_OF_MEMORY


def test_pages_shared_since_a_fork_count_once(execute: Execute) -> None:
    ran = execute("""
        held = bytearray(os.urandom(1024) * 1024 * 100)
        children = []
        for _ in range(5):
            child = os.fork()
            if child == 0:
                time.sleep(0.6)
                os._exit(0)
            children.append(child)
        for child in children: os.waitpid(child, 0)
        """)

    assert ran.execution.outcome is Outcome.OK


@pytest.mark.parametrize(
    "hide",
    [
        "os.memfd_create('x')",
        "os.open('/dev/shm/x' + str(number), os.O_RDWR | os.O_CREAT)",
    ],
)
def test_memory_that_no_process_maps(execute: Execute, hide: str) -> None:
    ran = execute(f"""
        import atexit
        for number in range(20):
            handle = {hide}
            if os.path.exists(f"/dev/shm/x{{number}}"): os.unlink(f"/dev/shm/x{{number}}")
            os.write(handle, bytes(40 * 1024**2))
        time.sleep(1)
        """)

    # Either there is no such memory, or it is counted.
    assert ran.execution.outcome is not Outcome.OK


def test_endless_loop(execute: Execute) -> None:
    ran = execute("while True: pass", seconds=1)

    assert ran.execution.outcome is Outcome.TIMEOUT
    assert ran.execution.resources.cpu_seconds > 0.2


def test_endless_sleep_that_ignores_every_signal(execute: Execute) -> None:
    ran = execute(
        """
        import signal
        for number in set(range(1, 65)) - {9, 19, 32, 33}: signal.signal(number, signal.SIG_IGN)
        time.sleep(60)
        """,
        seconds=1,
    )

    assert ran.execution.outcome is Outcome.TIMEOUT
    assert ran.execution.resources.seconds < 5


@pytest.mark.parametrize("line", ["'x' * 1000 + chr(10)", "'no line feed '", "chr(0) * 999"])
def test_endless_output(execute: Execute, line: str) -> None:
    ran = execute(f"os.environ.pop('PYTHONUNBUFFERED')\nwhile True: sys.stdout.write({line})")

    assert ran.execution.outcome is Outcome.TOO_MUCH_OUTPUT
    assert "1 MiB" in ran.execution.message
    assert len(ran.log.encode()) <= 4 * 1024**2
    assert len(ran.lines) < 500
    assert ran.execution.resources.seconds < 15


def test_limits_cannot_be_raised_again(execute: Execute) -> None:
    ran = execute("""
        import resource
        for name in ("CORE", "FSIZE", "NOFILE", "CPU", "DATA", "NPROC"):
            number = getattr(resource, "RLIMIT_" + name)
            soft, hard = resource.getrlimit(number)
            assert hard != resource.RLIM_INFINITY, name
            try: resource.setrlimit(number, (hard + 1, hard + 1))
            except (ValueError, OSError): continue
            print("raised", name)
        """)

    assert ran.execution.outcome is Outcome.OK, ran.log
    assert ran.log == ""
