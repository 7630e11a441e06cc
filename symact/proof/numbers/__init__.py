"""Exact numbers and certain enclosures of real values."""
