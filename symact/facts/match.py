"""What an expression is: a known function with scales, shifts and values of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sympy import Expr, S, Symbol

from ..definition import Definition
from ..symbols import x
from .forms import size

__all__ = ["Match"]


@dataclass(frozen=True)
class Match:
    """expression = output_scale*f(input_scale*x + input_shift; values) + output_shift, times x for a gate; it is proved."""

    definition: Definition
    values: Mapping[Symbol, Expr] = field(default_factory=dict, hash=False)
    input_scale: Expr = S.One
    input_shift: Expr = S.Zero
    output_scale: Expr = S.One
    output_shift: Expr = S.Zero
    gate: bool = False

    @property
    def name(self) -> str:
        """The name of f."""
        return self.definition.name

    @property
    def inner(self) -> Expr:
        """What f is applied to."""
        return self.input_scale * x + self.input_shift

    @property
    def upright(self) -> Match:
        """The same without a minus before x where f is odd or even as it is written."""
        expr = self.definition.expr.subs(dict(self.values))
        mirrored = expr.subs(x, -x)
        sign = 1 if mirrored == expr else -1 if mirrored == -expr else 0
        if not sign or not self.input_scale.could_extract_minus_sign():
            return self
        scales = {"input_scale": -self.input_scale, "output_scale": sign * self.output_scale}
        return replace(self, input_shift=-self.input_shift, **scales)

    @property
    def changed(self) -> int:
        """How many of the scales, shifts and parameters aren't the usual ones."""
        unusual = (
            self.input_scale != 1,
            self.input_shift != 0,
            self.output_scale != 1,
            self.output_shift != 0,
            self.gate,
        )
        defaults = {p.symbol: p.default for p in self.definition.parameters}
        return len([True for u in unusual if u]) + len([s for s, v in self.values.items() if defaults[s] != v])

    @property
    def key(self) -> tuple[object, ...]:
        """Simple matches come first."""
        numbers = (self.input_scale, self.input_shift, self.output_scale, self.output_shift, *self.values.values())
        return (self.changed, sum(size(n)[0] for n in numbers), len(self.values), self.name)

    def __repr__(self) -> str:
        return f"<Match {self}>"

    def __str__(self) -> str:
        defaults = {p.symbol: p.default for p in self.definition.parameters}
        values = [f"{s}={v}" for s, v in self.values.items() if defaults[s] != v]
        call = Symbol(f"{self.name}({', '.join([str(self.inner), *values])})")
        text = str(self.output_scale * call + self.output_shift)
        return (
            text
            if not self.gate
            else f"x*{text}"
            if self.output_shift == 0 and self.output_scale == 1
            else f"x*({text})"
        )
