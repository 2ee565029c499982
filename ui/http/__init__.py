"""The HTTP API's parts; `ui.api` puts them together."""
