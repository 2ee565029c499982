"""Strategies: what is to be tried for a competition, and why."""

from agent_core.planning.rules import plan_by_rules

__all__ = ["plan_by_rules"]
