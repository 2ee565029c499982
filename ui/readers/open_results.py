"""Who is asked for results: MLflow, and then the folders that runs leave on this machine."""

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


def open_results(settings: Settings) -> Results:
    """A reader for as long as these settings hold. Nothing is asked yet."""
    folders = RunFolders(settings.folders())
    return FileResults((MlflowFiles(tracking_uri(settings), folders.tracked_as), folders))
