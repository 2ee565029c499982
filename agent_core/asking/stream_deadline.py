"""A stream that ends in time. Imports Claude's HTTP library, so import this late."""

import time
from collections.abc import Iterator

import httpx2


class UntilDeadline(httpx2.SyncByteStream):
    """The bytes of ``stream``, until ``deadline`` (of `time.monotonic`); then `ReadTimeout`.

    The SDK's timeout is for one read, and its events leave out the service's pings, so a slow
    answer would go on for as long as it liked.
    """

    def __init__(self, stream: httpx2.SyncByteStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            if time.monotonic() > self._deadline:
                raise httpx2.ReadTimeout("The time for this answer is up.")
            yield chunk

    def close(self) -> None:
        """Give the connection back."""
        self._stream.close()
