"""The image that scripts run in: named by what goes into it, so that a stale one is never used."""

import hashlib
import io
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

from agent_core.engine import Engine
from agent_core.errors import SurroundingsFailed

NAME = "kaggle-agent-sandbox"
LABEL = "kaggle-agent.sandbox-image"
#: The libraries that a solution may import, and what they need.
LIBRARIES = (
    *("numpy", "pandas", "pyarrow", "scipy", "scikit-learn", "lightgbm", "xgboost"),
    *("joblib", "threadpoolctl", "cloudpickle", "narwhals", "python-dateutil", "six", "tzdata"),
)
ROOT = Path(__file__).resolve().parents[3]
DOCKERFILE = ROOT / "deployments" / "sandbox.Dockerfile"
LOCK = ROOT / "requirements.lock"
JAIL = ROOT / "agent_core" / "sandbox" / "jail"
#: Our own code in the image.
INSIDE = ("contained.py", "kernel.py", "seccomp.py", "warden.py")
_PIN = re.compile(r"^([\w.-]+)==[^\n]*(?:\n    --hash=[^\n]*)*", re.MULTILINE)


def image_tag() -> str:
    """The image's name with a hash of its Dockerfile, its pinned libraries and our code in it."""
    digest = hashlib.sha256()
    for name, content in sorted(_parts().items()):
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return f"{NAME}:{digest.hexdigest()[:12]}"


def build_image(
    engine: Engine, index_url: str | None = None, ca_file: Path | None = None
) -> Iterator[str]:
    """Build the image; yields the builder's lines.

    ``index_url`` is pip's, where it is not PyPI; it stays in the image's history, so it must hold
    no password. ``ca_file`` has the certificates (PEM) that pip shall trust.
    """
    parts = _parts() | {"ca.crt": _certificates(ca_file)}
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as archive:
        for name, content in sorted(parts.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    context.seek(0)
    arguments = {"PIP_INDEX_URL": index_url} if index_url else {}
    yield from engine.build(context, image_tag(), arguments, {LABEL: ""})


def _parts() -> dict[str, bytes]:
    """The build's context by path, without what differs between networks."""
    try:
        parts = {f"jail/{path.name}": path.read_bytes() for path in map(JAIL.joinpath, INSIDE)}
        parts["Dockerfile"] = DOCKERFILE.read_bytes()
        parts["requirements.txt"] = pinned(LOCK.read_text(encoding="utf-8")).encode()
    except FileNotFoundError as error:
        raise SurroundingsFailed(
            f"{error.filename} is not there.",
            means="Without it nobody can tell which image scripts have to run in.",
            next="Run from a checkout of the project, or take --sandbox process.",
        ) from error
    return parts


def pinned(lock: str) -> str:
    """The lines of ``lock`` (pip's format, with hashes) for the libraries of a solution."""
    lock = lock.replace(" \\\n", "\n")
    found = [match for match in _PIN.finditer(lock) if match[1] in LIBRARIES]
    return "".join(match[0].replace("\n", " \\\n") + "\n" for match in found)


def _certificates(file: Path | None) -> bytes:
    try:
        return file.read_bytes() if file else b""
    except OSError as error:
        raise SurroundingsFailed(
            f"The certificates in {file} cannot be read ({error.strerror}).",
            means="pip could not trust your network's package index.",
            next="Give --ca-file a file in PEM format.",
        ) from error
