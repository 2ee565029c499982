"""``kaggle-agent sandbox build``."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent_core.engine import Engine
from agent_core.sandbox.container import image
from ui.cli import app


class FakeEngine:
    def __init__(self, there: bool) -> None:
        self._there = there

    def __enter__(self) -> "FakeEngine":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def has_image(self, tag: str) -> bool:
        return self._there

    def build(self, *_: object) -> list[str]:
        return ["Step 1/1 : FROM python"]


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["sandbox", "build", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_the_builders_lines_are_shown_and_the_name_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Engine, "connect", lambda: FakeEngine(there=False))

    assert run() == (
        0,
        f"{image.image_tag()} is built. `kaggle-agent solve` takes it from now on.\n",
        "Step 1/1 : FROM python\n",
    )


def test_an_image_that_is_there_is_not_built_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine, "connect", lambda: FakeEngine(there=True))

    assert run() == (0, f"{image.image_tag()} is there already.\n", "")


def test_without_an_engine_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")

    code, stdout, stderr = run()

    assert (code, stdout) == (1, "")
    assert "No Docker engine answers" in stderr


def test_certificates_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Engine, "connect", lambda: FakeEngine(there=False))

    code, _, stderr = run("--ca-file", str(tmp_path / "none.pem"))

    assert code == 1
    assert "none.pem cannot be read" in stderr
