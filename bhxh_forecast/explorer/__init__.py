"""Exploring by hand: a fast model of one setting at a time, a panel for notebooks and a web page on top of it."""
