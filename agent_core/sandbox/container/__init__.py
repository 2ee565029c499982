"""The sandbox that needs a Docker engine: each script in a container of its own."""
