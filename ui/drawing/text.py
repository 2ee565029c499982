"""Text of strangers (titles, names, logs, messages) on its way to a page.

Streamlit's labels, captions, headings and alerts are Markdown, which can link, load pictures, set
formulas and imitate the page. Whatever comes from a competition, a model, a log or a person goes
through `plain` there; where Markdown is not needed, `st.text` and `st.code` show it as it is.
"""

import re
from urllib.parse import urlsplit

#: Characters that turn the direction of reading around, or cannot be seen.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+"
)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
#: Addresses and shortcodes (``:smile:``) are found in the text after Markdown's escapes are gone,
#: so they are broken up by a character that is not seen.
_FOUND_LATER = re.compile(r"(?<=[:@])|(?<=www)(?=\.)", re.IGNORECASE)
_JOINER = "\u2060"


def plain(text: str, most: int = 500) -> str:
    """``text`` as Markdown that shows just this text: on one line, at most ``most`` characters.

    >>> plain("**bold** <b>")
    '\\\\*\\\\*bold\\\\*\\\\* \\\\<b\\\\>'
    """
    broken = _FOUND_LATER.sub(_JOINER, shortened(text, most))
    return _PUNCTUATION.sub(r"\\\1", broken)


def shortened(text: str, most: int) -> str:
    """``text`` on one line without characters that cannot be seen; cut where it is longer."""
    line = " ".join(_UNSEEN.sub(" ", text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def web_address(text: str | None) -> str | None:
    """``text`` if it is an address of the web that a person may be sent to, else None."""
    if not text or not text.isprintable():
        return None
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return None
    return text.strip() if parts.scheme in {"http", "https"} and parts.netloc else None
