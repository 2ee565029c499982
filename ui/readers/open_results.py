"""Who is asked for results: the folders that runs write on this machine, and MLflow.

A folder is there while its run goes on, and quicker; MLflow has the runs of every machine, and
keeps them when folders are cleaned up.
"""

from agent_core.home import Home
from agent_core.settings import Settings
from agent_core.stack import running_stack
from ui.readers.mlflow_reader import MlflowFiles
from ui.readers.result_files import FileResults
from ui.readers.results import Results
from ui.readers.run_folder import RunFolders


def tracking_uri(settings: Settings) -> str:
    """Where experiments are: the server that is named, that of the stack, or the home's store."""
    home = settings.folders()
    stack = running_stack(home)
    given = settings.mlflow_tracking_uri.strip()
    return given or (stack.mlflow_url if stack else f"sqlite:///{home.mlflow / 'mlflow.db'}")


def open_results(uri: str, home: Home) -> Results:
    """A reader of the experiments at ``uri`` and the runs of ``home``. Nothing is asked yet."""
    folders = RunFolders(home)
    return FileResults((folders, MlflowFiles(uri, folders.tracked_as)))
