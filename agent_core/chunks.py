"""A stream of blocks, as it comes from a network, read like a file."""

from collections.abc import Iterable
from io import RawIOBase
from typing import Any


class Chunks(RawIOBase):
    """A stream of blocks as a file."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._rest = b""

    def readable(self) -> bool:  # noqa: D102 - as every file does
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: D102
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = block
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count
