"""The inner side of the process sandbox: standard library only, run by a bare interpreter."""
