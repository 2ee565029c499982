"""A competition's data, fetched once and kept: unpacked, addressed by content, read-only."""

from pathlib import Path

from agent_core.competition import Competition
from agent_core.dataset import Dataset
from agent_core.home import Home
from agent_core.intake.local_folder import copy_files
from agent_core.progress import Report, silent
from agent_core.storage.archive import Budget
from agent_core.storage.disk import disk_errors, needed_bytes, require_space
from agent_core.storage.locking import holding
from agent_core.storage.shelf import Shelf, Shelved, remove_tree
from agent_core.storage.unpacking import unpack_all
from agent_core.value import fingerprint


def store_dataset(competition: Competition, home: Home, report: Report = silent) -> Dataset:
    """The data of ``competition`` below ``home.datasets``; fetched only if it is not there yet.

    Two runs at the same time fetch it once: the second waits for the first. A download that was
    cut is continued. Stored files that were damaged or removed are fetched again.

    Raises
    ------
    KaggleError
        Kaggle refused or did not answer.
    DataError
        What came is not what was announced, or an archive cannot be unpacked safely.
    SurroundingsFailed
        The disk is full, or may not be written.
    """
    shelf = Shelf(home.datasets / competition.slug)
    key = source_key(competition)
    lock = home.downloads / f"{competition.slug}.lock"
    waiting = f"Waiting for another run that is fetching {competition.slug}"
    with disk_errors(home.root), holding(lock, waiting, report):
        shelved = shelf.find(key)
        if shelved is None:
            require_space(home.root, needed_bytes(competition))
            with shelf.staging() as staging:
                _collect(competition, home, staging, report)
                report("Storing the data", None)
                shelved = shelf.put(key, staging)
            if competition.origin == "kaggle":
                remove_tree(home.downloads / competition.slug)
        report(f"The data of {competition.slug} are there", 1.0)
    return _dataset(competition, shelf, shelved)


def stored(competition: Competition, home: Home) -> Dataset | None:
    """The data of ``competition`` if they are there, whole and undamaged."""
    shelf = Shelf(home.datasets / competition.slug)
    shelved = shelf.find(source_key(competition))
    return _dataset(competition, shelf, shelved) if shelved else None


def _dataset(competition: Competition, shelf: Shelf, shelved: Shelved) -> Dataset:
    return Dataset(competition=competition, files=shelved.files, root=shelf.folder(shelved))


def source_key(competition: Competition) -> str:
    """What tells whether two competitions offer the same files, known before they are fetched."""
    files = [[file.name, file.bytes, file.version] for file in competition.files]
    return fingerprint([competition.origin, competition.slug, files])[:32]


def _collect(competition: Competition, home: Home, staging: Path, report: Report) -> None:
    """Have all files in ``staging``, unpacked."""
    if competition.folder is not None:
        copy_files(competition.folder, competition.files, staging, report)
    else:
        # Here, since it is slow to import and not needed for data that are there.
        from agent_core.kaggle.client import KaggleClient  # noqa: PLC0415
        from agent_core.kaggle.competition import fetch  # noqa: PLC0415

        fetch(
            competition, KaggleClient(report=report), _downloads(competition, home), staging, report
        )
    total = sum(file.bytes for file in competition.files)
    unpack_all(staging, Budget(staging, total), report)


def _downloads(competition: Competition, home: Home) -> Path:
    """Where unfinished downloads of exactly these files wait to be continued."""
    return home.downloads / competition.slug / source_key(competition)
