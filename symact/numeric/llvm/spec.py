"""What a compiled kernel is: programs and the types of what goes in and comes out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ..lookup_double import Pieces as DoublePieces
from ..piecewise import Pieces
from ..program import Program
from .exponentials import NEARLY

__all__ = ["LINE", "STREAMED", "Spec"]

#: Results of so many bytes go straight to memory, line by line: they would push everything else out of the caches.
STREAMED, LINE = 1 << 24, 64


@dataclass(frozen=True)
class Spec:
    """A kernel: programs of the same x and parameters, whose values are its outputs.

    `storage` is the type of x and the outputs, "double" or "float"; parameters are doubles. With `upstream` a second
    array is multiplied to each output. `beside` are programs of what the values have too much before they are rounded; it
    counts where something is multiplied to them.
    """

    programs: tuple[Program, ...]
    parameters: int
    storage: str
    upstream: bool = False
    beside: tuple[Program, ...] = ()

    @cached_property
    def text(self) -> str:
        """All of it as text, which takes a millisecond to write."""
        return repr(self)

    @property
    def kind(self) -> str:
        """The type of the arithmetic: double wherever parameters must not be rounded."""
        single = self.storage == "float" and not self.parameters
        return "float" if single and all(p.dtype == "float32" for p in self.programs) else "double"

    @property
    def digits(self) -> int:
        """The digits `Elementary` must give."""
        if self.kind == "float":
            return 24
        return NEARLY if all(p.rough for p in self.programs) else 53

    @property
    def arrays(self) -> int:
        """How many arrays are read."""
        return 2 if self.upstream else 1

    @property
    def pieces(self) -> list[Pieces]:
        """The piecewise polynomials that float32 results are computed from, if all programs have some."""
        found = [p.pieces for p in self.programs if p.pieces is not None]
        return found if self.storage == "float" and len(found) == len(self.programs) else []

    @property
    def double_pieces(self) -> list[DoublePieces]:
        """The same for float64 results."""
        found = [p.double_pieces for p in self.programs if p.double_pieces is not None]
        return found if self.storage == "double" and len(found) == len(self.programs) else []
