"""Archives for tests, good and hostile."""

import io
import stat
import tarfile
import warnings
import zipfile
from pathlib import Path

#: Member names that no archive may bring.
BAD_NAMES = [
    "../outside.csv",
    "a/../../outside.csv",
    "a/..",
    "/etc/passwd",
    "//server/share.csv",
    "C:/windows/x.csv",
    "c:x.csv",
    "..\\outside.csv",
    "a\\b.csv",
    "con",
    "NUL.csv",
    "a/Lpt1.txt",
    "com¹",
    "train.csv.",
    "train.csv ",
    "folder. /train.csv",
    "a\x00b.csv",
    "a\nb.csv",
    "x" * 256,
    "/".join("deep" for _ in range(40)),
]


def zip_of(path: Path, members: list[tuple[str, bytes]]) -> Path:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        warnings.catch_warnings(action="ignore"),  # of names that are there already
    ):
        for name, content in members:
            entry = zipfile.ZipInfo("placeholder")
            # ZipInfo cuts names at a NUL; hostile archives do not.
            entry.filename = name
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return path


def zip_with_mode(path: Path, name: str, mode: int) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("train.csv", b"id,y\n")
        entry = zipfile.ZipInfo(name)
        entry.create_system = 3
        entry.external_attr = (mode | 0o777) << 16
        archive.writestr(entry, b"/etc/passwd")
    return path


def encrypted_zip(path: Path) -> Path:
    """A zip whose only member says that it is encrypted."""
    zip_of(path, [("train.csv", b"id,y\n")])
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    return path


def damaged_zip(path: Path) -> Path:
    """A zip with a flipped byte in the data of its member."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("first.csv", b"good")
        archive.writestr("train.csv", b"id,y\n1,0\n")
    content = path.read_bytes().replace(b"1,0", b"1,1")
    path.write_bytes(content)
    return path


def zip_bomb(path: Path, size: int) -> Path:
    return zip_of(path, [("train.csv", bytes(size))])


def lying_zip(path: Path, size: int) -> Path:
    """A bomb whose directory says that the member has ten bytes."""
    zip_bomb(path, size)
    content = bytearray(path.read_bytes())
    start = content.index(b"PK\x01\x02") + 24
    content[start : start + 4] = (10).to_bytes(4, "little")
    path.write_bytes(content)
    return path


def nested_zip(path: Path, depth: int) -> Path:
    content = b"id,y\n"
    name = "train.csv"
    for level in range(depth):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(name, content)
        name, content = f"level{level}.zip", buffer.getvalue()
    path.write_bytes(content)
    return path


def tar_of(path: Path, members: list[tuple[str, bytes]], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def tar_with_type(path: Path, kind: bytes) -> Path:
    with tarfile.open(path, "w") as archive:
        archive.addfile(tarfile.TarInfo("train.csv"), io.BytesIO(b""))
        entry = tarfile.TarInfo("odd")
        entry.type = kind
        entry.linkname = "/etc/passwd"
        archive.addfile(entry)
    return path


ZIP_MODES = {
    "symlink": stat.S_IFLNK,
    "pipe": stat.S_IFIFO,
    "device": stat.S_IFCHR,
    "socket": stat.S_IFSOCK,
}
TAR_TYPES = {
    "symlink": tarfile.SYMTYPE,
    "hard link": tarfile.LNKTYPE,
    "pipe": tarfile.FIFOTYPE,
    "device": tarfile.CHRTYPE,
}
