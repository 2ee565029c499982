"""The script's first steps in a container: what the engine's own profile leaves open is closed.

The container brings the user, the limits and the view of the file system. Its network namespace
does not hold back every address family (vsock reaches the machine's own host), so sockets and the
rest of the system calls go through the same filter as in the process sandbox.
"""

import json
import os
import sys
from typing import NoReturn

from agent_core.sandbox.jail import kernel
from agent_core.sandbox.jail.seccomp import filter_program


def main() -> NoReturn:
    """Become the script that the first argument describes (JSON: argv, env)."""
    spec = json.loads(sys.argv[1])
    os.umask(0o022)
    kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    program = filter_program([])
    if program is not None:
        kernel.set_seccomp_filter(program)
    os.execve(spec["argv"][0], spec["argv"], spec["env"])  # noqa: S606 - no shell is meant
