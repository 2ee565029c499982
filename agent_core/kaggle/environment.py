"""Environment variables that hold for a moment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def variables(wanted: dict[str, str | None]) -> Iterator[None]:
    """Within, the process's environment has these values; None means not set."""
    before = {name: os.environ.get(name) for name in wanted}
    _set(wanted)
    try:
        yield
    finally:
        _set(before)


def _set(variables: dict[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
