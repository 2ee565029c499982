"""Keeping files: unpacked, addressed by content, read-only."""
