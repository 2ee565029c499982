"""A lock between processes that ends with whoever holds it."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock at ``path``. Raises TimeoutError where it is not free within ``seconds``.

    The kernel frees it when the process dies, so a killed one leaves nothing to clear up.
    """
    with path.open("w") as file:
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{path} was not free within {seconds:g} s") from error
                time.sleep(0.05)
        yield
