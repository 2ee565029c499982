"""Text of others inside a prompt: cleaned, bounded, and marked off so that it stays inside.

A block ends in a mark that does not occur in it, so no content can close it. The mark is made from
the content alone: the same content gives the same text.
"""

import hashlib
import json
import re
import unicodedata

#: Invisible or private characters: controls, directions, tags, lone surrogates, unassigned ones.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_TAG = re.compile(r"<(?=\s*/?\s*data\b)", re.IGNORECASE)


def clean(text: str, longest: int) -> str:
    """``text`` without hidden characters, cut to about ``longest`` characters with a note."""
    # What cannot be in the result need not be looked at, however long the text is.
    start = _BREAKS.sub("\n", text[: 2 * longest + 100])
    shown = "".join(
        letter
        for letter in start
        if letter in "\n\t" or unicodedata.category(letter) not in _HIDDEN
    )
    if len(shown) <= longest and len(text) == len(text[: 2 * longest + 100]):
        return shown
    return f"{shown[:longest]} ... (cut)"


def inline(text: str, longest: int = 80) -> str:
    """``text`` as one quoted line: a name or a value from the data."""
    return json.dumps(" ".join(clean(text, longest).split()), ensure_ascii=False)


def block(name: str, text: str, longest: int = 200_000) -> str:
    """``text`` as a block of data called ``name`` (a word of our own)."""
    content = _TAG.sub("< ", clean(text, longest)).strip("\n")
    mark = _mark(content)
    while mark in content:
        mark = _mark(mark + content)
    return f'<data name="{name}" mark="{mark}">\n{content}\n</data {mark}>'


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]
