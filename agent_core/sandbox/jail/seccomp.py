"""Which system calls the script may not make, as a classic BPF program.

It closes what namespaces and limits leave open: memory that no process maps (memfd, System V),
address families that ignore network namespaces (vsock), new user namespaces, and large parts of
the kernel that a training script never needs. Numbers: Linux ``unistd.h`` of each architecture.
"""

import errno
import platform
import struct
from collections.abc import Sequence

LOAD, JUMP_EQUAL, JUMP_ABOVE, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NUMBER_AT, ARCH_AT, ARGUMENT_AT = 0, 4, 16
#: Calls of the x32 form carry this bit and would slip past the numbers below.
X32_BIT = 0x40000000
NEGATIVE = 0x80000000
ANY_NAMESPACE = 0x7E020000
AF_UNIX = 1

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

#: name: (x86_64, aarch64)
REFUSED = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "open_by_handle_at": (304, 265),
    "quotactl": (179, 60),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "syslog": (103, 116),
    "personality": (135, 92),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
}
#: The C library has another way for these; it takes it when told that they do not exist.
MISSING = {
    "clone3": (435, 435),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}
#: Ways to signal that name no process number which a filter could look at.
OTHER_SIGNALS = {
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
}
#: Told that they worked, and not done: a user may change the mode of any file of hers, wherever it
#: is, and programs that copy a file give up when they cannot.
PRETENDED = {
    "chmod": (90, 53),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, 54),
    "fchown": (93, 55),
    "lchown": (94, 54),
    "fchownat": (260, 54),
}
CLONE, SOCKET, PRLIMIT, KILL_CALL, TGKILL = (56, 220), (41, 198), (302, 261), (62, 129), (234, 131)

Instruction = tuple[int, int, int, int]


def filter_program(untouchable: Sequence[int], machine: str | None = None) -> bytes | None:
    """The program, or None on an architecture that it does not know.

    ``untouchable`` are process numbers that may not be signalled. With none given (the script has
    namespaces of its own) signals, sockets between its processes and file modes are free.
    """
    machine = machine or platform.machine()
    if machine not in ARCHITECTURES:
        return None
    column = sorted(ARCHITECTURES, reverse=True).index(machine)
    code: list[Instruction] = [
        (LOAD, 0, 0, ARCH_AT),
        (JUMP_EQUAL, 1, 0, ARCHITECTURES[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER_AT),
        (JUMP_ABOVE, 0, 1, X32_BIT),
        _refuse(errno.ENOSYS),
    ]
    code += _always(MISSING, column, errno.ENOSYS)
    code += _always(REFUSED, column, errno.EPERM)
    code += _when(CLONE[column], [(JUMP_ANY_BIT, 0, 1, ANY_NAMESPACE)])
    if untouchable:
        # The machine's own sockets have names that no namespace hides. Pairs have no names.
        code += [(JUMP_EQUAL, 0, 1, SOCKET[column]), _refuse(errno.EPERM)]
    code += _when(SOCKET[column], [(JUMP_EQUAL, 1, 0, AF_UNIX)])
    code += _when(PRLIMIT[column], [(JUMP_EQUAL, 1, 0, 0)])
    if untouchable:
        code += _always(OTHER_SIGNALS, column, errno.EPERM)
        code += _always(PRETENDED, column, 0)
        tests = [(JUMP_ANY_BIT, 0, 1, NEGATIVE)]
        tests += [(JUMP_EQUAL, 0, 1, number) for number in untouchable]
        code += _when(KILL_CALL[column], tests) + _when(TGKILL[column], tests)
    code.append((RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def _refuse(number: int) -> Instruction:
    return (RETURN, 0, 0, REFUSE | number)


def _always(calls: dict[str, tuple[int, int]], column: int, number: int) -> list[Instruction]:
    """Refuse each of ``calls`` with the error ``number``."""
    code: list[Instruction] = []
    for numbers in calls.values():
        code += [(JUMP_EQUAL, 0, 1, numbers[column]), _refuse(number)]
    return code


def _when(call: int, tests: list[Instruction]) -> list[Instruction]:
    """Refuse ``call`` if any of ``tests`` on its first argument falls through to the refusal."""
    block: list[Instruction] = [(LOAD, 0, 0, ARGUMENT_AT)]
    for test in tests:
        block += [test, _refuse(errno.EPERM)]
    block.append((RETURN, 0, 0, ALLOW))
    return [(JUMP_EQUAL, 0, len(block), call), *block]
