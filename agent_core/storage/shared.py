"""What several machines share: a folder or a bucket, named as fsspec names it (``s3://bucket/x``).

    objects/<sha256>    a file's content, put there once whoever has it
    results/<key>       what a stage returned, with the objects its files are made of

An object is named by its content and a result is one object, so nothing is ever half there, and
machines that share nothing else need no locks.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Annotated

from pydantic import AfterValidator

from agent_core.errors import SurroundingsFailed
from agent_core.storage.hashing import sha256_of
from agent_core.value import Value


def _inside(name: str) -> str:
    """Others can write to the storage: what they name must lie in the folder it is for."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(f"{name!r} is no name of a file in a folder")
    return name


class SharedFile(Value):
    """``name`` is relative to its folder, with slashes; ``sha256`` names the object."""

    name: Annotated[str, AfterValidator(_inside)]
    sha256: str


class SharedResult(Value):
    """``content`` is the stage's value as text, ``folders`` the files of each folder it needs."""

    content: str
    folders: dict[Annotated[str, AfterValidator(_inside)], tuple[SharedFile, ...]]


class SharedStorage:
    """The storage at ``url``. Every method raises SurroundingsFailed where it does not answer."""

    def __init__(self, url: str) -> None:
        import fsspec  # noqa: PLC0415 - most homes share nothing

        self.url = url
        with self._explained():
            self._files, root = fsspec.core.url_to_fs(url)
        self._root = str(root).rstrip("/")

    def find(self, key: str) -> SharedResult | None:
        """The result of that key, if somebody has put it there."""
        try:
            with self._explained():
                found = self._files.cat_file(self._result(key))
            return SharedResult.model_validate_json(found)
        except (FileNotFoundError, ValueError):  # half of one is damaged or being written
            return None

    def put(self, key: str, content: str, folders: dict[str, Path]) -> None:
        """Put a result there, and first the files of its ``folders`` that are not there yet."""
        shared = {name: self._put_folder(folder) for name, folder in folders.items()}
        result = SharedResult(content=content, folders=shared)
        with self._explained():
            self._make_room(self._result(key))
            self._files.pipe_file(self._result(key), result.model_dump_json().encode())

    def fetch(self, files: tuple[SharedFile, ...], folder: Path) -> bool:
        """Make ``folder``, whole or not at all. False where an object is gone or damaged."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".fetching-", dir=folder.parent) as staging:
            fetched = Path(staging) / "folder"
            fetched.mkdir()
            if not all(self._fetch_file(file, fetched) for file in files):
                return False
            fetched.chmod(0o755)
            fetched.rename(folder)
        return True

    def _put_folder(self, folder: Path) -> tuple[SharedFile, ...]:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return tuple(
            SharedFile(name=path.relative_to(folder).as_posix(), sha256=self._put_file(path))
            for path in files
        )

    def _put_file(self, path: Path) -> str:
        sha256 = sha256_of(path)
        target = self._object(sha256)
        with self._explained():
            if not self._files.exists(target):
                self._make_room(target)
                # Beside and then renamed: in a folder, unlike in a bucket, half a file has a name.
                beside = f"{target}.{os.getpid()}"
                self._files.put_file(os.fspath(path), beside)
                self._files.mv(beside, target)
        return sha256

    def _fetch_file(self, file: SharedFile, folder: Path) -> bool:
        target = folder / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._explained():
                self._files.get_file(self._object(file.sha256), os.fspath(target))
        except FileNotFoundError:
            return False
        target.chmod(0o444)
        return sha256_of(target) == file.sha256

    def _make_room(self, target: str) -> None:
        self._files.makedirs(target.rpartition("/")[0], exist_ok=True)

    def _object(self, sha256: str) -> str:
        return f"{self._root}/objects/{sha256[:2]}/{sha256}"

    def _result(self, key: str) -> str:
        return f"{self._root}/results/{key}"

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise  # an answer, where something was asked for
        except Exception as error:
            raise SurroundingsFailed(
                f"The shared storage {self.url} does not answer as it should "
                f"({type(error).__name__}: {error}).",
                means="Results are neither taken from there nor put there; runs go on without.",
                next="Check KAGGLE_AGENT_STORAGE, its credentials and its network.",
            ) from error
