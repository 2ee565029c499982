"""Competition metrics: their definitions, and how one is found by its name."""

from agent_core.metrics.metric import Metric
from agent_core.metrics.registry import METRICS, find_metric

__all__ = ["METRICS", "Metric", "find_metric"]
