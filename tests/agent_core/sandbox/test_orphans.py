"""Whose containers are removed, and whose are not."""

import pytest

from agent_core.engine import Container
from agent_core.sandbox.container import orphans
from agent_core.sandbox.container.orphans import BIRTH_SECONDS, WARDEN, sweep

NOW = 1_000_000_000.0


class FakeEngine:
    """Has some containers and volumes, and records what is removed."""

    def __init__(self, containers: list[Container], volumes: list[str]) -> None:
        self._containers = containers
        self._volumes = volumes
        self.removed: list[str] = []

    def containers(self, label: str) -> list[Container]:
        return self._containers

    def unused_volumes(self, label: str) -> list[str]:
        return self._volumes

    def remove(self, container: str) -> None:
        self.removed.append(container)

    remove_volume = remove


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphans.time, "time", lambda: NOW)


def warden(running: bool, age: float = 0) -> Container:
    return Container("warden", {}, running, NOW - age)


def script(running: bool) -> Container:
    return Container("script", {WARDEN: "warden"}, running, NOW)


@pytest.mark.parametrize(
    ("containers", "removed"),
    [
        ([warden(True, 10**6), script(True)], []),
        ([warden(True), script(False)], []),
        ([warden(False)], []),
        ([warden(False, BIRTH_SECONDS + 1)], ["warden"]),
        ([warden(False), script(True)], ["script"]),
        ([script(True)], ["script"]),
        ([script(False)], ["script"]),
    ],
)
def test_what_has_no_living_warden_is_an_orphan(
    containers: list[Container], removed: list[str]
) -> None:
    engine = FakeEngine(containers, [])

    assert sweep(engine) == len(removed)  # type: ignore[arg-type]
    assert engine.removed == removed


def test_volumes_that_no_container_has_go_too() -> None:
    engine = FakeEngine([warden(True)], ["a", "b"])

    assert sweep(engine) == 2  # type: ignore[arg-type]
    assert engine.removed == ["a", "b"]
