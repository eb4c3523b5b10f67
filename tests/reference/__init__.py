"""A second model of one draw, written from the technical note alone, to hold the package against."""
