"""Statements about vectors and matrices of symbolic size."""
