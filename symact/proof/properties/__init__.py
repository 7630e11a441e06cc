"""What is true of a function of one variable as a whole: its range, its symmetry, its shape."""
