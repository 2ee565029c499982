import base64
import json
from pathlib import Path

import pytest

from agent_core.verifying.script_reading import text_problems
from tests.agent_core.verifying.cases import HERE, script

ROWS = 900


def problems(source: str, rows: int = ROWS, names: frozenset[str] = frozenset()) -> str:
    return "; ".join(text_problems(source, rows, set(names)))


ANSWERS = {row: row % 7 / 7 for row in range(ROWS)}
LINES = "\n".join(f"{key},{value}" for key, value in ANSWERS.items())
EMBEDDED = {
    "a dictionary": f"known = {ANSWERS!r}",
    "pairs": f"known = {list(ANSWERS.items())!r}",
    "the ids of one class": f"survivors = {set(range(300))!r}",
    "a long text": f"known = '{' '.join(map(str, ANSWERS.values()))}'.split()",
    "a table": f'known = """{LINES}"""',
    "packed": f"known = {base64.b64encode(json.dumps(ANSWERS).encode())!r}",
    "bits": f"known = '{'0110' * 200}'",
}  # fmt: skip


@pytest.mark.parametrize("name", EMBEDDED)
def test_answers_in_the_text_are_found(name: str) -> None:
    assert "values in one place of its text" in problems(EMBEDDED[name])


@pytest.mark.parametrize(
    "source",
    [
        "grades = {'Ex': 5, 'Gd': 4, 'TA': 3, 'Fa': 2, 'Po': 1}",
        f"columns = {[f'pixel{number}' for number in range(784)]!r}",
        f'"""{"What the script does, and why. " * 400}"""',
        "words = 'a about above after again against all am an and any are as at be'.split()",
        "grid = [(depth, rate) for depth in range(9) for rate in (0.01, 0.03, 0.1)]",
    ],
)
def test_settings_are_no_answers(source: str) -> None:
    names = frozenset(f"pixel{number}" for number in range(784))
    assert problems(source, names=names) == ""


def test_long_lists_are_suspicious_where_rows_are_few_only() -> None:
    source = f"stop = {[f'word{number}' for number in range(400)]!r}"
    assert problems(source, rows=900)
    assert not problems(source, rows=50_000)


@pytest.mark.parametrize(
    "source",
    [
        "open('/srv/competitions-private/answers.csv')",
        "pd.read_csv('~/answers.csv')",
        "pd.read_csv(args.data + '/../private/answers.csv')",
        "path = data_dir / '..' / 'private'",
        "path = args.data.parent / 'private'",
        "path = Path(args.data).resolve().parents[1]",
        "path = os.path.dirname(args.data)",
        "for place, _, names in os.walk('/home'): pass",
        r"open('C:\\answers.csv')",
    ],
)
def test_paths_outside_the_data_are_found(source: str) -> None:
    assert "outside its data" in problems(source)


@pytest.mark.parametrize(
    "source",
    [
        "pd.read_csv(args.data + '/tables/train.csv')",
        "pd.read_csv(f'{args.data}/tables/train.csv')",
        "root = '/kaggle/input/titanic'",
        "out.parent.mkdir(parents=True)",
        "ratio = 'price' + '/' + 'area'",
        "parts = date.split('/')",
        "'''Reads ../data as well.'''",
        "unit = '/m2'",
        "print('...')",
    ],
)
def test_other_texts_are_no_paths_outside(source: str) -> None:
    assert problems(source) == ""


def test_what_is_no_python_is_refused() -> None:
    assert "cannot be read as Python" in problems("def broken(:")
    assert "cannot be read as Python" in problems("\0")


@pytest.mark.parametrize(
    "path", sorted((HERE / "clean").glob("[!_]*.py")), ids=lambda path: path.stem
)
def test_clean_scripts_have_nothing_to_hide(path: Path) -> None:
    assert problems(script(f"clean/{path.stem}")) == ""
