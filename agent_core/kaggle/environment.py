"""Environment variables that hold for a moment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from agent_core.settings import environment

#: With these the official client prints requests, Authorization header included, and takes any
#: text for a token that it sends in front of good credentials.
_TRAPS = ("VERBOSE", "VERBOSE_OUTPUT", "KAGGLE_TOKEN")


@contextmanager
def credentials() -> Iterator[None]:
    """Within, ``.env`` speaks for Kaggle where the environment does not, and no trap is set."""
    file = {
        name: value
        for name, value in environment().items()
        if name.startswith("KAGGLE_") and name not in os.environ
    }
    with variables({**file, **dict.fromkeys(_TRAPS)}):
        yield


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
