"""Where the engine finds what a process in a container sees."""

from pathlib import Path

import pytest

from agent_core.errors import SurroundingsFailed
from agent_core.sandbox.container.places import HostPaths, own_container

ID = "0123456789abcdef" * 4


def test_on_the_machine_itself_paths_are_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert HostPaths(None).of(tmp_path / "link") == str(tmp_path / "real")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/state/trials/1/out", "/var/lib/docker/volumes/home/_data/trials/1/out"),
        ("/state", "/var/lib/docker/volumes/home/_data"),
        ("/state/datasets/titanic", "/srv/datasets/titanic"),
    ],
)
def test_in_a_container_the_innermost_mount_counts(path: str, expected: str) -> None:
    mounts = {"/state": "/var/lib/docker/volumes/home/_data", "/state/datasets": "/srv/datasets"}

    assert HostPaths(mounts).of(Path(path)) == expected


def test_what_only_the_container_has_cannot_be_shown() -> None:
    with pytest.raises(SurroundingsFailed, match="/statement/x lies in this container only"):
        HostPaths({"/state": "/srv"}).of(Path("/statement/x"))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (f"1 2 8:1 /var/lib/docker/containers/{ID}/hostname /etc/hostname rw - ext4 x rw", ID),
        (f"1 2 8:1 /data/containers/{ID}/resolv.conf /etc/resolv.conf rw - ext4 x rw", ID),
        (f"1 2 8:1 / /var/lib/docker/containers/{ID}/mounts/shm rw - tmpfs shm rw", None),
        ("1 2 8:1 / / rw - ext4 x rw", None),
    ],
)
def test_a_container_knows_itself_by_the_files_that_the_engine_gives_it(
    tmp_path: Path, line: str, found: str | None
) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(f"0 0 0:1 / /proc rw - proc proc rw\n{line}\n")

    assert own_container(table) == found


def test_without_a_table_of_mounts_there_is_no_container(tmp_path: Path) -> None:
    assert own_container(tmp_path / "none") is None
