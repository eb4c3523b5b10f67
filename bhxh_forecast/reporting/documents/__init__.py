"""Documents of an estimate: the explanatory report as PDF and the annex to the submission as Word."""
