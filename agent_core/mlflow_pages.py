"""Where people look at what MLflow keeps."""

from urllib.parse import urlsplit, urlunsplit

from agent_core.settings import Settings


def server_url(uri: str) -> str | None:
    """The address of the server ``uri`` as one may show it, or None where ``uri`` names a file."""
    parts = urlsplit(uri)
    if parts.scheme not in ("http", "https"):
        return None
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])).rstrip("/")


def run_url(uri: str, experiment_id: str, mlflow_run_id: str) -> str | None:
    """The page of a run kept at ``uri``, or None where ``uri`` names a file, which has no pages.

    ``Settings.mlflow_pages`` wins: programs may reach the server by a name that a browser cannot.
    """
    server = server_url(uri)
    pages = server and (Settings().mlflow_pages.rstrip("/") or server)
    return pages and f"{pages}/#/experiments/{experiment_id}/runs/{mlflow_run_id}"
