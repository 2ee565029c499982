"""A stream of blocks read like a file."""

import tarfile
from io import BytesIO

import pytest

from agent_core.chunks import Chunks


@pytest.mark.parametrize("blocks", [[], [b""], [b"abc", b"", b"d"], [b"a" * 9, b"b" * 3]], ids=len)
@pytest.mark.parametrize("count", [1, 4, 100])
def test_what_is_read_is_what_has_come(blocks: list[bytes], count: int) -> None:
    with Chunks(blocks) as stream:
        read = b"".join(iter(lambda: stream.read(count), b""))
    assert read == b"".join(blocks)


def test_no_more_is_asked_for_than_is_read() -> None:
    blocks = iter([b"abc", b"def"])
    with Chunks(blocks) as stream:
        assert stream.read(2) == b"ab"
    assert list(blocks) == [b"def"]


def test_an_archive_can_be_read_from_it() -> None:
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("a.txt")
        member.size = 5
        archive.addfile(member, BytesIO(b"hello"))
    text = packed.getvalue()
    pieces = [text[start : start + 100] for start in range(0, len(text), 100)]
    with Chunks(pieces) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        member = archive.next()
        assert member is not None
        content = archive.extractfile(member)
        assert content is not None
        assert content.read() == b"hello"
