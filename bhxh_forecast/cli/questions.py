"""The commands that answer questions of analysis; importing them adds them."""

from bhxh_forecast.cli import compare, decompose, reach, sensitivity, story, targets

__all__ = ["compare", "decompose", "reach", "sensitivity", "story", "targets"]
