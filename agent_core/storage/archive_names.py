"""Which names the members of an archive may have."""

import re
import unicodedata
from pathlib import PurePosixPath

from agent_core.errors import UnsafeArchive

_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.I)
_DRIVE = re.compile(r"[a-z]:", re.I)
_LONGEST_PART = 255
_DEEPEST = 32
_JUNK = {"__MACOSX", "Thumbs.db", "desktop.ini"}


def is_junk(name: str) -> bool:
    """What operating systems and editors leave behind, and every hidden file or folder."""
    return name.startswith(".") or name in _JUNK


class MemberNames:
    """The names seen in one archive. They are safe on every common file system, and all different.

    Names that differ only in case or in Unicode form count as equal, since they would overwrite
    each other on some systems.
    """

    def __init__(self, archive: str) -> None:
        self._archive = archive
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def admit(self, raw: str, folder: bool) -> PurePosixPath | None:
        """The relative path for the member called ``raw``; None if it is to be left out.

        Raises
        ------
        UnsafeArchive
            The name leads outside, is taken, or is not allowed on Windows.
        """
        path = PurePosixPath(self._checked(raw))
        self._claim(path, folder)
        return None if any(is_junk(part) for part in path.parts) else path

    def _checked(self, raw: str) -> str:
        name = raw.rstrip("/")
        parts = name.split("/")
        reasons = {
            "an empty name": not name,
            "an absolute path": raw.startswith("/"),
            "a backslash": "\\" in name,
            "a drive letter": bool(_DRIVE.match(name)),
            "control characters": any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in name),
            "a step out of its folder": ".." in parts,
            "too many folders": len(parts) > _DEEPEST,
            "a name that is too long": any(
                len(part.encode(errors="replace")) > _LONGEST_PART for part in parts
            ),
            "a name that Windows reserves": any(_RESERVED.fullmatch(part) for part in parts),
            "a name that ends in a dot or a blank": any(
                part != part.rstrip(". ") for part in parts if part not in {".", ".."}
            ),
        }
        for reason, met in reasons.items():
            if met:
                raise self._refusal(raw, reason)
        return name

    def _claim(self, path: PurePosixPath, folder: bool) -> None:
        key = _folded(path)
        above = {_folded(parent) for parent in path.parents} - {"."}
        if key in self._files or (key in self._folders and not folder) or above & self._files:
            raise self._refusal(str(path), "a name that another member has, too")
        self._folders |= above
        (self._folders if folder else self._files).add(key)

    def _refusal(self, name: str, reason: str) -> UnsafeArchive:
        return UnsafeArchive(
            f"{self._archive} is not unpacked: its member {name[:200]!r} has {reason}.",
            means="Such a name could overwrite files outside the data, or each other.",
            next="Check where the archive comes from; give a folder with the unpacked data.",
        )


def _folded(path: PurePosixPath) -> str:
    return unicodedata.normalize("NFC", str(path)).casefold()
