"""Forecasts of social-insurance coverage, target odds and budget support."""

__version__ = "0.1.0"
