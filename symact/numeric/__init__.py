"""Floating-point callables derived from expressions: stable forms, measured against exact values, run block by block."""

from .function import NumpyFunction, compile_function
from .vector import VectorFunction

__all__ = ["NumpyFunction", "VectorFunction", "compile_function"]
