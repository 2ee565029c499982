"""A fresh root that holds nothing but an allow-list of read-only folders and private scratch."""

import os
from pathlib import Path
from typing import Any

from agent_core.sandbox.jail import kernel

QUIET = kernel.MS_NOSUID | kernel.MS_NODEV
SEALED = kernel.MOUNT_ATTR_RDONLY | kernel.MOUNT_ATTR_NOSUID


def build_root(spec: dict[str, Any]) -> list[int]:
    """Make the root that ``spec`` describes and enter it.

    Returns open folders of the writable file systems in the order of ``spec["scratch"]``, through
    which the outer side measures and reads them, also after everything here is gone.
    """
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    sources = [os.open(source, os.O_PATH) for source, _, _ in spec["binds"]]
    root = spec["workspace"]
    # The workspace may hide sources that lie below it: they are already held open.
    kernel.mount("tmpfs", root, "tmpfs", QUIET, "size=1m,nr_inodes=4096,mode=755")
    # Before the binds: an interpreter below /tmp would be covered by the script's own /tmp.
    handles = [_scratch(root, space, spec) for space in spec["scratch"]]
    for source, (_, target, device) in zip(sources, spec["binds"], strict=True):
        _bind(source, root + target, device)
    _write_files(root, spec)
    _make_folder(root + "/proc")
    flags = QUIET | kernel.MS_NOEXEC
    kernel.mount("proc", root + "/proc", "proc", flags, "hidepid=2")
    for source in sources:
        os.close(source)
    kernel.enter_root(root)
    kernel.restrict_mount("/", SEALED | kernel.MOUNT_ATTR_NODEV, below=False)
    return handles


def _bind(source: int, target: str, device: bool) -> None:
    path = f"/proc/self/fd/{source}"
    if Path(path).is_dir():
        _make_folder(target)
    else:
        _make_folder(str(Path(target).parent))
        Path(target).touch()
    kernel.mount(path, target, "", kernel.MS_BIND | kernel.MS_REC)
    if device:
        kernel.restrict_mount(target, kernel.MOUNT_ATTR_NOSUID | kernel.MOUNT_ATTR_NOEXEC)
    else:
        kernel.restrict_mount(target, SEALED | kernel.MOUNT_ATTR_NODEV)


def _write_files(root: str, spec: dict[str, Any]) -> None:
    for path, text in spec["files"].items():
        _make_folder(str(Path(root + path).parent))
        Path(root + path).write_text(text, encoding="utf-8")
        Path(root + path).chmod(0o644)
    for path, target in spec["links"].items():
        _make_folder(str(Path(root + path).parent))
        Path(root + path).symlink_to(target)


def _scratch(root: str, space: dict[str, Any], spec: dict[str, Any]) -> int:
    """Mount a private memory file system of a fixed size that belongs to the script's user."""
    target = root + space["path"]
    _make_folder(target)
    options = f"size={space['bytes']},nr_inodes={space['entries']},mode=700"
    kernel.mount("tmpfs", target, "tmpfs", QUIET, options)
    os.chown(target, spec["uid"], spec["gid"])
    return os.open(target, os.O_RDONLY | os.O_DIRECTORY)


def _make_folder(path: str) -> None:
    Path(path).mkdir(mode=0o755, parents=True, exist_ok=True)
