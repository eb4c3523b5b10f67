"""Draws of scenarios as tables and as answers."""
