import subprocess
import sys
import time

from agent_core.run import Process
from tasks.liveness import LONGEST_WRITE_SECONDS, SINCE_TAG, WRITER_TAG, is_dead, writer_tags


def test_this_process_is_alive_and_a_run_without_tags_is_none_of_ours() -> None:
    assert not is_dead(writer_tags())
    assert not is_dead({})
    assert not is_dead({WRITER_TAG: writer_tags()[WRITER_TAG]})


def test_an_ended_process_is_dead_also_when_its_number_was_given_out_again() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    tags = writer_tags()
    me = Process.current()
    gone = me.model_copy(update={"pid": ended.pid})
    older = me.model_copy(update={"started": me.started - 1000})

    assert is_dead({**tags, WRITER_TAG: gone.model_dump_json()})
    assert is_dead({**tags, WRITER_TAG: older.model_dump_json()})


def test_another_host_is_judged_by_time_alone() -> None:
    elsewhere = Process.current().model_copy(update={"host": "elsewhere", "pid": 1})
    tags = {**writer_tags(), WRITER_TAG: elsewhere.model_dump_json()}

    assert not is_dead(tags)
    assert is_dead({**tags, SINCE_TAG: str(time.time() - LONGEST_WRITE_SECONDS - 60)})
