"""What is stated about activation functions, and under which conditions."""
