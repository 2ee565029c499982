"""Runs and servers as Prefect knows them: the only modules of this room that import its client."""
