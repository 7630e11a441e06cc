"""Long vectors as parts of one register of AVX-512 each, every instruction written for all parts before the next one.

What is looked up is then loaded once for all parts, and used up before the next is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .writer import Writer

__all__ = ["Parts"]

#: Doubles in a register.
SIZE = 8


class Parts:
    """Writes instructions for lists of parts; what isn't a list is the same for all."""

    def __init__(self, writer: Writer) -> None:
        self.whole, self.w = writer, writer.of_lanes(SIZE)

    def of(self, value: str) -> list[str]:
        """Return the parts of a long vector."""
        return self.whole.parts(value, SIZE)

    def joined(self, parts: list[str]) -> str:
        """Return the long vector of parts."""
        return self.whole.joined(parts, SIZE)

    def _each(self, write: Callable[..., str], *args: Any) -> Any:
        count = max((len(a) for a in args if isinstance(a, list)), default=0)
        if count == 0:
            return write(*args)
        return [write(*(a[k] if isinstance(a, list) else a for a in args)) for k in range(count)]

    def number(self, value: float) -> Any:
        """Return a constant."""
        return self.w.number(value)

    def bits(self, value: int) -> Any:
        """Return a constant integer."""
        return self.w.bits(value)

    def add(self, a: Any, b: Any) -> Any:
        """Return a + b."""
        return self._each(self.w.add, a, b)

    def sub(self, a: Any, b: Any) -> Any:
        """Return a - b."""
        return self._each(self.w.sub, a, b)

    def mul(self, a: Any, b: Any) -> Any:
        """Return a*b."""
        return self._each(self.w.mul, a, b)

    def neg(self, a: Any) -> Any:
        """Return -a."""
        return self._each(self.w.neg, a)

    def abs(self, a: Any) -> Any:
        """Return |a|."""
        return self._each(self.w.abs, a)

    def fma(self, a: Any, b: Any, c: Any) -> Any:
        """Return a*b + c, rounded once."""
        return self._each(self.w.fma, a, b, c)

    def copysign(self, a: Any, b: Any) -> Any:
        """Return |a| with the sign of b."""
        return self._each(self.w.copysign, a, b)

    def compare(self, relation: str, a: Any, b: Any) -> Any:
        """Return a mask."""
        return self._each(self.w.compare, relation, a, b)

    def select(self, mask: Any, yes: Any, no: Any) -> Any:
        """Return yes where the mask is set, else no."""
        return self._each(self.w.select, mask, yes, no)

    def as_bits(self, a: Any) -> Any:
        """Return the bits of numbers."""
        return self._each(self.w.as_bits, a)

    def on_bits(self, op: str, a: Any, b: Any) -> Any:
        """Return an operation on integers."""
        return self._each(self.w.on_bits, op, a, b)

    def settle(self, values: Any) -> None:
        """What is looked up from here on is looked up when some values are known: else LLVM fills the registers with it."""
        for value in values:
            self.w.lines.append(f'  call void asm sideeffect "", "v,~{{memory}}"({self.w.vector} {value})')

    def looked_up(self, table: tuple[float, ...], place: Any) -> Any:
        """Return the numbers of a table at places."""
        return self._each(self.w.looked_up, table, place)

    def scaled(self, value: Any, exponent: Any) -> Any:
        """Return value*2**(integer part of the exponent)."""
        return self._each(self.w.scaled, value, exponent)
