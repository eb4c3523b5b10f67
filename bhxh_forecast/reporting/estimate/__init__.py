"""The budget estimate: tables of a finance department, built from a run's tables and the forms in the data."""
