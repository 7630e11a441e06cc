"""What is true of a function, derived from its pieces."""
