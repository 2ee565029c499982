"""Everything a kernel has left, in a folder of the person's choice."""

import hashlib
from functools import partial
from pathlib import Path

from agent_core.errors import KaggleUnavailable
from agent_core.kaggle.kernel_files import fetch_file
from agent_core.kaggle.kernel_log import log_text
from agent_core.kaggle.kernels import Kernels, OutputAddress
from agent_core.kaggle.patience import Patience
from agent_core.progress import Report, silent
from agent_core.storage.archive_names import MemberNames
from agent_core.value import Value


class SavedFile(Value):
    """``name`` is its path below the folder."""

    name: str
    bytes: int
    sha256: str


class SavedOutput(Value):
    """``log`` is the file with what the kernel has printed, as plain text."""

    ref: str
    folder: Path
    log: Path
    files: tuple[SavedFile, ...]


def save_output(
    kernels: Kernels, ref: str, folder: Path, most: int, patience: Patience, report: Report = silent
) -> SavedOutput:
    """Fetch all of it, or raise `KaggleError`. A file of more than ``most`` bytes is refused.

    Names that lead out of ``folder`` raise `UnsafeArchive`. A file is there whole or not at all.
    """
    output = kernels.output(ref)
    names = MemberNames(f"The list of outputs of {ref}")
    places = {address.name: names.admit(address.name, folder=False) for address in output.files}
    folder.mkdir(parents=True, exist_ok=True)
    saved = []
    for name, place in places.items():
        if place is None:
            continue
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.part")
        report(f"Fetching {name}", None)
        try:
            fetch_file(partial(_find, kernels, ref, name), part, most, None, patience)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        saved.append(_described(target, str(place)))
    log = folder / f"{ref.rpartition('/')[2]}.log"
    log.write_text(log_text(output.log), encoding="utf-8")
    return SavedOutput(ref=ref, folder=folder, log=log, files=tuple(saved))


def _find(kernels: Kernels, ref: str, name: str) -> OutputAddress:
    for address in kernels.output(ref).files:
        if address.name == name:
            return address
    raise KaggleUnavailable(f"Kaggle no longer lists the output {name} of {ref}.")


def _described(path: Path, name: str) -> SavedFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return SavedFile(name=name, bytes=path.stat().st_size, sha256=digest)
