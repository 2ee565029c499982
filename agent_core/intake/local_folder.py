"""A local folder in Kaggle's layout, seen as a competition."""

import json
import os
import re
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from agent_core.competition import Competition, SourceFile
from agent_core.errors import BadSource
from agent_core.progress import Report, silent
from agent_core.storage.archive_names import is_junk
from agent_core.storage.hashing import sha256_of

#: What describes the competition and is no data.
ABOUT = "competition.json"
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


class _About(BaseModel):
    """The keys of competition.json that count. Others are ignored, null means absent."""

    model_config = ConfigDict(extra="ignore")

    slug: str | None = None
    title: str | None = None
    description: str | None = None
    evaluation_metric: str | None = None
    url: str | None = None
    deadline: datetime | None = None
    reward: str | None = None


def open_folder(folder: Path) -> Competition:
    """The competition in ``folder``, with the SHA-256 of every data file.

    Hidden files are no data. A link is followed when it leads to a file inside the folder.

    Raises
    ------
    BadSource
        The folder is empty, cannot be read, holds a link that leads outside, or its
        competition.json is broken.
    """
    root = folder.resolve()
    try:
        about = _read_about(root / ABOUT)
        files = tuple(_source_file(root, path) for path in _data_files(root))
    except OSError as error:
        raise BadSource(
            f"{error.filename or root} cannot be read ({error.strerror}).",
            next="Check its permissions, or copy the data to a folder of your own.",
        ) from error
    if not files:
        raise BadSource(
            f"The folder {root} holds no data.",
            next="Give a folder with the training table, the test table and the sample submission.",
        )
    name = slugify(about.slug or root.name)
    return Competition(
        slug=name,
        title=about.title or root.name or name,
        origin="folder",
        url=about.url or None,
        description=about.description or "",
        evaluation_metric=(about.evaluation_metric or "").strip() or None,
        deadline=about.deadline,
        reward=about.reward or None,
        files=files,
        folder=root,
    )


def slugify(text: str) -> str:
    """``text`` as a name that is safe in paths and addresses ("competition" where nothing is left).

    >>> slugify("My Data (2024)")
    'my-data-2024'
    """
    slug = re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-_")[:100]
    return slug if SLUG.fullmatch(slug) else "competition"


def inside(root: Path, path: Path) -> Path:
    """Where ``path`` really lies, which has to be a plain file below ``root``."""
    try:
        real = path.resolve(strict=True)
    except (FileNotFoundError, RuntimeError) as error:
        raise BadSource(
            f"{path} is a link that leads nowhere.", next="Remove it, or put the file there."
        ) from error
    if not real.is_relative_to(root):
        raise BadSource(
            f"{path} is a link that leads outside the folder.",
            means="Only files inside the folder are read.",
            next="Copy the file into the folder, or remove the link.",
        )
    if not stat.S_ISREG(real.stat().st_mode):
        raise BadSource(
            f"{path} is no plain file.", next="Remove it from the folder, or copy the file itself."
        )
    return real


def _data_files(root: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(root, onerror=_raise):
        folders[:] = sorted(name for name in folders if not is_junk(name))
        for name in folders:
            if (Path(place) / name).is_symlink():
                raise BadSource(
                    f"{Path(place) / name} is a link to a folder.",
                    means="Only files inside the folder are read.",
                    next="Copy the files into the folder, or remove the link.",
                )
        for name in sorted(names):
            path = Path(place) / name
            if not is_junk(name) and path != root / ABOUT:
                yield path


def _raise(error: OSError) -> None:
    raise error


def _source_file(root: Path, path: Path) -> SourceFile:
    name = path.relative_to(root).as_posix()
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise BadSource(f"The file name {name!r} is no valid text.", next="Rename it.") from error
    real = inside(root, path)
    return SourceFile(name=name, bytes=real.stat().st_size, version=sha256_of(real))


def _read_about(path: Path) -> _About:
    if not path.is_file():
        return _About()
    content: Any
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
    except ValueError as error:
        raise BadSource(
            f"{path} is not valid JSON ({error}).", next="Correct it, or remove it: it is optional."
        ) from error
    try:
        return _About.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = f' at "{first["loc"][0]}"' if first["loc"] else ""
        raise BadSource(
            f"{path} is not as expected{where}: {first['msg']}.",
            means="It has to be an object whose title, description and so on are texts.",
            next="Correct it, or remove it: it is optional.",
        ) from error


def copy_files(
    root: Path, files: tuple[SourceFile, ...], into: Path, report: Report = silent
) -> None:
    """Copy ``files`` from the folder ``root`` to ``into`` and see that they are still the same.

    Raises
    ------
    BadSource
        A file was changed or removed since the folder was opened.
    """
    total = sum(file.bytes for file in files) or 1
    done = 0
    for file in files:
        target = into / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(inside(root, root / file.name), target)
        if sha256_of(target) != file.version:
            raise BadSource(
                f"{root / file.name} was changed while it was copied.",
                next="Run again when nothing writes to the folder any more.",
            )
        done += file.bytes
        report(f"Copied {file.name}", done / total)
