"""Unpacking all archives in a folder, and those within them."""

import filecmp
import shutil
import tempfile
from pathlib import Path

from agent_core.errors import DataError, UnsafeArchive
from agent_core.progress import Report, silent
from agent_core.storage.archive import Budget, archive_kind, inner_name, unpack


def unpack_all(folder: Path, budget: Budget, report: Report = silent) -> None:
    """Replace every archive below ``folder`` by its content, down to the budget's depth.

    What an archive holds comes to lie beside it if it is a single file or if the archive is all
    there is; otherwise in a folder named after the archive.

    Raises
    ------
    DataError, UnsafeArchive
        As `agent_core.storage.archive.unpack`; also for archives nested too deeply, and for a
        member that would overwrite another file.
    """
    for _ in range(budget.limits.depth):
        archives = _archives(folder)
        if not archives:
            return
        for archive in archives:
            report(f"Unpacking {archive.name}", None)
            _replace(archive, _is_alone(archive, folder), budget)
    if left := _archives(folder):
        raise UnsafeArchive(
            f"{left[0].name} is an archive in an archive, more than {budget.limits.depth} deep.",
            means="Such nesting is made to fill the disk.",
            next="Unpack it yourself and give the folder with the data.",
        )


def _archives(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and archive_kind(path.name))


def _is_alone(archive: Path, folder: Path) -> bool:
    return not any(path.is_file() and path != archive for path in folder.rglob("*"))


def _replace(archive: Path, alone: bool, budget: Budget) -> None:
    fresh = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=archive.parent))
    unpack(archive, fresh, budget)
    files = sorted(path for path in fresh.rglob("*") if path.is_file())
    content = {path.relative_to(fresh): path for path in files}
    places = [archive.parent / inner_name(archive.name)]
    wrapped = {name.parts[0] for name in content} == {inner_name(archive.name)}
    if alone or len(content) == 1 or wrapped:
        places.insert(0, archive.parent)
    archive.unlink()
    for place in places:
        if all(_fits(path, place / name) for name, path in content.items()):
            _move(content, place)
            shutil.rmtree(fresh)
            return
    raise DataError(
        f"{archive.name} holds a file that is there already with other content.",
        means="It is not clear which of the two counts.",
        next="Give a folder that holds each file once.",
    )


def _fits(path: Path, target: Path) -> bool:
    """Whether ``path`` may be moved to ``target``: nothing is there, or the same already."""
    if target.is_file():
        return filecmp.cmp(path, target, shallow=False)
    blocked = any(parent.is_file() for parent in target.parents)
    return not blocked and not target.exists()


def _move(content: dict[Path, Path], place: Path) -> None:
    for name, path in content.items():
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
