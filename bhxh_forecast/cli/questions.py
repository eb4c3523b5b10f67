"""The commands that answer questions of analysis; importing them adds them."""

from bhxh_forecast.cli import reach

__all__ = ["reach"]
