"""The workbook of an estimate: live formulas from people and unit costs to totals."""
