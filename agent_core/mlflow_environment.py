"""How MLflow's client behaves when we use it: by variables that it reads when it is imported."""

import os

_VARIABLES = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_MODEL_CATALOG_URI": "",
    # Its failures are reported by us, in words.
    "MLFLOW_LOGGING_LEVEL": "CRITICAL",
    # Its own values let a dead server hang a solve, or a page, for minutes.
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
}


def prepare_mlflow() -> None:
    """Set them for this process, before it imports MLflow. What a person has set wins."""
    for name, value in _VARIABLES.items():
        os.environ.setdefault(name, value)
