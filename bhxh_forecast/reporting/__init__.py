"""Figures, tables, sentences and pages of a run, in Vietnamese and English."""
