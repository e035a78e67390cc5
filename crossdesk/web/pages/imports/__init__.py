"""Import: another tool's history, out of a file."""
