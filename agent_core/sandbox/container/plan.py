"""How the two containers of one execution are set up.

    warden    ours: holds the output folder (in memory, bounded) and the process namespace,
              and ends with its connection to the host
    script    theirs: joins the warden's output folder and process namespace

Neither has a network, capabilities, a writable root or a user with rights.
"""

import json
import math
from dataclasses import dataclass, field
from typing import Any

from agent_core.sandbox.container.places import HostPaths
from agent_core.sandbox.plan import (
    NOBODY,
    OPEN_FILES,
    RESERVED_BYTES,
    RESERVED_BYTES_PER_CPU,
    SCRATCH_ENTRIES,
    TASKS_PER_CPU,
    Places,
    environment,
    script_command,
    usable_cpus,
)
from agent_core.sandbox.sandbox import Job, Limits
from agent_core.sandbox.verdict import OUTPUT_ENTRIES

PLACES = Places()
PYTHON = "/usr/local/bin/python3"
#: Where our own code is in the image.
LIBRARY = "/usr/local/lib/kaggle-agent"
SCRIPT_USER, WARDEN_USER = f"{NOBODY}:{NOBODY}", f"{NOBODY - 1}:{NOBODY - 1}"
WARDEN_BYTES, WARDEN_TASKS = 64 * 1024**2, 32
#: The engine counts this one over all of its containers together. A container's own bound is less.
USER_TASKS = 65536


@dataclass(frozen=True)
class Plan:
    """Arguments of `Engine.create`, as docker-py names them."""

    command: list[str]
    host: dict[str, Any]
    config: dict[str, Any] = field(default_factory=dict)


def warden_plan(limits: Limits, labels: dict[str, str]) -> Plan:
    """The container that is there first and goes last."""
    out = {
        "Type": "volume",
        "Target": PLACES.out,
        "VolumeOptions": {
            "NoCopy": True,
            "Labels": labels,
            "DriverConfig": {"Name": "local", "Options": _memory_folder(limits)},
        },
    }
    return Plan(
        ours("warden", "main", PLACES.out),
        _sealed(WARDEN_BYTES, WARDEN_TASKS)
        | {
            "init": True,
            # Gone with its output folder even if nobody is left to remove it.
            "auto_remove": True,
            "mounts": [out],
        },
        {"user": WARDEN_USER, "labels": labels, "stdin_open": True},
    )


def script_plan(
    job: Job,
    limits: Limits,
    warden: str,
    paths: HostPaths,
    labels: dict[str, str],
    runtime: str | None,
) -> Plan:
    """The container of the script. With a ``runtime`` of its own it cannot join the namespace."""
    cpus = usable_cpus()
    spec = {"argv": script_command(PYTHON, job, PLACES), "env": environment(PLACES, cpus)}
    tasks = 2 * limits.processes + TASKS_PER_CPU * cpus
    apart: dict[str, Any] = {"runtime": runtime, "init": True}
    host = _sealed(limits.memory_bytes, tasks) | {
        "nano_cpus": cpus * 10**9,
        "ulimits": _ulimits(limits, cpus),
        "oom_score_adj": 1000,
        "ipc_mode": "private",
        "shm_size": limits.memory_bytes,
        "tmpfs": {
            PLACES.scratch: f"size={limits.memory_bytes},nr_inodes={SCRATCH_ENTRIES},mode=1777"
        },
        "volumes_from": [warden],
        "mounts": [
            _shown(paths.of(job.script), PLACES.script),
            _shown(paths.of(job.data), PLACES.data),
            _shown(paths.of(job.folds), PLACES.folds),
        ],
    }
    return Plan(
        ours("contained", "main", json.dumps(spec)),
        host | (apart if runtime else {"pid_mode": f"container:{warden}"}),
        {"user": SCRIPT_USER, "labels": labels, "hostname": "sandbox"},
    )


def ours(module: str, function: str, *arguments: str) -> list[str]:
    """The command that calls a ``function`` of ours in the image."""
    code = (
        f"import sys; sys.path.insert(0, '{LIBRARY}'); "
        f"from agent_core.sandbox.jail.{module} import {function}; {function}()"
    )
    return [PYTHON, "-I", "-S", "-c", code, *arguments]


def protections(runtime: str | None) -> tuple[str, ...]:
    """What such a container enforces, for the record."""
    names = ["own container", "clean environment", "resource limits", "memory limit of the kernel"]
    names += ["runs as nobody", "no capabilities", "no new privileges", "read-only root"]
    names += ["the engine's system call filter", "system call filter without network"]
    names += [f"{kind} namespace" for kind in ("mount", "process", "network", "IPC", "host name")]
    names.append("outputs in memory")
    return (*names, f"runtime {runtime}") if runtime else tuple(names)


def _sealed(memory_bytes: int, tasks: int) -> dict[str, Any]:
    """What holds for both."""
    return {
        "network_mode": "none",
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "read_only": True,
        # Without swap: both together are the limit.
        "mem_limit": memory_bytes,
        "memswap_limit": memory_bytes,
        "pids_limit": tasks,
        # Nothing that it prints goes to the engine's disk.
        "log_config": {"type": "none", "config": {}},
    }


def _memory_folder(limits: Limits) -> dict[str, str]:
    options = f"size={limits.output_bytes},nr_inodes={OUTPUT_ENTRIES},mode=0700"
    options += f",uid={NOBODY},gid={NOBODY},nosuid,nodev,noexec"
    return {"type": "tmpfs", "device": "tmpfs", "o": options}


def _shown(source: str, target: str) -> dict[str, Any]:
    return {"Type": "bind", "Source": source, "Target": target, "ReadOnly": True}


def _ulimits(limits: Limits, cpus: int) -> list[dict[str, Any]]:
    values = {
        "core": 0,
        "fsize": limits.file_bytes,
        "nofile": OPEN_FILES,
        "msgqueue": 0,
        "nproc": USER_TASKS,
        "cpu": math.ceil(limits.seconds * cpus) + 10,
        # See `agent_core.sandbox.plan`: memory that is asked for and never touched.
        "data": limits.memory_bytes + RESERVED_BYTES + cpus * RESERVED_BYTES_PER_CPU,
    }
    return [{"Name": name, "Soft": value, "Hard": value} for name, value in values.items()]
