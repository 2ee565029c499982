"""Which sandbox is taken on which machine."""

from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from agent_core.competition import Competition
from agent_core.errors import BadSource, NoCredentials, SurroundingsFailed
from agent_core.sandbox import choosing
from agent_core.sandbox.choosing import check_place, choose_sandbox, open_sandbox
from agent_core.sandbox.container.places import HostPaths
from tests.standins.kaggle import KaggleStandIn, pointed_at


class FakeEngine:
    """Answers as an engine of version 99 would."""

    version = "99"
    image = True

    @classmethod
    def connect(cls) -> Self:
        return cls()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def has_image(self, tag: str) -> bool:
        return self.image

    def runtimes(self) -> list[str]:
        return ["runc", "runsc"]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> type[FakeEngine]:
    class Engine(FakeEngine):
        pass

    monkeypatch.setattr(choosing, "Engine", Engine)
    monkeypatch.setattr(HostPaths, "here", lambda engine: HostPaths(None))
    return Engine


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")


@pytest.mark.usefixtures("no_engine")
def test_without_an_engine_auto_is_the_process_sandbox_and_says_why() -> None:
    choice = choose_sandbox("auto")

    assert choice.name == "process"
    assert choice.why == "since docker cannot be used: No Docker engine answers."
    assert open_sandbox("auto").name == "process"


@pytest.mark.usefixtures("no_engine")
def test_without_an_engine_docker_is_refused() -> None:
    with pytest.raises(SurroundingsFailed, match="No Docker engine answers") as caught:
        choose_sandbox("docker")

    assert "--sandbox process" in caught.value.next


def test_an_engine_without_the_image_builds_nothing(engine: type[FakeEngine]) -> None:
    engine.image = False

    choice = choose_sandbox("auto")

    assert choice.name == "process"
    assert "`kaggle-agent sandbox build`" in choice.why
    with pytest.raises(SurroundingsFailed, match="no image"):
        open_sandbox("docker")


@pytest.mark.parametrize("name", ["auto", "docker"])
def test_an_engine_with_the_image_is_taken(engine: type[FakeEngine], name: str) -> None:
    choice = choose_sandbox(name)

    assert choice.name == "docker"
    assert "Docker 99" in choice.why
    assert open_sandbox(name).name == "docker"


def test_nobody_is_asked_where_the_process_sandbox_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(choosing, "Engine")

    assert choose_sandbox("process").name == "process"
    assert open_sandbox("process").name == "process"


@pytest.mark.parametrize(("runtime", "name"), [("runsc", "docker"), ("kata", "process")])
def test_a_runtime_must_be_one_of_the_engines(
    engine: type[FakeEngine], monkeypatch: pytest.MonkeyPatch, runtime: str, name: str
) -> None:
    monkeypatch.setenv("KAGGLE_AGENT_SANDBOX_RUNTIME", runtime)

    choice = choose_sandbox("auto")

    assert choice.name == name
    assert ("kata" in choice.why) is (runtime == "kata")


def test_kaggle_is_taken_by_name_only_and_needs_credentials(
    monkeypatch: pytest.MonkeyPatch, engine: type[FakeEngine]
) -> None:
    engine.image = False
    with KaggleStandIn() as kaggle, pointed_at(kaggle):
        assert choose_sandbox("auto").name == "process"
        assert choose_sandbox("kaggle").name == "kaggle"
        monkeypatch.delenv("KAGGLE_KEY")
        monkeypatch.delenv("KAGGLE_USERNAME")
        with pytest.raises(NoCredentials):
            choose_sandbox("kaggle")


def test_data_of_this_machine_go_to_kaggle_only_where_that_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = Competition(slug="titanic", title="Titanic", origin="kaggle")
    here = Competition(slug="mine", title="Mine", origin="folder")
    check_place("kaggle", there)
    check_place("process", here)
    with pytest.raises(BadSource, match="mine is a folder on this machine"):
        check_place("kaggle", here)
    monkeypatch.setenv("KAGGLE_AGENT_KERNEL_MAY_UPLOAD", "true")
    check_place("kaggle", here)
