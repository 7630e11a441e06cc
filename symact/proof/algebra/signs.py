"""Sets of signs: those that a value may have, what sums, products and powers make of them, those that a relation allows."""

from __future__ import annotations

from itertools import product

__all__ = ["ANY", "NEGATIVE", "POSITIVE", "SIGNS", "Signs", "power_signs", "product_signs", "sum_signs"]

Signs = frozenset[int]

ANY: Signs = frozenset({-1, 0, 1})
POSITIVE: Signs = frozenset({1})
NEGATIVE: Signs = frozenset({-1})

#: The signs of left - right that a relation allows.
SIGNS: dict[str, Signs] = {
    op: frozenset(signs)
    for op, signs in (("<", {-1}), ("<=", {-1, 0}), (">", {1}), (">=", {0, 1}), ("==", {0}), ("!=", {-1, 1}))
}


def sum_signs(a: Signs, b: Signs) -> Signs:
    """Return the possible signs of u + v from those of u and v."""
    return frozenset().union(*(ANY if s * t == -1 else {s or t} for s, t in product(a, b)))


def product_signs(a: Signs, b: Signs) -> Signs:
    """Return the possible signs of u*v from those of u and v."""
    return frozenset(s * t for s, t in product(a, b))


def power_signs(signs: Signs, n: int) -> Signs:
    """Return the possible signs of u**n from those of u, for an integer n."""
    return frozenset(s**2 if n % 2 == 0 else s for s in signs)
