"""Whether the process that was writing a run is still there.

A killed process cannot say so. Whoever starts writing leaves these tags, and whoever comes later
can tell a run in progress from a dead one.
"""

import time
from collections.abc import Mapping

from agent_core.run import Process, this_host

WRITER_TAG = "kaggle_agent.writer"
SINCE_TAG = "kaggle_agent.writer_since"

#: Writing a run takes seconds. On another host this is all there is to judge by.
LONGEST_WRITE_SECONDS = 3600.0


def writer_tags() -> dict[str, str]:
    """Which process writes, and since when (seconds since 1970)."""
    return {WRITER_TAG: Process.current().model_dump_json(), SINCE_TAG: f"{time.time():.0f}"}


def is_dead(tags: Mapping[str, str]) -> bool:
    """Whether the writer that left ``tags`` is gone. A run without them is none of ours: False."""
    if WRITER_TAG not in tags or SINCE_TAG not in tags:
        return False
    writer = Process.model_validate_json(tags[WRITER_TAG])
    if writer.host != this_host():
        return time.time() - float(tags[SINCE_TAG]) > LONGEST_WRITE_SECONDS
    return writer.is_gone()
