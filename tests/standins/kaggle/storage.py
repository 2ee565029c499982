"""The hosts that serve bytes and take them: addresses that are signed, and need no credentials."""

import io
import zipfile
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.standins.kaggle.http import Answer, Call, refused

if TYPE_CHECKING:
    from tests.standins.kaggle.standin import KaggleStandIn


def redirect(call: Call, name: str) -> Answer:
    """To where ``name`` is served; the signature must never be shown."""
    place = f"http://{call.host}/storage/{quote(name)}?signature=s3cr3t"
    return Answer(b"", 302, {"Location": place})


class Uploads:
    """What was uploaded, by the token that speaks for it in later calls."""

    def __init__(self, kaggle: "KaggleStandIn") -> None:
        self._kaggle = kaggle
        self._started: dict[str, str] = {}
        #: Name and bytes of every complete upload, by token.
        self.files: dict[str, tuple[str, bytes]] = {}

    def start(self, name: str) -> dict[str, str]:
        """A new token, and where its bytes go."""
        token = f"blob-{len(self._started) + 1}"
        self._started[token] = name
        place = f"{self._kaggle.url}/upload/{token}?signature=s3cr3t"
        return {"token": token, "createUrl": place}

    def put(self, path: str, content: bytes, headers: dict[str, str]) -> Answer:
        """Take the bytes of an upload. It wants no credentials, and no stranger's token."""
        token = path.rpartition("/")[2]
        if token not in self._started or "Authorization" in headers:
            return refused(403, "SignatureDoesNotMatch")
        self.files[token] = (self._started[token], content)
        return Answer(b"")


def zipped(files: dict[str, bytes]) -> bytes:
    """The same files always give the same archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()
