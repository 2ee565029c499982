"""Results of stages, shared with other machines by a storage that all of them reach.

The home stays what a run works in: a result that this home lacks is fetched from the storage before
the stage asks its cache, and a new one is put there. What a value needs are its folders below the
home: a dataset, a trial. Paths travel relative to the home, which is another one elsewhere.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from agent_core.errors import SurroundingsFailed
from agent_core.events import Line
from agent_core.home import Home
from agent_core.storage.shared import SharedStorage
from agent_core.value import Value
from tasks.caching import ValueSerializer, keep_result
from tasks.progress import tell
from tasks.record import Tracked

#: Stands for the home folder in what is shared.
_HOME = "{home}/"
_SERIALIZER = ValueSerializer()


class Sharing:
    """What runs of ``home`` take from the storage at ``url`` and put there; "" shares nothing.

    A storage that does not answer stops no run: that is told once, and it is left alone.
    """

    def __init__(self, url: str, home: Home) -> None:
        self._url = url
        self._home = home

    def fetch(self, key: str) -> None:
        """Have the result of that cache key in the home, if it is shared and not there yet."""
        if self._url and not (self._home.results / key).exists():
            try:
                self._fetch(SharedStorage(self._url), key)
            except SurroundingsFailed as error:
                self._give_up(error)

    def offer(self, key: str, value: Value) -> None:
        """Put a result there. What is kept in the embedded MLflow store is of use here only."""
        if self._url and not isinstance(value, Tracked):
            content = json.loads(_SERIALIZER.dumps(value))
            text = json.dumps(_replaced(content, f"{self._home.root}/", _HOME))
            try:
                SharedStorage(self._url).put(key, text, folders_of(value, self._home))
            except SurroundingsFailed as error:
                self._give_up(error)

    def _fetch(self, storage: SharedStorage, key: str) -> None:
        shared = storage.find(key)
        if shared is None:
            return
        content = _replaced(json.loads(shared.content), _HOME, f"{self._home.root}/")
        value = _SERIALIZER.loads(json.dumps(content).encode())
        folders = ((self._home.root / name, files) for name, files in shared.folders.items())
        if all(folder.is_dir() or storage.fetch(files, folder) for folder, files in folders):
            keep_result(value, key, self._home.results)

    def _give_up(self, error: SurroundingsFailed) -> None:
        self._url = ""
        tell(Line(text=f"{error.what} {error.means} {error.next}"))


def folders_of(value: Value, home: Home) -> dict[str, Path]:
    """The folders that ``value`` needs, by their place below the home."""
    folders = {path if path.is_dir() else path.parent for path in _paths(value)}
    inside = [folder for folder in folders if folder.is_relative_to(home.root)]
    return {folder.relative_to(home.root).as_posix(): folder for folder in inside}


def _paths(item: Any) -> Iterator[Path]:
    if isinstance(item, Path):
        yield item
    elif isinstance(item, BaseModel):
        for name in type(item).model_fields:
            yield from _paths(getattr(item, name))
    elif isinstance(item, (tuple, dict)):
        for part in item.values() if isinstance(item, dict) else item:
            yield from _paths(part)


def _replaced(item: Any, old: str, new: str) -> Any:
    """``item`` (of JSON) with the beginning ``old`` of any text replaced by ``new``."""
    if isinstance(item, str):
        return new + item.removeprefix(old) if item.startswith(old) else item
    if isinstance(item, list):
        return [_replaced(part, old, new) for part in item]
    if isinstance(item, dict):
        return {name: _replaced(part, old, new) for name, part in item.items()}
    return item
