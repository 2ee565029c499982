"""Solving on another machine: `solve --remote` asks the HTTP API there."""
