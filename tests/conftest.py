"""What holds for every test."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["tests.second_tries"]

# How quick an example is, and how quickly it is made, says more of the machine than of the code.
settings.register_profile(
    "any machine", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

# None may spend money, whatever key the person has.
for name in [name for name in os.environ if name.startswith("ANTHROPIC_")]:
    del os.environ[name]

#: Where tests use the machine as a whole (its engine, its ports) and so come one after the other.
_WHOLE_MACHINE = ("faults", "deployments", "ui/test_stack", "agent_core/sandbox")


class ByFile(LoadScopeScheduling):
    """A worker gets a whole file, for what its tests share; the whole machine's are one file.

    The plugin's own groups are lost with pytest 9.2, which does not let it rename tests.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0].removeprefix("tests/")
        return "the whole machine" if path.startswith(_WHOLE_MACHINE) else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server; this process's Prefect client is pointed at it."""
    from tests.prefect_server import served  # imports for seconds

    with served(tmp_path_factory.mktemp("prefect")) as api_url:
        yield api_url
