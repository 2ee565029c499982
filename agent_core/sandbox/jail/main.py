"""The jail's own processes: the outer one makes namespaces, the inner one is their init.

    host ─ outer (leaves the namespaces, waits) ─ init (builds the root, reaps) ─ script

Each dies with its parent (PR_SET_PDEATHSIG), and with init the kernel kills the whole process
namespace. Talks to the host through one socket, a JSON object a line:

    host  → jail   the specification
    outer → host   {"init": process number}
    init  → host   {"ready": true}, with the open scratch folders
    host  → init   "go"
    init  → host   {"ended": exit code, "peak_bytes": resident bytes of its largest process}
                   (the code is minus the signal's number if one killed it)
    either → host  {"failed": what, "error": text}: the jail could not be built
"""

import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

from agent_core.sandbox.jail import kernel
from agent_core.sandbox.jail.confine import become_script
from agent_core.sandbox.jail.root import build_root
from agent_core.sandbox.jail.sweep import adopt_orphans, kill_descendants

LINUX = sys.platform == "linux"
NAMESPACES = (
    kernel.CLONE_NEWNS
    | kernel.CLONE_NEWPID
    | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWUTS
)


def main(descriptor: int) -> NoReturn:
    """Run one job as the specification on socket ``descriptor`` says, then exit."""
    host = socket.socket(fileno=descriptor)
    spec = json.loads(_read_line(host))
    try:
        _make_namespaces(spec)
        _die_with_parent()
        if os.getppid() != spec["host_process"]:
            os._exit(1)
        init = os.fork()
    except OSError as error:
        _give_up(host, error)
    if init == 0:
        _run_init(host, spec)
    _say(host, {"init": init})
    host.close()
    _, status = os.waitpid(init, 0)
    os._exit(0 if status == 0 else 1)


def _make_namespaces(spec: dict[str, Any]) -> None:
    if not spec["isolate"]:
        return
    if not spec["become"]:
        user, group = os.getuid(), os.getgid()
        kernel.unshare(kernel.CLONE_NEWUSER)
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{spec['uid']} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{spec['gid']} {group} 1", encoding="ascii")
    kernel.unshare(NAMESPACES)


def _die_with_parent() -> None:
    if LINUX:
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)


def _run_init(host: socket.socket, spec: dict[str, Any]) -> NoReturn:
    try:
        _die_with_parent()
        handles = _prepare(spec)
        socket.send_fds(host, [b'{"ready": true}\n'], handles) if handles else _say(
            host, {"ready": True}
        )
        for handle in handles:
            os.close(handle)
        if _read_line(host).strip() != "go":
            os._exit(1)
        code, peak_bytes = _run_script(host, spec)
    except OSError as error:
        _give_up(host, error)
    if not spec["isolate"]:
        kill_descendants(os.getpid())
    _say(host, {"ended": code, "peak_bytes": peak_bytes})
    os._exit(0)


def _prepare(spec: dict[str, Any]) -> list[int]:
    if spec["isolate"]:
        return build_root(spec)
    adopt_orphans()
    signal.signal(signal.SIGTERM, _sweep_and_exit)
    # A process that may be signalled only through its number must not be signalled by the script.
    spec["untouchable"] = [os.getpid(), os.getppid(), spec["host_process"]]
    return []


def _sweep_and_exit(number: int, frame: object) -> NoReturn:
    kill_descendants(os.getpid())
    os._exit(1)


def _run_script(host: socket.socket, spec: dict[str, Any]) -> tuple[int, int]:
    """Start the script, reap whatever ends. How the script itself ended, and its peak of bytes."""
    heard, failure = os.pipe()
    script = os.fork()
    if script == 0:
        try:
            become_script(spec, output=1, failure=failure)
        except OSError as error:
            os.write(failure, _failure(error))
        os._exit(127)
    os.close(failure)
    if LINUX:
        # Nobody may look into this process through /proc.
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    _close_output()
    with os.fdopen(heard, "rb") as pipe:
        trouble = pipe.read()
    if trouble:
        host.sendall(trouble)
        os._exit(1)
    while True:
        process, status, usage = os.wait4(-1, 0)
        if process == script:
            unit = 1024 if LINUX else 1
            return os.waitstatus_to_exitcode(status), usage.ru_maxrss * unit


def _close_output() -> None:
    """Only the script's own processes shall hold the log open."""
    silence = os.open("/dev/null", os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)


def _failure(error: OSError) -> bytes:
    report = {"failed": str(error.filename or "start"), "error": error.strerror or str(error)}
    return json.dumps(report).encode() + b"\n"


def _give_up(host: socket.socket, error: OSError) -> NoReturn:
    host.sendall(_failure(error))
    os._exit(1)


def _say(host: socket.socket, message: dict[str, object]) -> None:
    host.sendall(json.dumps(message).encode() + b"\n")


def _read_line(host: socket.socket) -> str:
    """One line, or what there was when the host went away."""
    line = b""
    while not line.endswith(b"\n"):
        byte = host.recv(1)
        if not byte:
            break
        line += byte
    return line.decode()
