"""What the ways in know of runs: read from Prefect and MLflow, with no page and no route in it."""
