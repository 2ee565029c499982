"""What holds for every test."""

import os

import pytest
from hypothesis import HealthCheck, settings

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests together, for what they share, and those of the whole machine too."""
    for item in items:
        path = item.path.relative_to(item.config.rootpath / "tests").as_posix()
        group = "machine" if path.startswith(_WHOLE_MACHINE) else path
        item.add_marker(pytest.mark.xdist_group(group))
