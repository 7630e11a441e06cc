"""Floating-point callables derived from expressions: stable forms, measured against exact values, run block by block."""

from .function import NumpyFunction, compile_function

__all__ = ["NumpyFunction", "compile_function"]
