"""The last steps before the script: limits, no privileges, no foreign file, then exec."""

import os
import resource
import signal
import sys
from typing import Any

from agent_core.sandbox.jail import kernel
from agent_core.sandbox.jail.landlock import restrict_files
from agent_core.sandbox.jail.seccomp import filter_program


def become_script(spec: dict[str, Any], output: int, failure: int) -> None:
    """Turn this process into the script. Does not return; raises OSError if it cannot.

    ``output`` becomes standard output and error. ``failure`` closes by itself on success.
    """
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    silence = os.open("/dev/null", os.O_RDONLY)
    os.dup2(silence, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.closerange(3, failure)
    os.closerange(failure + 1, 65536)
    os.umask(0o022)
    os.chdir(spec["cwd"])
    for name, value in spec["rlimits"].items():
        _limit(name, value)
    if sys.platform == "linux":
        _offer_to_oom_killer()
    _drop_privileges(spec)
    os.execve(spec["argv"][0], spec["argv"], spec["env"])  # noqa: S606 - no shell is meant


def _limit(name: str, value: int) -> None:
    number = getattr(resource, name, None)
    if number is None:
        return
    _, ceiling = resource.getrlimit(number)
    if ceiling != resource.RLIM_INFINITY:
        value = min(value, ceiling)
    resource.setrlimit(number, (value, value))


def _offer_to_oom_killer() -> None:
    """If the whole machine runs out of memory the kernel shall take the script first."""
    handle = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    try:
        os.write(handle, b"1000")
    finally:
        os.close(handle)


def _drop_privileges(spec: dict[str, Any]) -> None:
    if spec["become"]:
        os.setgroups([])
        os.setresgid(spec["gid"], spec["gid"], spec["gid"])
    if sys.platform != "linux":
        if spec["become"]:
            os.setuid(spec["uid"])
        return
    if spec["become"] or spec["isolate"]:
        kernel.drop_bounding_set()
    if spec["become"]:
        os.setresuid(spec["uid"], spec["uid"], spec["uid"])
    kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    if spec["landlock"]:
        restrict_files(**spec["landlock"])
    program = filter_program(spec["untouchable"])
    if program is not None and spec["seccomp"]:
        kernel.set_seccomp_filter(program)
