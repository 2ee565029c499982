"""What stages find around them: the home folder, and the sandbox that a request names."""
# ruff: noqa: PLC0415 - where all comes from the cache, none of it is needed

from agent_core.home import Home
from agent_core.sandbox.sandbox import Sandbox
from agent_core.settings import Settings


def home() -> Home:
    """The folders of the environment's home."""
    return Settings().folders()


def sandbox_named(name: str) -> Sandbox:
    """Raises `SurroundingsFailed` where it cannot be used here."""
    from agent_core.sandbox.choosing import open_sandbox

    return open_sandbox(name)
