"""Taking prompts apart as a reader does who trusts nothing between data marks."""

import re

BLOCK = re.compile(
    r'^<data name="(?P<name>[a-z ]+)" mark="(?P<mark>[0-9a-f]{10})">\n(?P<content>.*?)\n'
    r"</data (?P=mark)>$",
    re.DOTALL | re.MULTILINE,
)


def contents(text: str) -> dict[str, str]:
    """What each block holds, by its name."""
    return {match["name"]: match["content"] for match in BLOCK.finditer(text)}


def outside(text: str) -> str:
    """Everything that is not data."""
    return BLOCK.sub("", text)
