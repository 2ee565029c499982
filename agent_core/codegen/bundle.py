"""From tested modules to one self-contained script.

A portable module holds imports and definitions, nothing else. `bundle` takes every definition that
its roots reach by name, from any of the modules, and writes them below one another: the standard
imports once at the top, each module's definitions under a heading, modules after those they need.
"""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

#: Remarks for checkers of this project, which say nothing to a reader of the script.
REMARK = re.compile(r"[ \t]+# (noqa|type: ignore)[^\n]*")


class NotPortable(ValueError):
    """A module holds something that cannot be bundled."""


@dataclass
class Definition:
    """A top-level function, class or constant with the comment above it."""

    name: str
    source: str
    uses: frozenset[str]


@dataclass
class Module:
    """A portable module taken apart. ``imports`` maps bound names to import statements."""

    name: str
    heading: str
    definitions: dict[str, Definition] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)


def read_module(path: Path, package: str) -> Module:
    """Take a module apart. Raises `NotPortable` for statements other than definitions."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    heading = (ast.get_docstring(tree) or path.stem).splitlines()[0].rstrip(".:")
    module = Module(f"{package}.{path.stem}", heading)
    lines = source.splitlines()
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            _add_import(module, node)
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            _add_definition(module, node, lines)
    return module


def _add_import(module: Module, node: ast.Import | ast.ImportFrom) -> None:
    origin = node.module or "" if isinstance(node, ast.ImportFrom) else ""
    for alias in node.names:
        if origin.startswith("agent_core"):
            if alias.asname or alias.name == "*":
                raise NotPortable(f"{module.name} renames {alias.name}, which loses its definition")
            module.needs.append(origin)
            continue
        bound = alias.asname or alias.name.partition(".")[0]
        renamed = f" as {alias.asname}" if alias.asname else ""
        start = f"from {origin} import " if origin else "import "
        module.imports[bound] = f"{start}{alias.name}{renamed}"


def _add_definition(module: Module, node: ast.stmt, lines: list[str]) -> None:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        names, decorators = [node.name], node.decorator_list
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        names, decorators = [node.target.id], []
    elif isinstance(node, ast.Assign) and _plain_names(node.targets[0]):
        names, decorators = _plain_names(node.targets[0]), []
    else:
        raise NotPortable(f"line {node.lineno} of {module.name} is no definition")
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1
    while first and lines[first - 1].startswith("#"):
        first -= 1
    source = REMARK.sub("", "\n".join(lines[first : node.end_lineno]))
    uses = frozenset(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
    uses |= frozenset(_quoted_names(node))
    definition = Definition(names[0], source, uses - {*names})
    module.definitions.update(dict.fromkeys(names, definition))


def _plain_names(target: ast.expr) -> list[str]:
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def _quoted_names(node: ast.stmt) -> Iterable[str]:
    """Names in annotations written as text, such as ``-> "Clock"``."""
    for part in ast.walk(node):
        if (
            isinstance(part, ast.Constant)
            and isinstance(part.value, str)
            and part.value.isidentifier()
        ):
            yield part.value


def bundle(modules: list[Module], roots: Iterable[str], preamble: str, call: str) -> str:
    """The script: ``preamble``, imports and reachable definitions, and ``call`` at the end.

    ``preamble`` is text that goes between the imports and the definitions. Raises `NotPortable`
    where a root is not defined, or where two modules define or import one name differently.
    """
    owners = _owners(modules)
    reached = _reach(owners, roots)
    parts = []
    used: set[str] = set()
    for module in _in_order(modules):
        chosen = {d.name: d for name, d in module.definitions.items() if name in reached}
        if chosen:
            parts.append(f"# {'-' * 96}\n# {module.heading}\n# {'-' * 96}")
            parts += [definition.source for definition in chosen.values()]
            used |= set().union(*(definition.uses for definition in chosen.values()))
    imports = _imports(modules, used | set(re.findall(r"\w+", call)))
    sections = ["\n".join(imports), preamble, *parts, f'if __name__ == "__main__":\n    {call}']
    return "\n\n\n".join(sections) + "\n"


def _owners(modules: list[Module]) -> dict[str, Definition]:
    owners: dict[str, Definition] = {}
    for module in modules:
        for name, definition in module.definitions.items():
            if name in owners:
                raise NotPortable(f"{name} is defined twice, the second time in {module.name}")
            owners[name] = definition
    return owners


def _reach(owners: dict[str, Definition], roots: Iterable[str]) -> set[str]:
    waiting, reached = list(roots), set[str]()
    for root in waiting:
        if root not in owners:
            raise NotPortable(f"no portable module defines {root}")
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [use for use in owners[name].uses if use in owners]
    return reached


def _in_order(modules: list[Module]) -> list[Module]:
    """Each module after those it needs, otherwise in the given order."""
    known = {module.name: module for module in modules}
    ordered: dict[str, Module] = {}

    def place(module: Module) -> None:
        for need in module.needs:
            if need not in known:
                raise NotPortable(f"{module.name} needs {need}, which is not portable")
            if need not in ordered:
                place(known[need])
        ordered[module.name] = module

    for module in modules:
        if module.name not in ordered:
            place(module)
    return list(ordered.values())


def _imports(modules: list[Module], used: set[str]) -> list[str]:
    chosen: dict[str, str] = {}
    for module in modules:
        for bound, statement in module.imports.items():
            if bound in used and chosen.setdefault(bound, statement) != statement:
                raise NotPortable(f"{bound} means two things, one of them in {module.name}")
    plain = sorted(statement for statement in chosen.values() if statement.startswith("import"))
    grouped: dict[str, list[str]] = {}
    for statement in chosen.values():
        if statement.startswith("from"):
            origin, _, name = statement.partition(" import ")
            grouped.setdefault(origin, []).append(name)
    lines = []
    for origin, names in sorted(grouped.items()):
        line = f"{origin} import {', '.join(sorted(names))}"
        if len(line) > 100:
            line = f"{origin} import (\n    " + ",\n    ".join(sorted(names)) + ",\n)"
        lines.append(line)
    return plain + lines
