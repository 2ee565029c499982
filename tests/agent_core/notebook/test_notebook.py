"""The notebook of a run, and that it really runs."""

import shutil
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from agent_core.errors import NoSuchResult
from agent_core.notebook.writing import notebook_of
from agent_core.run import RunState
from agent_core.trial_tree import NodeKind
from tests.agent_core.notebook.finished_runs import EXAMPLES, finished_run, node, won

# ipykernel and its parts still use what Python and zmq are about to change.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

#: A script that knows nothing of the template: the answer is one label for all.
OTHER = """
import argparse
from pathlib import Path
import pandas as pd

parser = argparse.ArgumentParser()
for name in ("--data", "--folds", "--out"):
    parser.add_argument(name, type=Path)
parser.add_argument("--budget", type=float)
options = parser.parse_args()
assert list(pd.read_csv(options.folds)) == ["row", "fold"]
sample = pd.read_csv(options.data / "sample_submission.csv", dtype=str)
sample[sample.columns[1]] = LABEL
sample.to_csv(options.out / "submission.csv", index=False)
"""


def executed(text: str, folder: Path, budget: float):
    """Run it in ``folder`` with less time for training."""
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if cell.source.startswith("SLUG = "):
            assert "BUDGET = 600 " in cell.source
            cell.source = cell.source.replace("BUDGET = 600 ", f"BUDGET = {budget} ")
    folder.mkdir(exist_ok=True)
    client = NotebookClient(notebook, timeout=240, resources={"metadata": {"path": str(folder)}})
    client.execute()
    return notebook


def with_data(folder: Path, competition: str = "palmer-penguins") -> Path:
    shutil.copytree(EXAMPLES / competition, folder)
    return folder


def answer_of(folder: Path) -> pd.DataFrame:
    sample = pd.read_csv(folder / "sample_submission.csv")
    answer = pd.read_csv(folder / "submission.csv")
    assert list(answer) == list(sample)
    assert answer[answer.columns[0]].tolist() == sample[sample.columns[0]].tolist()
    assert not answer.isna().any().any()
    return answer


@pytest.mark.slow
def test_it_runs_beside_the_data_and_writes_the_answer(home, tmp_path):
    run = finished_run(home)
    folder = with_data(tmp_path / "notebook")

    executed(notebook_of(run, home), folder, budget=20)

    answer = answer_of(folder)
    assert answer.iloc[:, 1].nunique() > 1
    kept = home.runs / run.run_id
    assert (folder / "folds.csv").read_bytes() == (kept / "folds.csv").read_bytes()
    written = (folder / "solution_1.py").read_text()
    assert written == (kept / "trials/template/solution.py").read_text()


@pytest.mark.slow
def test_a_blend_runs_every_script_and_blends_their_answers(home, tmp_path):
    run = finished_run(home)
    trials = home.runs / run.run_id / "trials"
    for name, label in (("draft 1", "a"), ("draft 2", "b"), ("improve 1", "a")):
        (trials / name).mkdir()
        (trials / name / "solution.py").write_text(OTHER.replace("LABEL", repr(label)))
    parts = (("draft 2", 0.45), ("draft 1", 0.3), ("improve 1", 0.25))
    drafts = [node(name, NodeKind.DRAFT) for name, _ in parts]
    won(run, home, (*drafts, node("blend", NodeKind.BLEND, parts=parts)), "blend")
    folder = tmp_path / "notebook"
    with_data(tmp_path / "notebook" / "data")

    executed(notebook_of(run, home), folder, budget=3)

    shutil.copy(folder / "data" / "sample_submission.csv", folder)
    assert set(answer_of(folder).iloc[:, 1]) == {"a"}


@pytest.mark.slow
def test_a_script_that_fails_stops_the_notebook_with_what_it_said(home, tmp_path):
    run = finished_run(home)
    script = home.runs / run.run_id / "trials" / "template" / "solution.py"
    script.write_text("raise ValueError('no such luck')\n")

    with pytest.raises(Exception, match=r"no such luck[\s\S]*left no answer"):
        executed(notebook_of(run, home), with_data(tmp_path / "notebook"), budget=3)


def test_it_tells_the_data_the_scores_and_how_it_was_found(home):
    run = finished_run(home)

    text = notebook_of(run, home)

    notebook = nbformat.reads(text, as_version=4)
    told = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for expected in ("Palmer", "0.8 ± 0.01", "`Sex`", "233 to learn from", "template", "folds"):
        assert expected in told
    assert text == notebook_of(run, home)
    assert all(cell.source for cell in notebook.cells)
    assert str(home.root) not in text


def test_a_run_without_a_winner_or_with_lost_files_is_told(home):
    run = finished_run(home)
    folder = home.runs / run.run_id
    (folder / "folds.txt").unlink()
    with pytest.raises(NoSuchResult, match=r"folds\.txt"):
        notebook_of(run, home)
    (folder / "trials.json").unlink()
    with pytest.raises(NoSuchResult, match=r"trials\.json"):
        notebook_of(run, home)
    with pytest.raises(NoSuchResult, match="has no submission"):
        notebook_of(run.model_copy(update={"solved": None, "state": RunState.FAILED}), home)
