"""What the jail is told: which files it shows, with which limits and as whom the script runs."""

import math
import os
import sys
import sysconfig
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_core.sandbox.jail import landlock
from agent_core.sandbox.jail.seccomp import filter_program
from agent_core.sandbox.sandbox import Job, Limits
from agent_core.sandbox.verdict import OUTPUT_ENTRIES

NOBODY = 65534
#: CAP_CHOWN, CAP_SETGID and CAP_SETUID, by their numbers in linux/capability.h.
CAPABILITIES = 1 << 0 | 1 << 6 | 1 << 7
#: Entries (files and folders) that the script may have in each of its scratch places.
SCRATCH_ENTRIES = 100_000
OPEN_FILES = 4096
#: Beyond the limit on memory: what libraries reserve for each thread and rarely touch.
RESERVED_BYTES, RESERVED_BYTES_PER_CPU = 512 * 1024**2, 16 * 1024**2
TASKS_PER_CPU = 16
SYSTEM_FOLDERS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store")
SYSTEM_FILES = (
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
)
#: Shown beside them where the script has no root of its own.
PLAIN_FILES = (
    "/etc/passwd",
    "/etc/group",
    "/etc/nsswitch.conf",
    "/etc/hosts",
    "/proc",
    "/sys/fs/cgroup/cpu.max",
    "/sys/fs/cgroup/cpu",
)
CONTROL = Path("/sys/fs/cgroup")
DEVICES = ("null", "zero", "full", "random", "urandom")
WRITTEN_FILES = {
    "/etc/passwd": "root:x:0:0::/:/bin/false\nnobody:x:65534:65534::/tmp:/bin/false\n",
    "/etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "/etc/hosts": "127.0.0.1 localhost\n",
}
DEVICE_LINKS = {
    "/dev/fd": "/proc/self/fd",
    "/dev/stdin": "/proc/self/fd/0",
    "/dev/stdout": "/proc/self/fd/1",
    "/dev/stderr": "/proc/self/fd/2",
}


@dataclass(frozen=True)
class Places:
    """The paths as the script sees them."""

    script: str = "/job/solution.py"
    data: str = "/job/data"
    folds: str = "/job/folds.csv"
    out: str = "/job/out"
    scratch: str = "/tmp"  # noqa: S108 - the jail's own


@dataclass
class Allowed:
    """Sources and targets of read-only binds, none inside another, and links between them."""

    binds: list[tuple[str, str, bool]] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)

    def add(self, source: Path, target: str | None = None) -> None:
        """Show ``source`` at ``target`` (where it is, by default) unless it is there already."""
        place = target or str(source)
        if place == "/" or not source.exists():
            return
        if any(Path(place).is_relative_to(known) for _, known, _ in self.binds):
            return
        self.binds.append((str(source.resolve()), place, False))


def isolated_plan(job: Job, limits: Limits) -> dict[str, Any]:
    """The specification of a jail with namespaces and a root of its own."""
    places = Places()
    allowed = _system()
    for source, target in ((job.script, places.script), (job.folds, places.folds)):
        allowed.add(source, target)
    allowed.add(job.data, places.data)
    allowed.binds += [(f"/dev/{name}", f"/dev/{name}", True) for name in DEVICES]
    spaces = (
        (places.out, limits.output_bytes, OUTPUT_ENTRIES),
        (places.scratch, limits.memory_bytes, SCRATCH_ENTRIES),
        ("/dev/shm", limits.memory_bytes, SCRATCH_ENTRIES),  # noqa: S108
    )
    return _common(job, limits, places) | {
        "isolate": True,
        # Any folder that exists: it is covered inside the jail's own view of the file system only.
        "workspace": tempfile.gettempdir(),
        "binds": allowed.binds,
        "links": allowed.links | DEVICE_LINKS,
        "files": WRITTEN_FILES,
        "scratch": [
            {"path": path, "bytes": size, "entries": entries} for path, size, entries in spaces
        ],
    }


def plain_plan(job: Job, limits: Limits, places: Places) -> dict[str, Any]:
    """The specification where the machine allows no namespaces: limits and another user only."""
    readable = [*SYSTEM_FOLDERS, *SYSTEM_FILES, *_interpreter(), *PLAIN_FILES]
    readable += [places.script, places.data, places.folds]
    writable = [places.out, places.scratch, "/dev/shm", *(f"/dev/{name}" for name in DEVICES)]  # noqa: S108
    rules = {"readable": readable, "writable": writable} if landlock.version() else None
    return _common(job, limits, places) | {"isolate": False, "landlock": rules}


def protections(spec: dict[str, Any]) -> tuple[str, ...]:
    """What a jail built from ``spec`` enforces, for the record."""
    names = ["clean environment", "resource limits", "memory watch", "process group"]
    if spec["become"]:
        names.append("runs as nobody")
    if sys.platform == "linux":
        names.append("no new privileges")
    if spec["seccomp"]:
        names.append("system call filter without network")
    if spec["landlock"]:
        names.append("file access rules (Landlock)")
    if spec["isolate"]:
        names += [
            f"{kind} namespace" for kind in ("mount", "process", "network", "IPC", "host name")
        ]
        names += ["own root", "outputs in memory"]
        if not spec["become"]:
            names.append("user namespace")
    return tuple(names)


def usable_cpus(control: Path = CONTROL) -> int:
    """How many processors this process may use. In a container: what that was given, rounded up."""
    if sys.platform != "linux":
        return os.cpu_count() or 1
    count = len(os.sched_getaffinity(0))
    return min(count, _cpu_quota(control) or count)


def _cpu_quota(control: Path) -> int | None:
    """What the control group that is mounted at ``control`` allows (version 2, or else 1)."""
    names = ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")
    files = (
        [control / "cpu.max"] if (control / "cpu.max").exists() else [control / n for n in names]
    )
    try:
        quota, period = " ".join(file.read_text(encoding="ascii") for file in files).split()
    except OSError:
        return None  # a machine's own root has none
    return math.ceil(int(quota) / int(period)) if quota not in {"max", "-1"} else None


def may_become_nobody() -> bool:
    """Whether this process can hand files and processes over to another user.

    Root can, unless it is the root of a container that had to give up its capabilities.
    """
    if os.getuid() != 0 or sys.platform != "linux":
        return os.getuid() == 0
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    (held,) = (line.split()[1] for line in status.splitlines() if line.startswith("CapEff:"))
    return int(held, 16) & CAPABILITIES == CAPABILITIES


def has_call_filter() -> bool:
    """Whether system calls can be filtered here."""
    known = filter_program([]) is not None
    return known and Path("/proc/sys/kernel/seccomp/actions_avail").exists()


def _common(job: Job, limits: Limits, places: Places) -> dict[str, Any]:
    become = may_become_nobody()
    user = NOBODY if become else os.getuid()
    return {
        "host_process": os.getpid(),
        "become": become,
        "uid": NOBODY,
        "gid": NOBODY,
        "argv": script_command(sys.executable, job, places),
        "env": environment(places, usable_cpus()),
        "cwd": places.scratch,
        "rlimits": _rlimits(limits, user),
        "untouchable": [],
        "landlock": None,
        "seccomp": has_call_filter(),
    }


def script_command(python: str, job: Job, places: Places) -> list[str]:
    """How the solution contract says that a script is called."""
    command = [python, places.script, "--data", places.data, "--folds", places.folds]
    return [*command, "--out", places.out, "--budget", f"{job.budget:g}"]


def environment(places: Places, processors: int) -> dict[str, str]:
    """All that the script learns from its environment."""
    cpus = str(processors)
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": places.scratch,
        "TMPDIR": places.scratch,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "OMP_NUM_THREADS": cpus,
        "OPENBLAS_NUM_THREADS": cpus,
        # Without it joblib asks the system for physical cores and warns where it gets no answer.
        "LOKY_MAX_CPU_COUNT": cpus,
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": f"{places.scratch}/matplotlib",
        "XDG_CACHE_HOME": f"{places.scratch}/cache",
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONUTF8": "1",
    }


def _rlimits(limits: Limits, user: int) -> dict[str, int]:
    cpus = usable_cpus()
    return {
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": limits.file_bytes,
        "RLIMIT_NOFILE": OPEN_FILES,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_CPU": math.ceil(limits.seconds * cpus) + 10,
        # Private writable memory of one process. RLIMIT_AS would count address space that BLAS and
        # OpenMP only reserve. The sum over all processes is the watcher's.
        "RLIMIT_DATA": limits.memory_bytes + RESERVED_BYTES + cpus * RESERVED_BYTES_PER_CPU,
        # Counts the threads of every process of that user on the machine. The watcher counts the
        # processes of this job; this bounds what can happen between two of its looks.
        "RLIMIT_NPROC": _tasks_of(user) + 2 * limits.processes + TASKS_PER_CPU * cpus,
    }


def _tasks_of(user: int) -> int:
    """How many threads run as ``user`` now."""
    if sys.platform != "linux":
        return 2 * OPEN_FILES
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.stat().st_uid == user:
                count += sum(1 for _ in (process / "task").iterdir())
        except OSError:
            continue  # it ended meanwhile
    return count


def _system() -> Allowed:
    """The operating system's programs and libraries, and this interpreter with its packages."""
    allowed = Allowed()
    for folder in SYSTEM_FOLDERS:
        if Path(folder).is_symlink():
            allowed.links[folder] = str(Path(folder).readlink())
        else:
            allowed.add(Path(folder))
    for path in (*SYSTEM_FILES, *_interpreter()):
        allowed.add(Path(path))
    return allowed


def _interpreter() -> list[str]:
    """Every folder that the interpreter needs, by each of its names (links included)."""
    names = [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix]
    names += [sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")]
    program = Path(sys.executable)
    while program.is_symlink():
        program = program.parent / program.readlink()
        names.append(os.path.normpath(program.parent.parent))
    names += [str(Path(name).resolve()) for name in names]
    # The shortest first: what lies inside another is then known already.
    return sorted(set(names), key=len)
