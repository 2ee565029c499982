"""The folder in which a script works where it cannot have a file system of its own."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from agent_core.errors import SurroundingsFailed
from agent_core.sandbox.plan import NOBODY, Places, may_become_nobody
from agent_core.sandbox.sandbox import Job


@contextlib.contextmanager
def staged(job: Job) -> Iterator[Places]:
    """Copies of what the script needs, readable for it and not writable, gone afterwards.

    When started by root the script runs as nobody, who may not enter root's folders: the data are
    linked, or copied where a link is impossible, into a folder that anyone may enter.
    """
    # Named for whom it belongs to, in case that is killed.
    root = Path(tempfile.mkdtemp(prefix=f"kaggle-agent-sandbox-{os.getpid()}-"))
    try:
        places = _fill(root, job)
        yield places
    finally:
        shutil.rmtree(root, onerror=_open_and_retry)


def _fill(root: Path, job: Job) -> Places:
    become = may_become_nobody()
    root.chmod(0o711)
    for source, name in ((job.script, "solution.py"), (job.folds, "folds.csv")):
        shutil.copyfile(source, root / name)
        (root / name).chmod(0o444)
    data = job.data.resolve()
    if become:
        data = root / "data"
        shutil.copytree(job.data, data, copy_function=_link_or_copy)
        data.chmod(0o555)
    for name in ("out", "tmp"):
        (root / name).mkdir(mode=0o700)
        if become:
            os.chown(root / name, NOBODY, NOBODY)
    return Places(
        script=str(root / "solution.py"),
        data=str(data),
        folds=str(root / "folds.csv"),
        out=str(root / "out"),
        scratch=str(root / "tmp"),
    )


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or links are forbidden
        shutil.copyfile(source, target)


def _open_and_retry(function: object, path: str, error: object) -> None:
    """The script may have closed its folders: open them and try again, once."""
    Path(path).parent.chmod(0o700)
    if Path(path).is_dir() and not Path(path).is_symlink():
        Path(path).chmod(0o700)
        shutil.rmtree(path)
    else:
        Path(path).unlink(missing_ok=True)


def check_readable(job: Job, by_nobody: bool) -> None:
    """Raises `SurroundingsFailed` if a file is missing or, if the script runs as nobody, closed.

    Folders above are no matter: the sandbox shows the files at a place of its own.
    """
    for path in (job.script, job.folds, job.data):
        if not path.exists():
            raise SurroundingsFailed(
                f"{path} is not there.",
                means="The script cannot be run without it.",
                next="Run the command again: what is missing is made again.",
            )
    if not by_nobody:
        return
    for path in (job.script, job.folds, job.data, *job.data.rglob("*")):
        wanted = 0o005 if path.is_dir() else 0o004
        if path.stat().st_mode & wanted != wanted:
            raise SurroundingsFailed(
                f"{path} may not be read by everybody.",
                means="Scripts run as nobody, who could not read it.",
                next=f"Run: chmod -R a+rX {path}",
            )
