"""A competition on Kaggle: what it is, and fetching its data."""

import shutil
import zipfile
from pathlib import Path

from agent_core.competition import Competition, SourceFile
from agent_core.errors import (
    DataError,
    Forbidden,
    KaggleError,
    NotAuthenticated,
    NotFound,
    RulesNotAccepted,
    UnsafeArchive,
)
from agent_core.kaggle.answers import Details
from agent_core.kaggle.client import MOST_FILES, KaggleClient
from agent_core.progress import Report, silent
from agent_core.storage.archive import Budget, archive_kind, unpack
from agent_core.storage.archive_names import MemberNames
from agent_core.storage.shelf import remove_tree

_PAGES = ("description", "evaluation", "data-description")


def open_on_kaggle(slug: str, client: KaggleClient) -> Competition:
    """The competition ``slug`` with its texts and the list of its files."""
    about = client.details(slug)
    return competition(about, page_text(slug, client), client.files(slug))


def competition(about: Details, text: str, files: tuple[SourceFile, ...]) -> Competition:
    """The `Competition` that Kaggle's answers describe. ``text`` holds its pages."""
    return Competition(
        slug=about.slug,
        title=about.title,
        origin="kaggle",
        url=address(about.slug),
        description="\n\n".join(part for part in (about.description, text) if part),
        evaluation_metric=about.evaluation_metric,
        deadline=about.deadline,
        reward=about.reward,
        files=files,
    )


def address(slug: str) -> str:
    """Where a person sees the competition."""
    return f"https://www.kaggle.com/competitions/{slug}"


def page_text(slug: str, client: KaggleClient) -> str:
    """The pages on the task, its metric and its data. Empty if the account may not read them."""
    try:
        pages = client.pages(slug)
    except (Forbidden, RulesNotAccepted, NotFound):
        # They only inform: whatever stands in the way of the data is said with the data.
        return ""
    return "\n\n".join(f"# {name}\n\n{pages[name]}" for name in _PAGES if pages.get(name))


def check_access(competition: Competition, client: KaggleClient) -> None:
    """Raise `RulesNotAccepted` or another `KaggleError` unless the data may be downloaded.

    Where no archive of all files is to be had, one file will do: so does `fetch`.
    """
    try:
        client.check_access(competition.slug)
    except (NotAuthenticated, RulesNotAccepted):
        raise
    except KaggleError:
        if not competition.files:
            raise
        smallest = min(competition.files, key=lambda file: file.bytes)
        client.check_access(competition.slug, smallest.name)


def fetch(
    competition: Competition,
    client: KaggleClient,
    downloads: Path,
    into: Path,
    report: Report = silent,
) -> None:
    """Have every file of ``competition`` in the empty folder ``into``.

    All files come as one archive; where that fails, one by one. What was downloaded stays in
    ``downloads`` until it is known to be good, so that the next run goes on from there.
    """
    try:
        _fetch_archive(competition, client, downloads / "all.zip", into, report)
    except (NotAuthenticated, RulesNotAccepted, UnsafeArchive):
        raise
    except (KaggleError, DataError) as error:
        if not competition.files or len(competition.files) >= MOST_FILES:
            raise
        report(f"{error.what} Fetching the files one by one.", None)
        remove_tree(into)
        into.mkdir()
        _fetch_files(competition, client, downloads / "files", into, report)


def _fetch_archive(
    competition: Competition, client: KaggleClient, archive: Path, into: Path, report: Report
) -> None:
    client.download(competition.slug, None, archive, report)
    report(f"Unpacking the data of {competition.slug}", None)
    try:
        unpack(archive, into, Budget(into, archive.stat().st_size))
        _check(competition, into)
    except DataError:
        archive.unlink()
        raise


def _check(competition: Competition, folder: Path) -> None:
    """Raise `DataError` unless every listed file is there in its listed size."""
    for name, file in _safe_names(competition).items():
        path = folder / name
        size = path.stat().st_size if path.is_file() else None
        if size is None or (file.bytes and size != file.bytes):
            raise _wrong_size(competition, file, size)


def _fetch_files(
    competition: Competition, client: KaggleClient, downloads: Path, into: Path, report: Report
) -> None:
    total = sum(file.bytes for file in competition.files) or 1
    done = 0
    for name, file in _safe_names(competition).items():
        client.download(competition.slug, file.name, downloads / name, report)
        _accept(competition, file, downloads / name, into / name)
        done += file.bytes
        report(f"Downloaded {name}", done / total)


def _accept(competition: Competition, file: SourceFile, fetched: Path, target: Path) -> None:
    """Copy a checked download to ``target``; under a zip's name if Kaggle has zipped it."""
    size = fetched.stat().st_size
    if file.bytes and size != file.bytes:
        if archive_kind(file.name) or not zipfile.is_zipfile(fetched):
            fetched.unlink()
            raise _wrong_size(competition, file, size)
        target = target.with_name(target.name + ".zip")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(fetched, target)


def _safe_names(competition: Competition) -> dict[str, SourceFile]:
    """The listed files by a name that cannot lead outside a folder; without hidden files."""
    names = MemberNames(f"The file list of {competition.slug}")
    paths = {names.admit(file.name, folder=False): file for file in competition.files}
    return {str(path): file for path, file in paths.items() if path is not None}


def _wrong_size(competition: Competition, file: SourceFile, size: int | None) -> DataError:
    got = "is not there" if size is None else f"has {size} bytes"
    return DataError(
        f"{file.name} {got} after the download; Kaggle lists it with {file.bytes}.",
        means="The data may have been replaced in between. Nothing of them is used.",
        next=f"Run again; if it stays so, download them from {address(competition.slug)}/data "
        "in a browser, unpack them and give the folder.",
    )
