"""Checking a trial's claim: static reading of its script, and a second run with less to see."""
