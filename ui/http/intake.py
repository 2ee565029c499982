"""Hands runs in: those that come while Prefect is busy with others go to it together.

One run takes Prefect nearly as long as fifty, so this is what keeps fifty clients from waiting for
each other. Nothing is kept: each client is answered when its run is in Prefect, and not before.
"""

import asyncio
from collections import deque
from typing import NamedTuple

from ui.readers.runs import NewRun, RunRow, Runs

#: What one request may hold.
_MOST = 100


class _Waiting(NamedTuple):
    deployment: str
    new: NewRun
    answer: asyncio.Future[RunRow]


class Intake:
    """For one event loop."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._waiting: deque[_Waiting] = deque()
        self._work: asyncio.Task[None] | None = None

    async def hand_in(self, deployment: str, new: NewRun) -> RunRow:
        """The run, once it is in Prefect. Raises what `Runs.start_many` does."""
        answer: asyncio.Future[RunRow] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(deployment, new, answer))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._hand_in_all())
        return await answer

    async def _hand_in_all(self) -> None:
        while self._waiting:
            batch = self._next()
            wanted = [one.new for one in batch]
            try:
                rows = await asyncio.to_thread(self._runs.start_many, batch[0].deployment, wanted)
            except Exception as error:  # noqa: BLE001 - each client has to be told
                for one in batch:
                    if not one.answer.done():  # its client may have gone
                        one.answer.set_exception(error)
                continue
            for one, row in zip(batch, rows, strict=True):
                if not one.answer.done():
                    one.answer.set_result(row)

    def _next(self) -> list[_Waiting]:
        """Those at the front that go to one deployment."""
        batch = [self._waiting.popleft()]
        deployment = batch[0].deployment
        while self._waiting and len(batch) < _MOST and self._waiting[0].deployment == deployment:
            batch.append(self._waiting.popleft())
        return batch
