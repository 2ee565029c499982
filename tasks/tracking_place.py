"""Where experiments are kept. Cheap to import: no MLflow here."""

import re

from agent_core.home import Home
from agent_core.mlflow_pages import server_url
from agent_core.settings import Settings


def tracking_uri(home: Home) -> str:
    """``MLFLOW_TRACKING_URI``, or the embedded store in ``home`` by its absolute path."""
    given = Settings().mlflow_tracking_uri.strip()
    return given or f"sqlite:///{(home.mlflow / 'mlflow.db').absolute()}"


def is_sqlite(home: Home) -> bool:
    """Whether the store is a file of this machine, with its artifacts in ``home``."""
    return tracking_uri(home).startswith("sqlite:")


def explain_failure(error: Exception, home: Home) -> str:
    """What went wrong with the store, what it means and what to do, for people."""
    line = (str(error).strip() or type(error).__name__).splitlines()[0]
    # MLflow's messages repeat the address with the password that may be in it.
    line = re.sub(r"//[^/\s@]*@", "//", line)[:300]
    server = server_url(tracking_uri(home))
    if server:
        todo = "Start the MLflow server, or unset MLFLOW_TRACKING_URI to keep experiments locally."
    elif Settings().mlflow_tracking_uri:
        todo = "Check MLFLOW_TRACKING_URI, or unset it to keep experiments locally."
    else:
        todo = "Check the free space and the permissions of that folder, then run again."
    return (
        f"The experiment was not (fully) stored in MLflow ({server or home.mlflow}): {line}. "
        f"The solve itself is not affected. {todo}"
    )
