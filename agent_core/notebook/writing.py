"""The notebook, cell by cell."""

import ast
import itertools
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from agent_core.codegen.bundle import REMARK
from agent_core.home import Home
from agent_core.notebook.kept import Kept, Script, kept_of
from agent_core.notebook.story import about_data, about_folds, about_search, opening
from agent_core.profile import PredictionKind, Profile
from agent_core.run import Run

#: Lines of a script that make a cell.
_LONG_CELL = 120
_KINDS = {PredictionKind.LABEL: "vote", PredictionKind.RANKING: "rank"}


def notebook_of(run: Run, home: Home) -> str:
    """The notebook of a finished run, as the text of an ``.ipynb`` file.

    Raises NoSuchResult where the run has no winner, or has lost the files that it needs.
    """
    import nbformat  # noqa: PLC0415 - only who exports needs it

    kept = kept_of(run, home)
    v4: Any = nbformat.v4
    cells = [
        v4.new_markdown_cell(text) if kind == "markdown" else v4.new_code_cell(text)
        for kind, text in _cells(kept)
    ]
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{number}"  # it would be random
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = v4.new_notebook(cells=cells, metadata={"kernelspec": python})
    nbformat.validate(made)
    return str(v4.writes(made))


def _cells(kept: Kept) -> Iterable[tuple[str, str]]:
    profile = kept.profile
    yield "markdown", opening(kept)
    yield "markdown", about_data(profile)
    yield "markdown", about_search(kept)
    yield "markdown", "## Settings"
    yield "code", _settings(kept)
    yield "markdown", "## Where the data are"
    yield "code", _own("places", "DATA = find_data(SLUG, FILES)", _OUT)
    yield "markdown", about_folds(profile)
    folds = f"FOLDS = {kept.folds!r}"
    yield "code", _own("folds", "folds = have_folds(OUT / 'folds.csv', FOLDS)", before=folds)
    for number, script in enumerate(kept.scripts, start=1):
        yield "markdown", _heading(script, len(kept.scripts))
        for text in _script_cells(script.source, _file(number)):
            yield "code", text
    yield "markdown", "## Training"
    yield "code", _own("running", *_runs(kept))
    if len(kept.scripts) > 1:
        yield "markdown", "## The blend"
        yield "code", _own("blending", _blend(kept))
    yield "markdown", "## The answer"
    yield "code", _ANSWER


_OUT = "OUT = answer_folder()\nDATA, OUT"
_ANSWER = """\
answer = pd.read_csv(OUT / "submission.csv")
print(len(answer), "rows")
answer.head()"""


def _settings(kept: Kept) -> str:
    wanted = {"train", "test", "sample_submission", "labels", "side"}
    files = [table.name for table in kept.profile.tables if table.role in wanted]
    budget = f"{kept.run.request.budget:g}"
    return (
        f"SLUG = {_slug(kept)!r}\n"
        f"FILES = {list(dict.fromkeys(files))!r}\n"
        f"BUDGET = {budget}  # seconds for training; more may give a better score"
    )


def _slug(kept: Kept) -> str:
    competition = kept.run.request.competition
    return competition.slug if competition else kept.solved.slug


def _heading(script: Script, count: int) -> str:
    if count == 1:
        return (
            "## The solution\n\nIt is written to a file, and run below as it was run when it was "
            "judged."
        )
    return f"## Solution: {script.name}\n\nIts weight in the blend is {script.weight:.1%}."


def _file(number: int) -> str:
    return f"solution_{number}.py"


def _script_cells(source: str, name: str) -> list[str]:
    """The script in cells of a readable length, none of which ends within a definition."""
    lines = source.rstrip("\n").split("\n")
    ends = [node.end_lineno or 0 for node in ast.parse(source).body]
    cuts = [0]
    for end, following in itertools.pairwise(ends):
        if following - cuts[-1] > _LONG_CELL:
            cuts.append(end)
    pieces = itertools.pairwise([*cuts, len(lines)])
    return [
        f"%%writefile {'-a ' if start else ''}{name}\n" + "\n".join(lines[start:end])
        for start, end in pieces
    ]


def _runs(kept: Kept) -> list[str]:
    if len(kept.scripts) == 1:
        return [f"run_script({_file(1)!r}, DATA, folds, OUT, BUDGET)"]
    count = len(kept.scripts)
    return [
        f"run_script({_file(number)!r}, DATA, folds, OUT / 'part_{number}', BUDGET / {count})"
        for number in range(1, count + 1)
    ]


def _blend(kept: Kept) -> str:
    profile = kept.profile
    layout = profile.layout
    parts = [f"OUT / 'part_{number}' / 'submission.csv'" for number in _numbers(kept)]
    weights = [script.weight for script in kept.scripts]
    return (
        "answers = [\n"
        "    pd.read_csv(path, dtype=str, keep_default_na=False)\n"
        f"    for path in ({', '.join(parts)})\n"
        "]\n"
        f"answer = blended(\n    answers,\n    {weights!r},\n    {list(layout.columns)!r},\n"
        f"    {_kind(profile)!r},\n    top={layout.top or 0},\n    whole={layout.integers},\n)\n"
        'answer.to_csv(OUT / "submission.csv", index=False)'
    )


def _numbers(kept: Kept) -> range:
    return range(1, len(kept.scripts) + 1)


def _kind(profile: Profile) -> str:
    return _KINDS.get(profile.layout.kind, "mean")


def _own(module: str, *after: str, before: str = "") -> str:
    """The code of one of our cell modules, and what is done with it."""
    path = Path(__file__).with_name("cells") / f"{module}.py"
    source = REMARK.sub("", path.read_text(encoding="utf-8"))
    comment, code = re.match(r'"""(.*?)"""\n\n(.*)', source, re.DOTALL).groups()  # type: ignore[union-attr]
    head = "\n".join(f"# {line}".rstrip() for line in comment.strip().splitlines())
    parts = [head + "\n" + code.strip(), *([before] if before else []), "\n".join(after)]
    return "\n\n\n".join(parts)
