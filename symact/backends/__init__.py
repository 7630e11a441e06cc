"""One file a backend: a table from operation to source text."""
