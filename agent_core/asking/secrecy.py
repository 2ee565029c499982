"""The last fence before a prompt leaves: no credential, no path of this machine.

Prompts are built without either. This holds if that fails, for instance where a log line that is
shown to the model repeats an environment variable.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dotenv import dotenv_values

from agent_core.errors import PromptUnsafe

#: Names of variables whose values are secret. TOKENS is a number of them.
_SECRET_NAME = re.compile(r"KEY|TOKEN(?!S)|SECRET|PASSW|CREDENTIAL|AUTH(?!OR)", re.IGNORECASE)
_PASSWORD_IN_ADDRESS = re.compile(r"://[^/\s:@]*:([^@\s/]+)@")
#: Shorter values are found in innocent text, and protect nothing.
_SHORTEST = 8
_PATTERNS = {
    "an Anthropic key": re.compile(r"\bsk-ant-[\w-]{16,}"),
    "a Kaggle token": re.compile(r"\bKGAT_\w{16,}"),
    "an AWS key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(r"\b(?:gh[pousr]|github_pat)_\w{30,}"),
    "a Hugging Face token": re.compile(r"\bhf_[A-Za-z0-9]{30,}"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
}


def check_nothing_secret(
    texts: Sequence[str], folders: Mapping[str, Path], environ: Mapping[str, str] | None = None
) -> None:
    """Raise `PromptUnsafe`, which names kinds and never values, if a text holds what it must not.

    ``folders`` are the places of this run by what they are; the home and the working folder are
    added. ``environ`` is the process's own by default.
    """
    environ = os.environ if environ is None else environ
    whole = "\n".join(texts)
    found = {kind for kind, value in _secrets(environ) if _holds(whole, value)}
    found |= {kind for kind, pattern in _PATTERNS.items() if pattern.search(whole)}
    places = {"the home folder": Path.home(), "the working folder": Path.cwd(), **folders}
    found |= {f"the path of {kind}" for kind, path in places.items() if _names(whole, path)}
    if found:
        raise PromptUnsafe(
            f"A prompt held {', '.join(sorted(found))}, so it was not sent.",
            means="Neither secrets nor paths of this machine leave it.",
            next="Take it out of the competition's files if it is there; otherwise please report "
            "this as a fault.",
            found=tuple(sorted(found)),
        )


def _secrets(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(what it is, value) of every credential that this process can know of."""
    known = {name: value for name, value in dotenv_values(".env").items() if value} | dict(environ)
    for name, value in known.items():
        if _SECRET_NAME.search(name):
            yield f"the value of {name}", value
        for password in _PASSWORD_IN_ADDRESS.findall(value):
            yield f"the password in {name}", password
    folder = Path(environ.get("KAGGLE_CONFIG_DIR") or Path.home() / ".kaggle")
    yield from _kaggle_secrets(folder)


def _kaggle_secrets(folder: Path) -> Iterator[tuple[str, str]]:
    token = _read(folder / "access_token").strip()
    yield "the Kaggle access token", token
    try:
        key = json.loads(_read(folder / "kaggle.json") or "{}").get("key", "")
    except (ValueError, AttributeError):
        return  # a broken file holds no key that anybody could use
    yield "the Kaggle key", str(key)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _holds(text: str, value: str) -> bool:
    if len(value) < _SHORTEST or value.isdigit():
        return False
    if value.isalpha():  # a password that is also a word
        return re.search(rf"\b{re.escape(value)}\b", text) is not None
    return value in text


def _names(text: str, path: Path) -> bool:
    """Whether the text holds this absolute path, or one below it; "/" alone says nothing."""
    plain = str(path)
    if len(plain) < 2:
        return False
    return re.search(rf"(?<![\w./-]){re.escape(plain)}(?![\w.-])", text) is not None
