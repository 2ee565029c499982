"""A port for a service of this machine."""

import random
import socket
from contextlib import suppress

from agent_core.errors import SurroundingsFailed

LOCAL = "127.0.0.1"
#: Below those that systems give to connections of their own accord (from 32768 or 49152 on).
_PORTS = range(20_000, 32_768)


def free_port() -> int:
    """One that nobody listens on now.

    None of those that the kernel gives to connections: one would hold it for as long as it likes,
    if it came while the service is down, which then could not be started again.
    """
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((LOCAL, port))
            return port
    raise SurroundingsFailed(
        f"All ports from {_PORTS[0]} to {_PORTS[-1]} are taken.",
        means="A service could not listen. Nothing was started.",
        next="End what uses them (ss -ltnp lists it), and try again.",
    )
