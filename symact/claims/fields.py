"""What facts say of fields of functions: that a function is no derivative, that f and f' satisfy no equation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Independence", "Obstruction", "Put"]

#: Writes an argument for a symbol in a text: put(text, name, argument).
Put = Callable[[str, str, str], str]


@dataclass(frozen=True)
class Obstruction:
    """That f - known' is a function which is no derivative of an elementary one, by Liouville's theorem.

    It is top/(bottom*place) at the kernel t = head(argument), with s = exp(-argument**2), if the place is one of t (`pole`); if it
    is one of x, that times the kernel.
    """

    f: str
    known: str
    head: str
    argument: str
    top: str
    bottom: str
    place: str
    pole: str
    assume: tuple[str, ...] = ()

    @property
    def kernel(self) -> str:
        """The kernel as a text."""
        return f"{self.head}({self.argument})"

    def function(self, put: Put) -> str:
        """Return the function that is no derivative, of x."""
        value = f"({self.top})/(({self.bottom})*({self.place}))"
        if self.pole == "x":
            return f"{value}*{self.kernel}"
        return f"({put(put(value, 't', self.kernel), 's', f'exp(-({self.argument})**2)')})"


@dataclass(frozen=True)
class Independence:
    """That value and slope, rational in x, s = exp(inner) and t = head(outer), satisfy no polynomial equation over those of x.

    t is the error function whose derivative holds s, or the logarithm of a polynomial of s.
    """

    value: str
    slope: str
    head: str
    outer: str
    inner: str
    assume: tuple[str, ...] = ()

    @property
    def kernel(self) -> str:
        """t as a text."""
        return f"{self.head}({self.outer})"

    def function(self, part: str, put: Put) -> str:
        """Return the value or the slope as a function of x."""
        return f"({put(put(part, 't', self.kernel), 's', f'exp({self.inner})')})"
