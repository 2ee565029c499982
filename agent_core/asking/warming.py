"""Calls that start together wait until the first of them has filled the prompt cache."""

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager


class Warming:
    """The service caches a prefix once the first answer to it begins.

    Three drafts that are asked for at once would each write, and pay for, the same long prefix.
    So the first goes ahead, and the others follow as soon as its answer begins.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: dict[Hashable, threading.Event] = {}

    @contextmanager
    def turn(self, prefix: Hashable, patience: float | None) -> Iterator[Callable[[], None]]:
        """Wait for one's turn, at most ``patience`` seconds; call what it yields at the first word.

        A leader that fails lets all others go.
        """
        with self._lock:
            leads = prefix not in self._begun
            begun = self._begun.setdefault(prefix, threading.Event())
        if not leads:
            begun.wait(patience)
        try:
            yield begun.set
        finally:
            if leads:
                begun.set()
