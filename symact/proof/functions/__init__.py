"""Functions with switches as smooth pieces and the corners between them."""
