"""What a script's text alone gives away: answers that it carries, and paths outside its data."""

import ast
import re
from collections.abc import Iterator

#: More values than this are data, not settings; fewer rows allow fewer.
MOST_VALUES, FEWEST_VALUES, VALUES_PER_ROW = 1_000, 200, 0.2
#: Longer texts without a blank are packed data.
LONGEST_WORD = 300
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
#: Paths that begin at the root of a machine; a lone "/name" may be anything.
ABSOLUTE = re.compile(
    r"(~|/[\w.-]+)/[\w.*-]+|[A-Za-z]:\\\w|/(home|root|etc|proc|var|mnt|srv|opt|media)$"
)
#: Where a person's notebook, and every program, may look.
KNOWN_PLACES = ("/kaggle/", "/dev/null", "/tmp", "/usr/bin/env")  # noqa: S108


def text_problems(source: str, rows: int, names: set[str]) -> list[str]:
    """Why a script is not to be trusted, in plain words.

    ``rows`` is the number of training rows; ``names`` (of columns and classes) a script may list.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError) as error:
        return [f"the script cannot be read as Python: {error}"]
    problems = []
    most = max(FEWEST_VALUES, min(MOST_VALUES, int(VALUES_PER_ROW * rows)))
    if (found := _embedded_values(tree, names)) > most:
        problems.append(
            f"the script carries {found:,} values in one place of its text, more than settings "
            "need: predictions have to be learned from the data that it is given"
        )
    if paths := list(dict.fromkeys(_outside(tree))):
        shown = ", ".join(repr(path) for path in paths[:3])
        problems.append(f"the script reaches for files outside its data: {shown}")
    return problems


def _embedded_values(tree: ast.Module, names: set[str]) -> int:
    """How many values the longest collection or text holds; documentation does not count."""
    skipped = _documentation(tree)
    return max(
        (_values_in(node, names) for node in ast.walk(tree) if id(node) not in skipped), default=0
    )


def _documentation(tree: ast.Module) -> set[int]:
    """Texts that stand alone as a statement."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _values_in(node: ast.AST, names: set[str]) -> int:
    """The entries of a collection; the numbers in a text, or its length where it is packed."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set, ast.Dict)):
        entries = node.keys if isinstance(node, ast.Dict) else node.elts
        known = sum(isinstance(entry, ast.Constant) and entry.value in names for entry in entries)
        return len(entries) - known
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return 0
    words = re.split(r"[\s,;:|]+", value)
    packed = sum(len(word) for word in words if len(word) > LONGEST_WORD)
    return max(packed, sum(1 for word in words if NUMBER.fullmatch(word)))


def _outside(tree: ast.Module) -> Iterator[str]:
    """Absolute paths, steps upwards, and the folders above the data."""
    continued, skipped = _continuations(tree), _documentation(tree)
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if _leads_outside(node.value, id(node) in continued):
                yield node.value
        elif _climbs(node):
            yield ast.unparse(node)


def _continuations(tree: ast.Module) -> set[int]:
    """Texts that something stands before: ``folder + "/train.csv"`` is no absolute path."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            found.add(id(node.right))
        elif isinstance(node, ast.JoinedStr):
            found |= {id(part) for part in node.values[1:]}
    return found


def _leads_outside(text: str, continued: bool) -> bool:
    if "\n" in text or len(text) > LONGEST_WORD:
        return False
    if ".." in re.split(r"[/\\]", text):
        return True
    return not continued and bool(ABSOLUTE.match(text)) and not text.startswith(KNOWN_PLACES)


def _climbs(node: ast.AST) -> bool:
    """Whether a folder above the data is asked for."""
    if isinstance(node, ast.Attribute) and node.attr in ("parent", "parents"):
        return "data" in ast.unparse(node.value)
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("dirname"):
        return any("data" in ast.unparse(argument) for argument in node.args)
    return False
