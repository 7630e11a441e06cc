"""Floating-point callables derived from expressions: stable forms, measured against exact values, compiled or run block by block."""

from .callables import NumpyFunction, OutputPullback, Pullback, ValueAndGradient
from .function import compile_function, compile_pullback, compile_value_and_gradient
from .large import Threaded
from .vector import VectorFunction, VectorOutputPullback, VectorPullback

__all__ = [
    "NumpyFunction",
    "OutputPullback",
    "Pullback",
    "Threaded",
    "ValueAndGradient",
    "VectorFunction",
    "VectorOutputPullback",
    "VectorPullback",
    "compile_function",
    "compile_pullback",
    "compile_value_and_gradient",
]
