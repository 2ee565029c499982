"""From what was observed to an `Outcome` with a message for people."""

import signal
from dataclasses import dataclass

from agent_core.sandbox.sandbox import Limits, Outcome

MEMORY_SIGNS = ("MemoryError", "std::bad_alloc", "Cannot allocate memory", "Unable to allocate")
PROCESS_SIGNS = ("Resource temporarily unavailable", "can't start new thread")
SIZE_SIGNS = ("File too large", "No space left on device")
LAST_LINES = 3
#: Entries (files and folders) that the script may have in its output folder.
OUTPUT_ENTRIES = 1024


@dataclass(frozen=True)
class Verdict:
    """How an execution ended, and in plain words why (empty where all is well)."""

    outcome: Outcome
    message: str = ""


def timed_out(limits: Limits) -> Verdict:
    """The script did not end by itself."""
    return Verdict(
        Outcome.TIMEOUT,
        f"The script was still running after {limits.seconds:.0f} s and was stopped. Files that it "
        "had completed were kept. Give it a larger budget, or let it do less.",
    )


def out_of_memory(limits: Limits, how: str = "") -> Verdict:
    """The script's processes together needed too much memory."""
    cause = how or f"its processes together held more than {size(limits.memory_bytes)}"
    return Verdict(
        Outcome.OUT_OF_MEMORY,
        f"The script ran out of memory ({cause}) and was stopped. Let it use fewer columns, "
        "smaller models or fewer processes at once, or allow it more memory.",
    )


def too_many_processes(limits: Limits) -> Verdict:
    """The script started processes without end."""
    return Verdict(
        Outcome.TOO_MANY_PROCESSES,
        f"The script started more processes or threads than the {limits.processes} processes it "
        "may have, and was stopped. Let it run fewer jobs in parallel.",
    )


def too_much_output(what: str) -> Verdict:
    """The script wrote without end. ``what`` names where and how much."""
    return Verdict(
        Outcome.TOO_MUCH_OUTPUT,
        f"The script wrote too much: {what}. It was stopped. Let it write less.",
    )


def too_full(held: int, entries: int, limits: Limits) -> Verdict | None:
    """What to say of an output folder that holds so many bytes and entries, if it is too much."""
    if held >= limits.output_bytes:
        return too_much_output(f"its output folder held more than {size(limits.output_bytes)}")
    if entries >= OUTPUT_ENTRIES:
        return too_much_output(f"its output folder held {entries} files")
    return None


def with_problems(found: Verdict, problems: tuple[str, ...]) -> Verdict:
    """``found``, with what is wrong with the outputs. A failure stays the failure that it was."""
    if not problems:
        return found
    message = " ".join([found.message, *problems, "Let it leave plain files only."]).strip()
    return Verdict(Outcome.BAD_OUTPUT if found.outcome is Outcome.OK else found.outcome, message)


def from_exit(code: int | None, tail: str, limits: Limits, killed_by_kernel: bool) -> Verdict:
    """The verdict on a script that ended by itself with ``code`` (minus the signal's number).

    ``tail``, the end of its log, tells a crash by a limit from any other crash. A script that
    writes such words without need only spoils its own verdict.
    """
    if code == 0:
        return Verdict(Outcome.OK)
    if killed_by_kernel and code in (None, -signal.SIGKILL):
        return out_of_memory(limits, "the machine had no more to give")
    if code == -signal.SIGXCPU:
        return timed_out(limits)
    return _limit_in_log(code, tail, limits) or Verdict(Outcome.CRASHED, _crash(code, tail))


def _limit_in_log(code: int | None, tail: str, limits: Limits) -> Verdict | None:
    if code == -signal.SIGXFSZ or _ends_with(tail, SIZE_SIGNS):
        return too_much_output(f"a file grew beyond {size(limits.file_bytes)}")
    if _ends_with(tail, MEMORY_SIGNS):
        return out_of_memory(limits)
    if _ends_with(tail, PROCESS_SIGNS):
        return too_many_processes(limits)
    return None


def size(count: float) -> str:
    """A number of bytes for people."""
    for unit in ("bytes", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"


def _ends_with(tail: str, signs: tuple[str, ...]) -> bool:
    end = _last_lines(tail)
    return any(sign in end for sign in signs)


def _last_lines(tail: str) -> str:
    return "\n".join([line for line in tail.splitlines() if line.strip()][-LAST_LINES:])


def _crash(code: int | None, tail: str) -> str:
    last = _last_lines(tail).rpartition("\n")[2] or "it printed nothing"
    if code is None:
        return f"The script was killed from outside. The last line of its log: {last}"
    if code < 0:
        name = signal.Signals(-code).name if -code in list(signal.Signals) else f"signal {-code}"
        return f"The script was ended by {name}. The last line of its log: {last}"
    return f"The script ended with exit code {code}. The last line of its log: {last}"
