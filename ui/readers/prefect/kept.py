"""What a run has left with the server: its log, and the tree of its trials."""

from collections.abc import Iterator
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterKey,
    LogFilter,
    LogFilterFlowRunId,
    LogFilterTimestamp,
)
from prefect.client.schemas.objects import Log
from prefect.client.schemas.sorting import ArtifactSort, LogSort

from agent_core.standing import TREE_ARTIFACT
from agent_core.trial_tree import TrialTree
from ui.readers.prefect.log_cursor import LogCursor
from ui.readers.prefect.rows import plain

#: The most that the server gives at once.
_PAGE = 200


def read_lines(
    client: SyncPrefectClient, run: UUID, after: LogCursor, limit: int
) -> tuple[list[Log], LogCursor]:
    """At most ``limit`` lines that ``after`` does not know, and the cursor behind them."""
    read, fresh = {}, []
    for log in _since(client, run, after):
        if log.id in read:
            continue  # one that arrived meanwhile has moved it to the next page
        read[log.id] = plain(log.timestamp)
        if not after.knows(log.id):
            fresh.append(log)
        if len(fresh) == limit:
            break
    return fresh, after.moved(read)


def _since(client: SyncPrefectClient, run: UUID, cursor: LogCursor) -> Iterator[Log]:
    wanted = LogFilter(
        flow_run_id=LogFilterFlowRunId(any_=[run]),
        timestamp=LogFilterTimestamp(after_=cursor.since),
    )
    offset = 0
    while True:
        page = client.read_logs(wanted, limit=_PAGE, offset=offset, sort=LogSort.TIMESTAMP_ASC)
        yield from page
        if len(page) < _PAGE:
            return
        offset += _PAGE


def read_tree(client: SyncPrefectClient, run: UUID) -> TrialTree | None:
    """The tree as the run has kept it last."""
    wanted = ArtifactFilter(
        flow_run_id=ArtifactFilterFlowRunId(any_=[run]), key=ArtifactFilterKey(any_=[TREE_ARTIFACT])
    )
    found = client.read_artifacts(artifact_filter=wanted, sort=ArtifactSort.UPDATED_DESC, limit=1)
    return TrialTree.model_validate(found[0].data) if found else None
