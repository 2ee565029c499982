"""The command ``export``: a run's solution as something to keep."""

from pathlib import Path

from agent_core.errors import BadSource, KaggleAgentError
from agent_core.run import failure_of
from agent_core.run_lookup import find_run, solved_of
from agent_core.settings import Settings
from ui.answers import print_failure, print_json


def export_notebook(name: str, out: Path | None, as_json: bool) -> int:
    """Write the notebook of a finished run. Returns the exit code."""
    from agent_core.notebook.writing import notebook_of  # noqa: PLC0415 - imports the template's parts

    home = Settings().folders()
    try:
        run = find_run(home, name)
        path = (out or Path(f"{solved_of(run).slug}.ipynb")).absolute()
        if path.is_dir() or not path.parent.is_dir():
            raise BadSource(
                f"The notebook cannot be written to {path}.",
                means="It is a folder, or lies in a folder that is not there.",
                next="Give --out the name of a file in an existing folder.",
            )
        path.write_text(notebook_of(run, home), encoding="utf-8")
    except (KaggleAgentError, OSError) as error:
        return print_failure(failure_of(error), as_json)
    if as_json:
        print_json({"run_id": run.run_id, "notebook": str(path)})
    else:
        print(f"{path}\nUpload it to Kaggle (Code, New Notebook, File, Import) and run all cells.")  # noqa: T201
    return 0
