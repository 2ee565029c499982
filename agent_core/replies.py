"""From what a model wrote to a script that may be run, or a plan that may be followed.

Nothing is executed here: a script that cannot work is recognised by its text, which costs nothing,
and the model is told in plain words what is wrong with it (`AnswerMalformed`).
"""

import ast
import re
import warnings

from pydantic import ValidationError

from agent_core.errors import AnswerMalformed
from agent_core.prompts.values import Plan
from agent_core.solution import CONTRACT_VERSION, Solution
from agent_core.value import Value

#: The command line of the solution contract, and what a script has to write.
ARGUMENTS = ("--data", "--folds", "--out", "--budget")
OUTPUTS = ("submission.csv", "oof.csv")
LONGEST_SCRIPT = 200_000
LONGEST_IDEA = 300

_OPENING = re.compile(r"^[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w+.-]*)[ \t]*$")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_PYTHON = ("", "python", "py", "python3")


class Script(Value):
    """``idea`` is the sentence in which the model says what it did, empty where it says nothing."""

    source: str
    idea: str = ""

    def solution(self, strategy: str) -> Solution:
        """This script as a `Solution` of the strategy with that fingerprint."""
        return Solution(source=self.source, strategy=strategy, contract=CONTRACT_VERSION)


def read_script(text: str) -> Script:
    """The one script in ``text``. Raises AnswerMalformed where there is none that could run."""
    source, before = _largest_block(text)
    tree = _parsed(source)
    if not any(_acts(statement) for statement in tree.body):
        raise _malformed(
            "The script only defines things: nothing is ever called.",
            'End it with a call of its main function below if __name__ == "__main__".',
        )
    missing = [name for name in ARGUMENTS if name not in _texts(tree)]
    if missing:
        raise _malformed(
            f"The script does not take {', '.join(missing)}.",
            "Let argparse accept all four of --data, --folds, --out and --budget.",
        )
    unwritten = [name for name in OUTPUTS if not any(name in text for text in _texts(tree))]
    if unwritten:
        raise _malformed(
            f"The script never names {' and '.join(unwritten)}.",
            "It has to write both submission.csv and oof.csv into --out.",
        )
    return Script(source=source, idea=_idea(before))


def read_plan(text: str) -> Plan:
    """The plan in ``text``, which is JSON. Raises AnswerMalformed where it is none."""
    start, end = text.find("{"), text.rfind("}")
    try:
        plan = Plan.model_validate_json(text[start : end + 1] if 0 <= start < end else text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole answer"
        raise _malformed(
            f"The plan cannot be read: {place}: {first['msg']}.",
            "Answer with one JSON object of the given form and nothing else.",
        ) from error
    if not plan.drafts:
        raise _malformed("The plan names no draft.", "Name as many drafts as were asked for.")
    return plan


def _malformed(what: str, next: str) -> AnswerMalformed:
    return AnswerMalformed(what, means="The answer was not used.", next=next)


def _largest_block(text: str) -> tuple[str, str]:
    """The longest fenced block of Python, and what was written before it.

    Without any fence the whole text counts, if it is Python.
    """
    blocks, open_block = _blocks(text)
    if open_block:
        raise _malformed(
            "The code block is not closed: the script is cut off before its end.",
            "Write the whole script again, shorter, and close the block.",
        )
    if blocks:
        return max(blocks, key=lambda block: len(block[0]))
    if "import" in text and _is_python(text):
        return _bounded(text), ""
    raise _malformed(
        "There is no fenced code block in the answer.",
        "Give the whole script in one block that begins with ```python and ends with ```.",
    )


def _blocks(text: str) -> tuple[list[tuple[str, str]], bool]:
    """Closed blocks of Python with the text before each; whether the last block stays open.

    A fence is closed by one of the same kind that is at least as long and names no language.
    """
    blocks: list[tuple[str, str]] = []
    before: list[str] = []
    lines: list[str] = []
    fence = language = ""
    for line in text.splitlines():
        mark = _OPENING.match(line)
        if not fence:
            if mark:
                fence, language, lines = mark["fence"], mark["language"].lower(), []
            else:
                before.append(line)
        elif mark and not mark["language"] and mark["fence"].startswith(fence):
            if language in _PYTHON:
                blocks.append((_bounded("\n".join(lines) + "\n"), "\n".join(before)))
            fence = ""
        else:
            lines.append(line)
    return blocks, bool(fence) and language in _PYTHON


def _bounded(source: str) -> str:
    if len(source) > LONGEST_SCRIPT:
        raise _malformed(
            f"The script has {len(source):,} characters, {LONGEST_SCRIPT:,} are allowed.",
            "Write a shorter script; data do not belong into it.",
        )
    return source


def _is_python(text: str) -> bool:
    try:
        _parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _parse(source: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape is the script's affair
        return ast.parse(source)


def _parsed(source: str) -> ast.Module:
    try:
        return _parse(source)
    except SyntaxError as error:
        lines = source.splitlines()
        number = min(error.lineno or 1, len(lines) or 1)
        line = lines[number - 1].strip()[:120] if lines else ""
        raise _malformed(
            f"The script is no valid Python 3.11: {error.msg} in line {number}: {line!r}.",
            "Write the whole script again with that corrected.",
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise _malformed(
            f"The script cannot be parsed ({type(error).__name__}).",
            "Write it as plain text without NUL bytes and without deeply nested expressions.",
        ) from error


def _texts(tree: ast.Module) -> set[str]:
    """Every string literal of the script."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {node.value for node in nodes if isinstance(node.value, str)}


def _acts(statement: ast.stmt) -> bool:
    """Whether a statement at the top level calls anything when the script is run."""
    if isinstance(statement, _DEFINITIONS):
        return False
    return any(isinstance(node, ast.Call) for node in ast.walk(statement))


def _idea(before: str) -> str:
    """The last paragraph before the code, in one line, without a heading or the word Idea."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", before) if part.strip()]
    if not paragraphs:
        return ""
    line = " ".join(paragraphs[-1].split())
    return re.sub(r"^[#*_\s]*(?i:idea)[*_\s]*:[*_\s]*", "", line)[:LONGEST_IDEA]
