"""What a kernel reads: the competition's data, mounted by Kaggle, and what we bring along.

The folds, and data that Kaggle has not (a fold withheld, a folder of this machine), travel as a
private data set that is named by its content: it is made once, and found again ever after.
"""

import hashlib
import tempfile
import zipfile
from pathlib import Path

from agent_core.errors import BadSource
from agent_core.kaggle.datasets import Datasets
from agent_core.sandbox.kaggle.terms import Place
from agent_core.sandbox.sandbox import Job
from agent_core.value import Value

#: Of more files than this only those at the top are looked for by name in the kernel.
_MANY_FILES = 500
_NAME_DIGITS = 16
_BLOCK = 1 << 20


class Inputs(Value):
    """``competition`` is mounted by Kaggle, or None where ``dataset`` holds the data too.

    ``files`` are names in the data.
    """

    competition: str | None
    dataset: str
    files: tuple[str, ...]


def inputs_of(job: Job, place: Place, owner: str, may_upload: bool) -> Inputs:
    """What ``job`` needs. Raises `BadSource` where its data may not leave this machine."""
    mounted = place.on_kaggle and job.data.resolve() == place.root.resolve()
    if not place.on_kaggle and not may_upload:
        raise not_there(place.slug)
    digest = hashlib.sha256(job.folds.read_bytes())
    paths = sorted(path for path in job.data.rglob("*") if path.is_file())
    if not mounted:
        for path in paths:
            digest.update(f"\0{path.relative_to(job.data).as_posix()}\0".encode())
            _hash(path, digest)
    names = [path.relative_to(job.data).as_posix() for path in paths]
    if len(names) > _MANY_FILES:
        names = [name for name in names if "/" not in name][:_MANY_FILES]
    return Inputs(
        competition=place.slug if mounted else None,
        dataset=f"{owner}/kaggle-agent-{digest.hexdigest()[:_NAME_DIGITS]}",
        files=tuple(names),
    )


def not_there(slug: str) -> BadSource:
    """The data of a folder would have to be sent to Kaggle, which nobody has allowed."""
    return BadSource(
        f"{slug} is a folder on this machine, so it cannot be trained on Kaggle.",
        means="A kernel there reads the data of competitions on Kaggle. These data would have to "
        "be uploaded, as a private data set of your account, and nothing of yours is without "
        "your word.",
        next="Set KAGGLE_AGENT_KERNEL_MAY_UPLOAD=true to allow that, or take --sandbox auto.",
    )


def provide(job: Job, inputs: Inputs, datasets: Datasets) -> None:
    """Have the data set there and ready. Its name tells its content, so one look is enough."""
    ref = inputs.dataset
    status = datasets.status(ref)
    if status == "ready":
        return
    if status is not None:
        datasets.wait_until_ready(ref)
        return
    with tempfile.TemporaryDirectory() as folder:
        files = [job.folds]
        if inputs.competition is None:
            files.append(_zipped(job.data, Path(folder, "data.zip")))
        title = ref.rpartition("/")[2].replace("-", " ")
        datasets.create(ref, title, files)


def _zipped(data: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(data.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(data).as_posix())
    return target


def _hash(path: Path, digest: "hashlib._Hash") -> None:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
