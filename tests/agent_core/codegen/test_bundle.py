"""The bundler: what is reached is there once, in order; what is not portable is refused."""

from pathlib import Path

import pytest

from agent_core.codegen.bundle import Module, NotPortable, bundle, read_module

BASE = '''"""The base. And more."""

import json as js
import os
from collections import OrderedDict

#: How many.
LIMIT = 3


class Base:
    """A class."""

    def twin(self) -> "Late":
        return Late()


class Late(Base):
    """Named as text only."""


def unused() -> str:
    return os.sep


def keep(value):  # noqa: ANN001
    return js.dumps(OrderedDict(value=value, limit=LIMIT))
'''

TOP = '''"""The top."""

from functools import cache

from agent_core.x.base import Base, keep

LEFT, RIGHT = 1, 2


@cache
def run():
    return keep(LEFT), Base().twin()


def main(config):
    print(run()[0], config["a"])
'''


def modules(folder: Path, **sources: str) -> list[Module]:
    found = []
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
        found.append(read_module(folder / f"{name}.py", "agent_core.x"))
    return found


def test_the_script_runs_and_holds_only_what_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = modules(tmp_path, top=TOP, base=BASE)
    script = bundle(parts, ["main"], "CONFIG = {'a': 5}", "main(CONFIG)")
    exec(compile(script, "script", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out == '{"value": 1, "limit": 3} 5\n'
    assert "unused" not in script
    assert "import os" not in script
    assert "agent_core" not in script
    assert "noqa" not in script
    assert "# The base. And more\n" in script
    assert "#: How many.\nLIMIT = 3" in script
    assert script.index("class Base") < script.index("def main")
    assert script == bundle(parts, ["main"], "CONFIG = {'a': 5}", "main(CONFIG)")


@pytest.mark.parametrize(
    ("sources", "reason"),
    [
        ({"a": "X = 1\n", "b": "X = 2\n"}, "X is defined twice"),
        ({"a": "if True:\n    X = 1\n"}, "line 1 of agent_core.x.a is no definition"),
        ({"a": "from agent_core.x.b import y as z\n"}, "renames y"),
        ({"a": "from agent_core.x.b import y\nX = y\n"}, "needs agent_core.x.b"),
        (
            {"a": "import os as p\nX = p.sep\n", "b": "import sys as p\nY = p.path, X\n"},
            "two things",
        ),
        ({"a": "Z = 1\n"}, "no portable module defines"),
    ],
)
def test_what_cannot_be_bundled_is_refused(
    tmp_path: Path, sources: dict[str, str], reason: str
) -> None:
    with pytest.raises(NotPortable, match=reason):
        bundle(modules(tmp_path, **sources), ["Y" if "b" in sources else "X"], "", "X")


def test_many_names_of_one_module_are_wrapped(tmp_path: Path) -> None:
    names = [f"a_rather_long_name_{k}" for k in range(6)]
    source = f"from here import {', '.join(names)}\nX = [{', '.join(names)}]\n"
    script = bundle(modules(tmp_path, a=source), ["X"], "", "X")
    assert script.startswith("from here import (\n    a_rather_long_name_0,\n")
