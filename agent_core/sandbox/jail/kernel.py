"""The Linux system calls that Python 3.11 does not offer, each raising OSError with its step."""

import ctypes
import os
from pathlib import Path

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_NOSUID, MS_NODEV, MS_NOEXEC = 0x2, 0x4, 0x8
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MNT_DETACH = 0x2

MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC = 0x1, 0x2, 0x4, 0x8
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
#: The same number on every architecture (Linux 5.12 and later).
SYS_MOUNT_SETATTR = 442

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP = 1, 4, 22
PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 24, 36, 38
CAPABILITY_VERSION = 0x20080522


def _call(step: str, function: str, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = getattr(libc, function)(*arguments)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), step)
    return result


def unshare(flags: int) -> None:
    """Leave the namespaces named by ``flags`` for new ones."""
    _call("unshare", "unshare", ctypes.c_int(flags))


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """`mount(2)`."""
    texts = [text.encode() for text in (source, target, kind)]
    _call(f"mount {target}", "mount", *texts, ctypes.c_ulong(flags), options.encode())


def restrict_mount(target: str, attributes: int, below: bool = True) -> None:
    """Set ``attributes`` (MOUNT_ATTR_*) on the mount at ``target`` and on every mount ``below``."""
    values = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)
    _call(
        f"restrict {target}",
        "syscall",
        ctypes.c_long(SYS_MOUNT_SETATTR),
        ctypes.c_int(AT_FDCWD),
        ctypes.c_char_p(target.encode()),
        ctypes.c_uint(AT_RECURSIVE if below else 0),
        values,
        ctypes.c_size_t(ctypes.sizeof(values)),
    )


def enter_root(folder: str) -> None:
    """Make the mount at ``folder`` the root and let go of the old one."""
    os.chdir(folder)
    # With both paths equal the old root is stacked upon the new one and can be unmounted at once.
    _call("pivot_root", "pivot_root", b".", b".")
    _call("umount", "umount2", b".", ctypes.c_int(MNT_DETACH))
    os.chdir("/")


def prctl(option: int, argument: int = 0) -> None:
    """`prctl(2)` with one number."""
    numbers = [ctypes.c_ulong(number) for number in (argument, 0, 0, 0)]
    _call(f"prctl {option}", "prctl", ctypes.c_int(option), *numbers)


def drop_bounding_set() -> None:
    """Nothing that is executed from here on can gain a capability. Needs CAP_SETPCAP."""
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text(encoding="ascii"))
    for capability in range(last + 1):
        prctl(PR_CAPBSET_DROP, capability)


def drop_capabilities() -> None:
    """Empty the capability sets of this process."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()
    _call("capset", "capset", header, sets)


def set_seccomp_filter(program: bytes) -> None:
    """Install a classic BPF ``program`` (8 bytes an instruction) on this process for good."""

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    code = ctypes.create_string_buffer(program, len(program))
    held = Program(len(program) // 8, ctypes.cast(code, ctypes.c_void_p))
    _call(
        "seccomp",
        "prctl",
        ctypes.c_int(PR_SET_SECCOMP),
        ctypes.c_ulong(2),
        ctypes.byref(held),
        ctypes.c_ulong(0),
        ctypes.c_ulong(0),
    )
