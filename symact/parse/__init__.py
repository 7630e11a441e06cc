"""Text to expressions and claims, by a whitelist over Python's syntax tree."""

from .assumptions import parse_assumptions
from .claim import parse_claim
from .expression import parse_expression
from .function import Function, parse_function, parse_written
from .values import parse_set, parse_values

__all__ = [
    "Function",
    "parse_assumptions",
    "parse_claim",
    "parse_expression",
    "parse_function",
    "parse_set",
    "parse_values",
    "parse_written",
]
