"""API keys: made once, shown once, kept as hashes in the home.

A key is 256 random bits, so a plain SHA-256 is as hard to undo as the key is to guess; a slow hash
is for passwords, which people choose.
"""

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter

from agent_core.errors import BadSource
from agent_core.home import Home
from agent_core.value import Value

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class ApiKey(Value):
    """``id`` is what runs are marked with; a later key of the same ``name`` has another."""

    id: str
    name: str
    sha256: str
    created: datetime


_KEYS = TypeAdapter(tuple[ApiKey, ...])


class KeyRing:
    """The keys of one home. Changes count at once, also for an API that is up."""

    def __init__(self, home: Home) -> None:
        self._file = home.root / "api-keys.json"
        self._read_at: tuple[int, int] | None = None
        self._by_hash: dict[str, ApiKey] = {}

    def all(self) -> tuple[ApiKey, ...]:
        """In the order in which they were made."""
        self._refresh()
        return tuple(self._by_hash.values())

    def find(self, secret: str) -> ApiKey | None:
        """The key that ``secret`` is, if it is one."""
        self._refresh()
        return self._by_hash.get(_hash(secret))

    def create(self, name: str) -> str:
        """A new key of that name. Returns its secret, which nobody can tell later."""
        if not _NAME.fullmatch(name):
            raise BadSource(
                f"{name!r} cannot be a key's name.",
                next="Use small letters, digits and dashes, 40 at the most.",
            )
        secret = f"ka_{secrets.token_urlsafe(32)}"
        with self._changing() as keys:
            if any(key.name == name for key in keys):
                raise BadSource(
                    f"There is a key {name} already.",
                    next=f"Choose another name, or revoke it first: kaggle-agent api-key revoke "
                    f"{name}",
                )
            id_ = f"{name}-{secrets.token_hex(4)}"
            keys.append(ApiKey(id=id_, name=name, sha256=_hash(secret), created=datetime.now(UTC)))
        return secret

    def revoke(self, name: str) -> None:
        """The key of that name opens nothing any more. Its runs go on."""
        with self._changing() as keys:
            left = [key for key in keys if key.name != name]
            if len(left) == len(keys):
                known = ", ".join(key.name for key in keys) or "none"
                raise BadSource(f"There is no key {name}.", next=f"There are: {known}.")
            keys[:] = left

    @contextmanager
    def _changing(self) -> Iterator[list[ApiKey]]:
        """The keys as a list that is written back when the body ends well."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        beside = self._file.with_suffix(".new")
        with _private(self._file.with_suffix(".lock")) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            keys = list(self.all())
            yield keys
            with _private(beside) as new:
                new.truncate()
                new.write(_KEYS.dump_json(tuple(keys), indent=2))
            beside.replace(self._file)

    def _refresh(self) -> None:
        try:
            stat = self._file.stat()
        except FileNotFoundError:
            self._read_at, self._by_hash = None, {}
            return
        version = (stat.st_mtime_ns, stat.st_ino)
        if version != self._read_at:
            keys = _KEYS.validate_json(self._file.read_bytes())
            self._by_hash = {key.sha256: key for key in keys}
            self._read_at = version


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _private(path: Path) -> IO[bytes]:
    """Open to write, for nobody else to read from its first moment on."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, mode=0o600), "wb")
