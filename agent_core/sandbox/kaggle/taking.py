"""What a kernel has left: fetched, compared with its receipt, judged as by every sandbox."""

import os
import tempfile
from pathlib import Path

from pydantic import Field, ValidationError

from agent_core.errors import KaggleUnavailable
from agent_core.kaggle.kernel_files import OutputTooLarge, fetch_file, is_plain_name
from agent_core.kaggle.kernels import (
    KernelOutput,
    Kernels,
    KernelState,
    KernelStatus,
    OutputAddress,
)
from agent_core.kaggle.patience import Patience
from agent_core.progress import Report
from agent_core.sandbox import verdict
from agent_core.sandbox.kaggle.prints import KernelPrints
from agent_core.sandbox.kaggle.runner import RECEIPT
from agent_core.sandbox.outputs import MOST_FILES, LocalFolder, collect_outputs
from agent_core.sandbox.sandbox import Execution, Limits, Outcome, Resources
from agent_core.sandbox.verdict import Verdict
from agent_core.value import Value

#: How the message begins where Kaggle did not give the kernel its inputs.
NOT_RUN = "The script was not run."
_RECEIPT_BYTES = 1024**2
_MEMORY_SIGNS = ("more memory than is available", "out of memory", "OutOfMemory")
_FULL = "Kaggle's machine had no more to give"
_TIME_SIGNS = ("timed out", "timeout", "exceeded the maximum")


class FileMark(Value):
    """By what an output is known."""

    bytes: int
    sha256: str


class Receipt(Value):
    """What `runner.run_kernel` writes. ``missing`` says which inputs were not there."""

    exit_code: int | None = None
    timed_out: bool = False
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    missing: str = ""
    files: dict[str, FileMark] = Field(default_factory=dict)


class Taking:
    """Takes over what the kernel ``ref`` has left, once it has ended."""

    def __init__(self, kernels: Kernels, ref: str, patience: Patience, report: Report) -> None:
        self._kernels = kernels
        self._ref = ref
        self._patience = patience
        self._report = report
        self._known: dict[str, OutputAddress] = {}

    def execution(
        self,
        status: KernelStatus,
        prints: KernelPrints,
        out: Path,
        limits: Limits,
        protections: tuple[str, ...],
    ) -> Execution:
        """The outputs in ``out``, and how it all ended. Raises `KaggleError`."""
        output = self._list()
        prints.show(output.log)
        prints.end()
        with tempfile.TemporaryDirectory(dir=out.parent) as folder:
            receipt = self._receipt(status, Path(folder, RECEIPT))
            fetched = Path(folder, "out")
            fetched.mkdir()
            refused = self._fetch(receipt, fetched, limits) if receipt else ()
            handle = os.open(fetched, os.O_RDONLY | os.O_DIRECTORY)
            try:
                outputs, problems = collect_outputs(LocalFolder(handle), out, limits)
            finally:
                os.close(handle)
        found = _verdict(status, receipt, prints, limits)
        found = verdict.with_problems(found, (*refused, *problems))
        used = receipt or Receipt()
        return Execution(
            outcome=found.outcome,
            exit_code=used.exit_code,
            message=found.message,
            resources=Resources(
                seconds=used.seconds,
                cpu_seconds=used.cpu_seconds,
                peak_memory_bytes=used.peak_memory_bytes,
            ),
            outputs=outputs,
            protections=protections,
        )

    def _receipt(self, status: KernelStatus, target: Path) -> Receipt | None:
        """None where it died before it could leave one; then nothing that it left can be told
        from an error page, and none of it is taken."""
        if RECEIPT not in self._known and status.state is not KernelState.COMPLETE:
            return None
        self._get(RECEIPT, target, _RECEIPT_BYTES, None)
        try:
            return Receipt.model_validate_json(target.read_bytes())
        except ValidationError as error:
            raise KaggleUnavailable(
                f"The receipt of the kernel {self._ref} cannot be read.",
                means="Something else than what the kernel wrote came from Kaggle.",
                next="Run again later: the kernel has ended, and its outputs are still there.",
            ) from error

    def _fetch(self, receipt: Receipt, folder: Path, limits: Limits) -> tuple[str, ...]:
        """Have its files in ``folder``; a sentence for each that was refused."""
        problems = [
            f"The output {name!a} is not a regular file of the output folder."
            for name in self._known
            if not is_plain_name(name)
        ]
        names = sorted(filter(is_plain_name, receipt.files))
        if len(names) > MOST_FILES:
            problems.append(f"It left {len(names)} files; only the first {MOST_FILES} were taken.")
        room = limits.output_bytes
        for name in names[:MOST_FILES]:
            mark = receipt.files[name]
            try:
                self._get(name, folder / name, min(room, limits.file_bytes), mark)
            except OutputTooLarge as error:
                problems.append(error.what)
            else:
                room -= mark.bytes
        return tuple(problems)

    def _get(self, name: str, target: Path, most: int, mark: FileMark | None) -> None:
        sha256 = mark.sha256 if mark else None
        fetch_file(lambda: self._address(name), target, most, sha256, self._patience, self._report)

    def _address(self, name: str) -> OutputAddress:
        """Known from the list, once; after a failure the list is asked for again."""
        if name not in self._known:
            self._list()
        found = self._known.pop(name, None)
        if found is None:
            raise KaggleUnavailable(
                f"Kaggle does not list the output {name} of the kernel {self._ref}.",
                next="Run again later: the kernel has ended, and is not pushed again.",
            )
        return found

    def _list(self) -> KernelOutput:
        output = self._kernels.output(self._ref)
        self._known = {address.name: address for address in output.files}
        return output


def _verdict(
    status: KernelStatus, receipt: Receipt | None, prints: KernelPrints, limits: Limits
) -> Verdict:
    if prints.full:
        return verdict.too_much_output(f"it printed more than {verdict.size(limits.log_bytes)}")
    if receipt is None:
        return _without_receipt(status, prints.tail, limits)
    if receipt.timed_out:
        return verdict.timed_out(limits)
    if receipt.missing:
        return Verdict(Outcome.CRASHED, f"{NOT_RUN} {receipt.missing}")
    return _of_exit(receipt.exit_code, prints.tail, limits)


def _without_receipt(status: KernelStatus, tail: str, limits: Limits) -> Verdict:
    """It died with the whole kernel: Kaggle's word, and the log, are all there is."""
    if status.state is KernelState.CANCEL_ACKNOWLEDGED:
        return Verdict(Outcome.CRASHED, "The kernel was cancelled on Kaggle.")
    if any(sign in status.failure for sign in _MEMORY_SIGNS):
        return verdict.out_of_memory(limits, _FULL)
    if any(sign in status.failure.lower() for sign in _TIME_SIGNS):
        return verdict.timed_out(limits)
    found = _of_exit(1, tail, limits)
    said = f' Kaggle says: "{status.failure[:300]}"' if status.failure else ""
    return Verdict(found.outcome, found.message + said)


def _of_exit(code: int | None, tail: str, limits: Limits) -> Verdict:
    found = verdict.from_exit(code, tail, limits, killed_by_kernel=False)
    if found.outcome is not Outcome.OUT_OF_MEMORY:
        return found
    return verdict.out_of_memory(limits, _FULL)  # our own limit on memory does not hold there
