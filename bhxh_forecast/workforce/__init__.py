"""Labour force and denominators by month, and the pools that insurance draws on."""

from bhxh_forecast.workforce.block import WorkforceBlock, build

__all__ = ["WorkforceBlock", "build"]
