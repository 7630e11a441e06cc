"""Floating-point callables derived from expressions: stable forms, measured against exact values, compiled or run block by block."""

from .function import (
    NumpyFunction,
    Pullback,
    ValueAndGradient,
    compile_function,
    compile_pullback,
    compile_value_and_gradient,
)
from .vector import VectorFunction, VectorPullback

__all__ = [
    "NumpyFunction",
    "Pullback",
    "ValueAndGradient",
    "VectorFunction",
    "VectorPullback",
    "compile_function",
    "compile_pullback",
    "compile_value_and_gradient",
]
