"""How long work tells whoever waits for it how far it is."""

from collections.abc import Callable

#: Called with a message for people and the finished fraction (0 to 1), or None where unknown.
Report = Callable[[str, float | None], None]


def silent(message: str, fraction: float | None = None) -> None:
    """A `Report` that nobody hears."""
