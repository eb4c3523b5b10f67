"""Projections made in the past, with what was known then, against what happened."""
