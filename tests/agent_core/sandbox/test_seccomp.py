"""The system call filter, run here instruction by instruction as the kernel would."""

import errno
import struct

import pytest

from agent_core.sandbox.jail import seccomp
from agent_core.sandbox.jail.seccomp import filter_program

ALLOWED = "allowed"
REFUSED = errno.errorcode[errno.EPERM]
ABSENT = errno.errorcode[errno.ENOSYS]


def judge(program: bytes, machine: str, number: int, argument: int = 0) -> str:
    data = struct.pack("<IIQ6Q", number, seccomp.ARCHITECTURES[machine], 0, argument, *[0] * 5)
    code = [struct.unpack_from("<HBBI", program, at) for at in range(0, len(program), 8)]
    register = at = 0
    while True:
        kind, yes, no, value = code[at]
        at += 1
        if kind == seccomp.LOAD:
            (register,) = struct.unpack_from("<I", data, value)
        elif kind == seccomp.RETURN:
            if value == seccomp.ALLOW:
                return ALLOWED
            number = value & 0xFFFF
            return errno.errorcode[number] if number else "pretended"
        else:
            holds = {
                seccomp.JUMP_EQUAL: register == value,
                seccomp.JUMP_ABOVE: register >= value,
                seccomp.JUMP_ANY_BIT: bool(register & value),
            }[kind]
            at += yes if holds else no


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def column(machine: str) -> int:
    return ["x86_64", "aarch64"].index(machine)


def test_with_namespaces(machine: str) -> None:
    program = filter_program([], machine)
    assert program is not None
    at = column(machine)

    def verdict(calls: tuple[int, int], argument: int = 0) -> str:
        return judge(program, machine, calls[at], argument)

    assert {verdict(calls) for calls in seccomp.REFUSED.values()} == {REFUSED}
    assert {verdict(calls) for calls in seccomp.MISSING.values()} == {ABSENT}
    assert {verdict(calls) for calls in seccomp.OTHER_SIGNALS.values()} == {ALLOWED}
    assert {verdict(calls) for calls in seccomp.PRETENDED.values()} == {ALLOWED}
    assert verdict(seccomp.KILL_CALL, 0xFFFFFFFF) == ALLOWED
    assert [verdict(seccomp.SOCKET, family) for family in (1, 2, 10, 40)] == [ALLOWED] + [
        REFUSED
    ] * 3
    assert verdict(seccomp.CLONE, 0x3D0F00) == ALLOWED
    assert verdict(seccomp.CLONE, 0x10000000) == REFUSED
    assert verdict(seccomp.PRLIMIT, 0) == ALLOWED
    assert verdict(seccomp.PRLIMIT, 123) == REFUSED
    assert judge(program, machine, seccomp.X32_BIT | 41) == ABSENT
    read = (0, 63)
    assert verdict(read) == ALLOWED


def test_without_namespaces_some_processes_are_untouchable(machine: str) -> None:
    program = filter_program([100, 200], machine)
    assert program is not None
    at = column(machine)

    for calls in (seccomp.KILL_CALL, seccomp.TGKILL):
        verdicts = [judge(program, machine, calls[at], n) for n in (100, 200, 0xFFFFFFFF, 300)]
        assert verdicts == [REFUSED, REFUSED, REFUSED, ALLOWED]
    assert judge(program, machine, seccomp.SOCKET[at], seccomp.AF_UNIX) == REFUSED
    for calls in seccomp.PRETENDED.values():
        assert judge(program, machine, calls[at]) == "pretended"


def test_jumps_stay_within_reach(machine: str) -> None:
    program = filter_program([1, 2, 3], machine)

    assert program is not None
    assert len(program) // 8 < 4096


def test_an_unknown_architecture_has_no_filter() -> None:
    assert filter_program([], "riscv64") is None
