"""Files that a person hands in, kept where the workers of this machine can read them."""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from agent_core.errors import BadSource
from agent_core.home import Home
from agent_core.intake.local_folder import slugify
from agent_core.storage.cleaning import mark_used
from agent_core.storage.disk import disk_errors, readable, require_space

MOST_FILES = 100
MOST_BYTES = 1 << 30
_UNSAFE = re.compile(r"[^\w .()+-]+", re.ASCII)
_LONGEST = 100


class Upload(NamedTuple):
    """A file as the browser sent it. ``name`` is whatever it says."""

    name: str
    content: bytes


def keep_upload(files: Sequence[Upload], title: str, home: Home) -> Path:
    """The folder ``uploads/<hash>/<title>`` with ``files``, the same for the same files.

    It is there as a whole or not at all. Raises BadSource where the files are too many, too large
    or of one name, and SurroundingsFailed where the disk does not take them.
    """
    _check(files)
    named = {safe_name(file.name): file.content for file in files}
    if len(named) < len(files):
        raise BadSource(
            "Two of the files have the same name.",
            means="One would replace the other.",
            next="Rename one of them, or upload a zip archive that holds both.",
        )
    folder = home.uploads / _fingerprint(named) / slugify(title)
    if folder.is_dir():
        mark_used(folder.parent)
        return folder
    with disk_errors(home.root):
        require_space(home.root, sum(map(len, named.values())))
        folder.parent.mkdir(parents=True, exist_ok=True)
        _write(named, folder)
    return folder


def safe_name(name: str) -> str:
    """``name`` as that of a plain, visible file in one folder.

    >>> safe_name("../../.ssh/my keys?.csv"), safe_name("..")
    ('my keys_.csv', 'file')
    """
    last = PurePath(name.replace("\\", "/")).name
    stem, dot, suffix = _UNSAFE.sub("_", last).strip(". ").rpartition(".")
    return (stem[:_LONGEST] + dot + suffix[:_LONGEST]) or "file"


def _check(files: Sequence[Upload]) -> None:
    total = sum(len(file.content) for file in files)
    if len(files) > MOST_FILES or total > MOST_BYTES:
        raise BadSource(
            f"{len(files)} files with {readable(total)} are more than can be uploaded.",
            means=f"At most {MOST_FILES} files with {readable(MOST_BYTES)} in all are taken.",
            next="Put the data in a folder on the machine of the app, and give its path.",
        )


def _fingerprint(named: dict[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in sorted(named):
        whole.update(hashlib.sha256(name.encode()).digest())
        whole.update(hashlib.sha256(named[name]).digest())
    return whole.hexdigest()[:32]


def _write(named: dict[str, bytes], folder: Path) -> None:
    made = Path(tempfile.mkdtemp(prefix=".new-", dir=folder.parent))
    try:
        made.chmod(0o755)  # containers of the pool may run as another user
        for name, content in named.items():
            (made / name).write_bytes(content)
        if not folder.is_dir():
            made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
