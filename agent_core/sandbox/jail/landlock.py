"""Files a process may open, where it has no root of its own: Landlock, Linux 5.13 and later.

Structures and numbers: Linux ``include/uapi/linux/landlock.h``. A process under such rules can
neither look into one outside of them (ptrace, /proc) nor, from version 6 on, signal it.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable

#: The same numbers on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION, PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 0x1, 0x2, 0x4, 0x8
REFER, TRUNCATE, IOCTL = 0x2000, 0x4000, 0x8000
ALL_OF_VERSION_1 = 0x1FFF
#: Which version added which right.
ADDED = {2: REFER, 3: TRUNCATE, 5: IOCTL}
ONLY_FOR_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL
NETWORK_SINCE, SCOPES_SINCE = 4, 6
BIND_AND_CONNECT_TCP, SOCKETS_AND_SIGNALS = 0x3, 0x3


def version() -> int:
    """The kernel's version of Landlock, 0 where it has none."""
    if sys.platform != "linux":
        return 0
    found = _call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(ASK_VERSION))
    return max(found, 0)


def restrict_files(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Let this process and its children open only what is below these paths. Needs no privilege."""
    known = version()
    rights = ALL_OF_VERSION_1 | sum(right for since, right in ADDED.items() if since <= known)
    network = BIND_AND_CONNECT_TCP if known >= NETWORK_SINCE else 0
    scopes = SOCKETS_AND_SIGNALS if known >= SCOPES_SINCE else 0
    count = 3 if scopes else 2 if network else 1
    attributes = struct.pack("=QQQ", rights, network, scopes)[: 8 * count]
    rules = _checked(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint(0))
    for path in readable:
        _allow(rules, path, EXECUTE | READ_FILE | READ_DIR)
    for path in writable:
        _allow(rules, path, rights & ~EXECUTE)
    _checked(RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint(0))
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH)
    except (FileNotFoundError, PermissionError):
        return  # what cannot be reached needs no rule
    try:
        if not os.path.isdir(f"/proc/self/fd/{place}"):  # noqa: PTH112 - a bare interpreter is quick
            rights &= ONLY_FOR_FILES
        rule = struct.pack("=Qi", rights, place)
        _checked(ADD_RULE, ctypes.c_int(rules), ctypes.c_int(PATH_BENEATH), rule, ctypes.c_uint(0))
    finally:
        os.close(place)


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = libc.syscall(ctypes.c_long(number), *arguments)
    return result


def _checked(number: int, *arguments: object) -> int:
    result = _call(number, *arguments)
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), "landlock")
    return result
