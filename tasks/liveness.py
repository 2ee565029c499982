"""Whether the process that was writing a run is still there.

A killed process cannot say so. Whoever starts writing leaves these tags, and whoever comes later
can tell a run in progress from a dead one.
"""

import os
import socket
import time
from collections.abc import Mapping

import psutil

HOST_TAG = "kaggle_agent.writer.host"
PID_TAG = "kaggle_agent.writer.pid"
STARTED_TAG = "kaggle_agent.writer.started"
SINCE_TAG = "kaggle_agent.writer.since"

#: Writing a run takes seconds. On another host this is all there is to judge by.
LONGEST_WRITE_SECONDS = 3600.0


def writer_tags() -> dict[str, str]:
    """Who writes: this host, this process, when it was started, since when it writes."""
    return {
        HOST_TAG: socket.gethostname(),
        PID_TAG: str(os.getpid()),
        STARTED_TAG: f"{psutil.Process().create_time():.2f}",
        SINCE_TAG: f"{time.time():.0f}",
    }


def is_dead(tags: Mapping[str, str]) -> bool:
    """Whether the writer that left ``tags`` is gone. A run without them is none of ours: False."""
    if not {HOST_TAG, PID_TAG, STARTED_TAG, SINCE_TAG} <= tags.keys():
        return False
    if tags[HOST_TAG] != socket.gethostname():
        return time.time() - float(tags[SINCE_TAG]) > LONGEST_WRITE_SECONDS
    try:
        process = psutil.Process(int(tags[PID_TAG]))
        # A process number is given out again; the time of its start tells the two apart.
        other = abs(process.create_time() - float(tags[STARTED_TAG])) > 1.0
        return other or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
