"""An interrupt that somebody swallows comes again; once it is heard, no more do."""

import subprocess
import sys

PROGRAM = """
import os, signal, time
from flows.stopping import stop_is_heard, stop_on_interrupt

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)

stop_on_interrupt()
try:
    interrupt()
except BaseException:
    print("swallowed", flush=True)
try:
    time.sleep(60)
except KeyboardInterrupt:
    stop_is_heard()
    print("heard", flush=True)
os.kill(os.getpid(), signal.SIGINT)
time.sleep(3)
print("cleared up", flush=True)
"""


def test_a_swallowed_interrupt_comes_again() -> None:
    done = subprocess.run(
        (sys.executable, "-c", PROGRAM), capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split("\n") == ["swallowed", "heard", "cleared up", ""]
