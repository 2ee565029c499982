"""What only a sandbox of containers has to withstand, against a real engine."""

import http.server
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_core.engine import Engine, Vanished
from agent_core.errors import SurroundingsFailed
from agent_core.sandbox.choosing import choose_sandbox
from agent_core.sandbox.container.image import image_tag
from agent_core.sandbox.container.orphans import LABEL, OWNER, WARDEN, own_name, sweep
from agent_core.sandbox.container.sandbox import DockerSandbox
from agent_core.sandbox.sandbox import Job, Limits, Outcome, Sandbox
from tests.agent_core.sandbox.conftest import PREAMBLE, Execute
from tests.agent_core.sandbox.engines import bridge_address, require_engine
from tests.agent_core.sandbox.leftovers import processes_of, wait_for

pytestmark = pytest.mark.slow
LIMITS = Limits(seconds=60, memory_bytes=300 * 1024**2)


@pytest.fixture(params=["docker"])
def sandbox() -> Sandbox:
    require_engine()
    return DockerSandbox()


@pytest.fixture
def engine() -> Iterator[Engine]:
    require_engine()
    with Engine.connect() as engine:
        yield engine


@pytest.fixture
def servers() -> Iterator[list[tuple[str, int]]]:
    """Web servers of this machine, as Prefect's or MLflow's API: on loopback and on the bridge."""
    calls: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    made = [
        http.server.ThreadingHTTPServer((address, 0), Handler)
        for address in ("127.0.0.1", bridge_address())
    ]
    threads = [threading.Thread(target=server.serve_forever, args=(0.1,)) for server in made]
    for thread in threads:
        thread.start()
    yield [("localhost", made[0].server_port), (bridge_address(), made[1].server_port)]
    for server, thread in zip(made, threads, strict=True):
        server.shutdown()
        server.server_close()
        thread.join()
    assert calls == []


def test_servers_of_the_machine_and_of_its_provider(
    execute: Execute, servers: list[tuple[str, int]]
) -> None:
    ran = execute(f"""
        import ctypes, socket, struct, urllib.request
        def attempt(name, action):
            try: print("reached", name, action())
            except OSError: pass
        addresses = {servers!r}
        for host, port in (*addresses, ("host.docker.internal", addresses[0][1]),
                           ("169.254.169.254", 80), ("127.0.0.1", 2375)):
            attempt(host, lambda: urllib.request.urlopen(f"http://{{host}}:{{port}}", timeout=2))
        for path in ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock"):
            attempt(path, lambda: socket.socket(socket.AF_UNIX).connect(path))
        # Straight to the kernel, past what Python knows of.
        libc = ctypes.CDLL(None)
        for family in (2, 10, 16, 17, 38, 40):
            handle = libc.socket(family, 2, 0)
            if handle != -1: print("socket of family", family)
        print(sorted(os.listdir("/sys/class/net")))
        """)

    assert ran.execution.outcome is Outcome.OK
    assert ran.log == "['lo']\n"


def test_the_machine_and_other_runs_are_out_of_sight(execute: Execute, tmp_path: Path) -> None:
    other = tmp_path / "state" / "trials" / "another"
    other.mkdir(parents=True)
    (other / "oof.csv").write_text("canary")

    ran = execute(f"""
        import glob
        for path in ({str(other)!r}, {str(Path.cwd())!r}, "/var/lib/docker", "/root", "/home",
                     "/run", "/host", "/mnt", "/proc/1/root", "/proc/1/cwd"):
            try: print(path, os.listdir(path))
            except OSError: pass
        for path in ("/", "/etc", "/usr", "/dev", "/job", "/job/data", "/sys/fs/cgroup"):
            try: open(path + "/planted", "w"); print("wrote to", path)
            except OSError: pass
        for path in glob.glob("/dev/*"):
            try: handle = os.open(path, os.O_RDWR | os.O_NONBLOCK)
            except OSError: continue
            if path[5:] not in ("null", "zero", "full", "random", "urandom", "tty", "ptmx",
                                "stdin", "stdout", "stderr"): print("opened", path)
        found = [os.path.join(folder, name) for folder, _, names in os.walk("/", followlinks=False)
                 for name in names if not folder.startswith(("/proc", "/sys", "/tmp"))
                 and os.lstat(os.path.join(folder, name)).st_mode & 0o6000]
        print(found, sorted(os.listdir("/job")))
        """)

    assert ran.execution.outcome is Outcome.OK, ran.log
    assert ran.log == "[] ['data', 'folds.csv', 'out', 'solution.py']\n"


HOST = """
import sys
from pathlib import Path
from agent_core.sandbox.container.sandbox import DockerSandbox
from agent_core.sandbox.sandbox import Job, Limits
job = Job.model_validate_json(sys.argv[1])
DockerSandbox().run(job, Limits(seconds=60, memory_bytes=3 * 10**8), Path(sys.argv[2]), print)
"""


def test_nothing_is_left_when_the_host_process_is_killed(
    engine: Engine, job: Job, tmp_path: Path
) -> None:
    token = f"--budget {job.budget:g}"
    job.script.write_text(PREAMBLE + "os.fork() or os.setsid(); time.sleep(50)")
    job.script.chmod(0o644)
    command = [sys.executable, "-c", HOST, job.model_dump_json(), str(tmp_path / "log")]
    with subprocess.Popen(command, cwd=Path(__file__).parents[3]) as host:
        wait_for(lambda: len(processes_of(token)) == 2, 60)
        host.send_signal(signal.SIGKILL)
    owner = f"{socket.gethostname()}:{host.pid}"
    # The kernel closes the connection that the warden lives by: nobody has to come and clean up ...
    wait_for(lambda: not processes_of(token), 30)
    wait_for(lambda: _containers(engine, owner) <= 1, 30)
    # ... but for the container itself, which is no more than a name now.
    sweep(engine)
    assert _containers(engine, owner) == 0
    wait_for(lambda: not engine.unused_volumes(LABEL), 30)


def _containers(engine: Engine, owner: str) -> int:
    return sum(container.labels[OWNER] == owner for container in engine.containers(LABEL))


@pytest.mark.parametrize(("of_script", "remove"), [(True, False), (True, True), (False, False)])
def test_a_container_that_somebody_else_ends(
    job: Job, engine: Engine, of_script: bool, remove: bool
) -> None:
    job.script.write_text(PREAMBLE + "time.sleep(50)")

    def interfere() -> None:
        wait_for(lambda: bool(processes_of(f"--budget {job.budget:g}")), 60)
        for container in engine.containers(LABEL):
            mine = container.labels[OWNER] == own_name()
            if mine and (WARDEN in container.labels) is of_script:
                (engine.remove if remove else engine.kill)(container.id)

    thread = threading.Thread(target=interfere)
    thread.start()
    try:
        execution = DockerSandbox().run(job, LIMITS, job.out.parent / "log")
    except SurroundingsFailed:
        expected = not of_script or remove
        assert expected
    else:
        # Nobody can tell a container that was killed from a script that kills itself.
        assert of_script
        assert execution.outcome is Outcome.CRASHED
        assert "SIGKILL" in execution.message
    finally:
        thread.join()


def test_auto_takes_containers_where_they_work(engine: Engine) -> None:
    choice = choose_sandbox("auto")

    assert choice.name == "docker"
    assert engine.version in choice.why
    assert "runc" in engine.runtimes()


def test_a_command_that_fails_in_a_container_is_no_answer(engine: Engine) -> None:
    container = engine.create(image_tag(), ["sleep", "60"], {"network_mode": "none"})
    try:
        engine.start(container)
        assert engine.execute(container, ["echo", "here"], "65534") == b"here\n"
        with pytest.raises(SurroundingsFailed, match="ended with exit code 1"):
            engine.execute(container, ["false"], "65534")
        with (
            pytest.raises(Vanished, match="no regular file"),
            engine.file(container, "/etc"),
        ):
            pass
    finally:
        engine.remove(container)
    engine.remove(container)
    assert engine.mounts(container) is None


def test_a_runtime_that_the_engine_does_not_know(job: Job, engine: Engine) -> None:
    job.script.write_text("pass")

    with pytest.raises(SurroundingsFailed, match="no-such-runtime"):
        DockerSandbox("no-such-runtime").run(job, LIMITS, job.out.parent / "log")


def test_a_runtime_of_its_own_is_used(job: Job, engine: Engine) -> None:
    job.script.write_text(PREAMBLE + "open(out + '/submission.csv', 'w').write('x')")

    execution = DockerSandbox("runc").run(job, LIMITS, job.out.parent / "log")

    assert execution.outcome is Outcome.OK
    assert [output.name for output in execution.outputs] == ["submission.csv"]
    assert "runtime runc" in execution.protections


def test_data_that_nobody_may_read(job: Job, engine: Engine) -> None:
    job.script.write_text("pass")
    (job.data / "train.csv").chmod(0o600)

    with pytest.raises(SurroundingsFailed, match="chmod -R a"):
        DockerSandbox().run(job, LIMITS, job.out.parent / "log")


def test_an_interrupt_while_lines_are_handed_on_leaves_nothing(job: Job, engine: Engine) -> None:
    def interrupt(line: str) -> None:
        raise KeyboardInterrupt(line)

    job.script.write_text("import time; print('first', flush=True); time.sleep(50)")

    with pytest.raises(KeyboardInterrupt, match="first"):
        DockerSandbox().run(job, LIMITS, job.out.parent / "log", interrupt)

    assert _containers(engine, own_name()) == 0
