"""A Docker engine of a test's own, which may be restarted with no harm to anybody else's.

It has a bridge of its own as well: an engine that has none removes that of the machine's engine.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ui.up import until

PROGRAM = shutil.which("dockerd")
#: Of a network that is reserved for tests (RFC 2544).
_ADDRESS = "198.18.99.1/28"
#: It stops containers itself, and waits ten seconds for each that does not end when asked to.
_STOP_SECONDS = 60


class OwnEngine:
    """Its data, its socket and its processes belong to the folder ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bridge = folder.name[-15:]  # no name of an interface is longer
        self.address = f"unix://{folder}/docker.sock"

    @contextmanager
    def bridge(self) -> Iterator[None]:
        """What it needs around its life."""
        subprocess.run(("ip", "link", "add", self._bridge, "type", "bridge"), check=True)
        try:
            subprocess.run(("ip", "address", "add", _ADDRESS, "dev", self._bridge), check=True)
            yield
        finally:
            subprocess.run(("ip", "link", "delete", self._bridge), check=True)

    def start(self) -> None:
        """Start it, and wait until it answers. It leaves the machine's firewall alone."""
        assert PROGRAM
        command = (
            PROGRAM, "--host", self.address, "--pidfile", f"{self._folder}/pid",
            "--data-root", f"{self._folder}/data", "--exec-root", f"{self._folder}/exec",
            "--bridge", self._bridge, "--iptables=false", "--ip-masq=false", "--ip-forward=false",
            "--containerd-namespace", "faults", "--containerd-plugins-namespace", "faults-plugins",
        )  # fmt: skip
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until(self._answers, 60, self._log.read_text)

    def stop(self) -> None:
        """As a service manager does: it ends all containers first."""
        self._process.terminate()
        self._process.wait(_STOP_SECONDS)

    def load(self, *images: str) -> None:
        """Take over images from the engine of the machine."""
        pipe = subprocess.PIPE
        with subprocess.Popen(("docker", "save", *images), stdout=pipe) as saved:
            subprocess.run(
                ("docker", "-H", self.address, "load"),
                stdin=saved.stdout,
                capture_output=True,
                check=True,
            )
        assert saved.returncode == 0

    def release(self) -> None:
        """Unmount what it leaves mounted: the network that containers share with the machine."""
        for mount in self._folder.glob("exec/netns/*"):
            subprocess.run(("umount", mount), check=True)

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _answers(self) -> bool:
        command = ("docker", "-H", self.address, "version")
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


@contextmanager
def own_engine() -> Iterator[OwnEngine]:
    """Runs for as long as the body. In a folder with a short name, for the sake of its sockets."""
    with tempfile.TemporaryDirectory(prefix="engine-") as folder:
        engine = OwnEngine(Path(folder))
        with engine.bridge():
            engine.start()
            try:
                yield engine
            finally:
                engine.stop()
                engine.release()
