"""A function of the sine and cosine of one angle as a rational one on the whole line, and at the one point this leaves out."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
from sympy import Expr, Symbol, cos, nan, oo, sin, zoo

__all__ = ["Circle", "around_circle"]

#: sin(n*w) is written in sin(w) and cos(w) for n up to this.
MAX_MULTIPLE = 6


@dataclass(frozen=True)
class Circle:
    """The function of t = tan(w/2), named as the variable, and its value at w = pi; no value where it has none there."""

    main: Expr
    opposite: tuple[Expr, ...]


def around_circle(d: Expr, x: Symbol) -> Circle | None:
    """Return what d is in t, where x occurs only inside sines and cosines of multiples of one angle w; None where it isn't so.

    Its values are among those of the result, which takes all values on the circle.
    """
    waves = [w for w in d.atoms(sin, cos) if w.has(x)]
    if not waves:
        return None
    angle = min((w.args[0] for w in waves), key=lambda a: (sp.count_ops(a), str(a)))
    ratios = {w.args[0]: sp.cancel(w.args[0] / angle) for w in waves}
    if not all(r.is_Rational and abs(r) <= MAX_MULTIPLE for r in ratios.values()):
        return None
    least = sp.Rational(1, sp.ilcm(1, *(r.q for r in ratios.values())))
    if any(abs(r / least) > MAX_MULTIPLE for r in ratios.values()):
        return None
    s, c = sp.Dummy("s", real=True), sp.Dummy("c", real=True)
    w = sp.Dummy("w", real=True)
    table = {
        wave: sp.expand_trig(wave.func(w * ratios[wave.args[0]] / least)).xreplace({sin(w): s, cos(w): c})
        for wave in waves
    }
    plain = d.xreplace(table)
    if plain.has(x, w):
        return None
    main = plain.subs({s: 2 * x / (1 + x**2), c: (1 - x**2) / (1 + x**2)}, simultaneous=True)
    opposite = plain.subs({s: 0, c: -1}, simultaneous=True)
    return Circle(main, () if opposite.has(nan, zoo, oo, -oo) else (opposite,))
