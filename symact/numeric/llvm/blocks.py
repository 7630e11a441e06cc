"""The text of a function of LLVM's: registers, blocks and branches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

__all__ = ["Blocks", "Branch"]


@dataclass
class Branch:
    """The blocks from which control comes to what follows a branch."""

    before: str
    inside: str = ""


class Blocks:
    """Writes a straight line of instructions with branches; the same operation on the same values is written once."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.declared: set[str] = set()
        self.block = "%start"
        self._numbers = count()
        self._scopes: list[dict[str, str]] = [{}]

    def put(self, text: str) -> str:
        """Return the register of an instruction, written unless it is known."""
        for scope in self._scopes:
            if text in scope:
                return scope[text]
        name = self.fresh("v")
        self.lines.append(f"  {name} = {text}")
        self._scopes[-1][text] = name
        return name

    def fresh(self, prefix: str) -> str:
        """Return a new register name."""
        return f"%{prefix}{next(self._numbers)}"

    def label(self, name: str) -> None:
        """Begin a block."""
        self.lines.append(f"{name[1:]}:")
        self.block = name

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What is computed inside is forgotten behind it."""
        self._scopes.append({})
        yield
        self._scopes.pop()

    @contextmanager
    def branch(self, condition: str) -> Iterator[Branch]:
        """Write a branch rarely taken, where an i1 is set; what is computed inside is forgotten behind it."""
        inside, after = self.fresh("rare"), self.fresh("join")
        self.lines.append(f"  br i1 {condition}, label {inside}, label {after}, !prof !0")
        branch = Branch(self.block)
        self.label(inside)
        with self.scope():
            yield branch
        self.lines.append(f"  br label {after}")
        branch.inside = self.block
        self.label(after)
