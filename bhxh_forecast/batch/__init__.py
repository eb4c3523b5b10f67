"""Batch runs: every scenario, world, notebook and language as a job with its own key."""
