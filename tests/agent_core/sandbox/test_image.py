"""The image that scripts run in: what goes into it, and what it is called."""

import io
import re
import tarfile
from pathlib import Path

import pytest

from agent_core.engine import Engine
from agent_core.errors import SurroundingsFailed
from agent_core.sandbox.container import image
from agent_core.sandbox.container.image import LIBRARIES, build_image, image_tag, pinned
from tests.agent_core.sandbox.engines import require_engine

LOCK = """aiohttp==3.14.5 \\
    --hash=sha256:aa
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
numpy-financial==1.0 \\
    --hash=sha256:dd
six==1.17.0 \\
    --hash=sha256:ee
"""


class Recorder:
    """An engine that keeps what it is given to build."""

    def build(
        self, context: io.BytesIO, tag: str, arguments: dict[str, str], labels: dict[str, str]
    ) -> list[str]:
        self.tag, self.arguments = tag, arguments
        with tarfile.open(fileobj=context) as archive:
            names = archive.getnames()
            self.files = {name: archive.extractfile(name).read() for name in names}  # type: ignore[union-attr]
        return ["Step 1/1"]


def test_only_the_libraries_of_a_solution_are_taken_from_the_lock() -> None:
    assert pinned(LOCK) == (
        "numpy==2.4.6 ; python_full_version < '3.12' \\\n"
        "    --hash=sha256:bb \\\n    --hash=sha256:cc\nsix==1.17.0 \\\n    --hash=sha256:ee\n"
    )


def test_every_library_is_pinned_with_hashes() -> None:
    lines = pinned(image.LOCK.read_text())

    found = set(re.findall(r"^([\w-]+)==", lines, re.MULTILINE))
    assert found == set(LIBRARIES)
    assert all("--hash=sha256:" in part for part in re.split(r"\n(?=\S)", lines.strip()))


def test_the_name_changes_with_whatever_goes_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lock").write_text(LOCK)
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    monkeypatch.setattr(image, "LOCK", tmp_path / "lock")
    before = image_tag()
    monkeypatch.setattr(image, "DOCKERFILE", tmp_path / "Dockerfile")
    other_file = image_tag()
    (tmp_path / "lock").write_text(LOCK.replace("aiohttp==3", "aiohttp==4"))
    same = image_tag()
    (tmp_path / "lock").write_text(LOCK.replace(":ee", ":ff"))

    assert re.fullmatch(r"kaggle-agent-sandbox:[0-9a-f]{12}", before)
    assert same == other_file
    assert len({before, other_file, image_tag()}) == 3


def test_the_context_has_all_that_the_dockerfile_asks_for(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("certificates")
    engine = Recorder()

    lines = list(build_image(engine, "https://mirror.example/index", tmp_path / "ca.pem"))  # type: ignore[arg-type]

    assert lines == ["Step 1/1"]
    assert engine.tag == image_tag()
    assert engine.arguments == {"PIP_INDEX_URL": "https://mirror.example/index"}
    assert engine.files["ca.crt"] == b"certificates"
    assert b"numpy==" in engine.files["requirements.txt"]
    assert engine.files["Dockerfile"] == image.DOCKERFILE.read_bytes()
    assert b"def main" in engine.files["jail/warden.py"]


def test_without_wishes_the_network_is_taken_as_it_is() -> None:
    engine = Recorder()

    list(build_image(engine))  # type: ignore[arg-type]

    assert engine.arguments == {}
    assert engine.files["ca.crt"] == b""


def test_certificates_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsFailed, match="cannot be read"):
        list(build_image(Recorder(), ca_file=tmp_path / "none"))  # type: ignore[arg-type]


def test_an_installation_without_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "LOCK", tmp_path / "requirements.lock")

    with pytest.raises(SurroundingsFailed, match=r"requirements\.lock is not there"):
        image_tag()


@pytest.mark.slow
def test_a_build_that_fails_says_why() -> None:
    require_engine()
    context = io.BytesIO()
    content = b"FROM scratch\nCOPY nothing /\n"
    with tarfile.open(fileobj=context, mode="w") as archive:
        entry = tarfile.TarInfo("Dockerfile")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    context.seek(0)

    with (
        Engine.connect() as engine,
        pytest.raises(SurroundingsFailed, match=r"could not be built: .*nothing"),
    ):
        list(engine.build(context, "kaggle-agent-sandbox:test", {}, {}))
