"""The import of the official client, in processes with odd environments."""

import subprocess
import sys

import pytest

from tests.standins.kaggle import KEY, TOKEN

pytestmark = pytest.mark.slow

IMPORT = """
import logging, os, sys, time
from agent_core.errors import KaggleAgentError
from agent_core.kaggle.client import KaggleClient
from agent_core.kaggle.official import imported
begun = time.monotonic()
try:
    print("title", KaggleClient().details("titanic").title)
except KaggleAgentError as error:
    print("error", type(error).__name__)
print("seconds", time.monotonic() - begun, file=sys.stderr)
print(logging.root.level == logging.WARNING, os.environ.get("VERBOSE"))
"""


def run(code, env):
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_a_verbose_environment_prints_nothing(kaggle):
    env = {"PATH": "/usr/bin:/bin", **kaggle.env, "VERBOSE": "1", "VERBOSE_OUTPUT": "yes"}

    done = run(IMPORT, env)

    assert done.stdout == "title Titanic\nTrue 1\n"
    assert "Authorization" not in done.stderr
    assert KEY not in done.stderr


def test_a_home_that_cannot_be_written_is_no_obstacle(kaggle):
    env = {"PATH": "/usr/bin:/bin", **kaggle.env, "HOME": "/proc/nowhere"}
    del env["KAGGLE_CONFIG_DIR"]

    assert run(IMPORT, env).stdout == "title Titanic\nTrue None\n"


def test_the_import_alone_makes_no_call(kaggle):
    code = "import agent_core.kaggle.official as module; module.imported()"

    done = run(code, {**kaggle.env, "KAGGLE_API_TOKEN": TOKEN})

    assert done.stdout == ""
    assert not kaggle.calls
