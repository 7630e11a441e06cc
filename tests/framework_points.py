"""Where exported code for frameworks is tried: numbers of all kinds, and those that are measured with the truth there."""

import re
from dataclasses import replace

import numpy as np

from symact.numeric.accuracy import prepared
from symact.numeric.rounding import exactly, nearest

#: Expressions nobody has exported.
OWN = (
    "x*tanh(exp(x))",
    "x*erf(log(1+exp(x)))",
    "sign(x)*log(1+Abs(x))",
    "Piecewise((x**2, x < 0), (sin(x), x < 2), (3 - x, True))",
    "x**(1/3)",
    "Max(x, a*x, b)",
    "Piecewise((a*x, x < b), (x**2, True))",
    "asinh(x)*exp(-x**2)",
    "sqrt(1 + x**2) - 1",
    "atan(x)*tanh(x/b)",
)
VALUES = {"a": "3/2", "b": 2}


def values_in(text):
    """Values for the parameters of an expression."""
    return {name: value for name, value in VALUES.items() if re.search(rf"\b{name}\b", text)}


def numbers(dtype, subnormal=True):
    """Typical numbers, tails, huge and tiny ones, what is next to 0, infinities, nan."""
    rng = np.random.default_rng(0)
    v = [
        rng.normal(0, 3, 1000),
        rng.uniform(-800, 800, 300),
        np.linspace(-6, 6, 25),
        [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e300],
        # what is subnormal, or the reciprocal of such a number
        [5e-324, -1e-310, 1e-42, 1e308, -1e308] if subnormal else [],
    ]
    with np.errstate(over="ignore"):
        return np.concatenate(v).astype(dtype)


def places(ours, dtype, subnormal=True):
    """The same for a function, without infinities where its limits weren't found."""
    v = numbers(dtype, subnormal)
    return v[~np.isinf(v)] if "form" in ours.source.portable["float64"].limits else v


def truth(definition, order, dtype, subnormal=True):
    """Points with true values, at the doubles next to the defaults of parameters."""
    values = {p.symbol: exactly(nearest(p.default)) for p in definition.parameters}
    where = prepared(definition, order, dtype, values, count=20)
    if subnormal:
        return where
    # a part of a result that is subnormal is lost as well
    least, high = 1000 * float(np.finfo(dtype).tiny), where.truth.high
    kept = ((np.abs(where.x) >= least) | (where.x == 0)) & ((np.abs(high) >= least) | (high == 0))
    return replace(
        where,
        x=where.x[kept],
        truth=replace(where.truth, high=high[kept], low=where.truth.low[kept]),
        scale=where.scale[kept],
    )


def load(text):
    """The names of a module."""
    space = {"__name__": "exported"}
    exec(compile(text, "exported", "exec"), space)
    return space


def same(found, wanted):
    """Whether values are the callables' but for rounding, nan where they are nan."""
    eps = np.finfo(wanted.dtype).eps
    with np.errstate(invalid="ignore"):
        return found.dtype == wanted.dtype and np.allclose(found, wanted, rtol=12 * eps, atol=16 * eps, equal_nan=True)
