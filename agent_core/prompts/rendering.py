"""The prompt files of this folder, with their places filled in."""

from functools import cache
from pathlib import Path
from string import Template


def fill(name: str, **values: str) -> str:
    """The file ``name``.md with each ``$place`` replaced once. Raises KeyError where one is left.

    What is filled in is not looked at again, so a ``$`` in it stays a dollar sign.
    """
    return _template(name).substitute(values).strip() + "\n"


@cache
def _template(name: str) -> Template:
    path = Path(__file__).with_name(f"{name}.md")
    return Template(path.read_text(encoding="utf-8"))
