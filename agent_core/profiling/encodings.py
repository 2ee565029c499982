"""The text encoding of a file, judged from all of it and not from its first lines."""

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

from agent_core.template.files import open_bytes

BLOCK = 1 << 22
#: How many bytes of lines with non-ASCII letters are enough to tell encodings apart.
EVIDENCE = 1 << 16
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What data files are written in, besides Unicode; a longer list only makes guesses worse.
CANDIDATES = [
    "cp1252", "cp932", "gb18030", "big5", "euc_jp", "euc_kr", "cp1251", "koi8_r", "cp1250",
    "cp1253", "cp1255", "cp1256", "cp1254",
]  # fmt: skip

#: Hard to tell apart by their letters; the first is by far the most common.
LATIN = ("cp1252", "cp1250", "cp1254")


def detect_encoding(path: Path, member: str | None = None) -> str:
    """The name of the codec that reads the file. Bytes without any meaning do not raise."""
    with open_bytes(path, member) as stream:
        start = stream.read(4096)
    for mark, name in BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return name
    if (wide := _wide_encoding(start)) is not None:
        return wide
    strange = _lines_beyond_utf8(path, member)
    return "utf-8" if strange is None else _legacy_encoding(strange)


def _wide_encoding(start: bytes) -> str | None:
    """UTF-16 without a byte order mark shows as a zero in every other byte."""
    even, odd = start[0::2], start[1::2]
    if even and odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if odd and even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def _lines_beyond_utf8(path: Path, member: str | None) -> bytes | None:
    """Lines with bytes above 127, or None where the whole file is UTF-8.

    A file of which all but a few letters are UTF-8 counts as UTF-8.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    evidence = bytearray()
    broken = False
    with open_bytes(path, member) as stream:
        while block := stream.read(BLOCK):
            if not broken:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    broken = True
            if len(evidence) < EVIDENCE and not block.isascii():
                lines = [line for line in block.splitlines() if not line.isascii()]
                evidence += b"\n".join(lines[: 1 + EVIDENCE // 64])[:EVIDENCE]
            if broken and len(evidence) >= EVIDENCE:
                break
    return bytes(evidence) if broken and not _mostly_utf8(bytes(evidence)) else None


def _mostly_utf8(evidence: bytes) -> bool:
    text = evidence.decode("utf-8", errors="replace")
    wrong = text.count("\N{REPLACEMENT CHARACTER}")
    right = sum(not letter.isascii() for letter in text) - wrong
    return right > 20 * wrong


def _legacy_encoding(evidence: bytes) -> str:
    best = from_bytes(evidence, cp_isolation=CANDIDATES).best()
    if best is None or best.encoding in ("ascii", "utf_8"):
        return "latin-1"
    if best.encoding in LATIN and _letters(evidence.decode("cp1252", errors="replace")) > 0.95:
        return "cp1252"
    return best.encoding


def _letters(text: str) -> float:
    """Letters as a part of all that is not ASCII. Polish read as French is full of signs."""
    strange = [sign for sign in text if not sign.isascii()]
    return sum(sign.isalpha() for sign in strange) / max(1, len(strange))
