"""The card of a function: every fact by name, computed when it is first asked for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import Any

from ..deadline import deadline
from ..errors import NotSupportedError, OutOfTimeError, SymactError, UndecidedError, UnknownSignError
from ..proof.algebra.assume import Assumptions
from .cases import by_cases
from .fact import Fact
from .kinds import FACTS, TRAINING, Kind
from .record import Facts
from .vectors import vector_fact, vector_facts

__all__ = ["FACTS", "TRAINING", "Card"]

#: Share of a card's time that every fact has at first, and that must be left for going on with an unfinished one.
FIRST, LEAST = 0.04, 0.01
#: How facts of functions that mix x with waves are found.
ALONG_WAVES = "limits along points a period of the waves apart, and what a window around 0 shows"


def _computed(name: str, kind: Kind, facts: Facts, known: Assumptions) -> tuple[Kind, Any]:
    """A fact by its own method, else from one period where the function repeats itself, or from threads of its waves."""
    try:
        return kind, kind.compute(facts, known)
    except UnknownSignError:
        raise
    except (UndecidedError, NotSupportedError):
        from .repeated import REPEATED  # few functions need these
        from .threaded import THREADED

        if name in REPEATED and (repeating := facts.repeating(known)) is not None:
            return kind, REPEATED[name](repeating)
        if name in THREADED and (found := facts.threads(known)) is not None:
            with suppress(UndecidedError, NotSupportedError):  # the first reason says more
                return replace(kind, method=ALONG_WAVES), THREADED[name](found)
        raise


@dataclass
class Card:
    """Facts about a function as attributes: `card.range` is a Fact, or a list of them where conditions on parameters decide.

    Each is found at most once, within `timeout` seconds; one that isn't found is undecided, with the reason. Asked for all of
    them a card takes about `timeout` seconds at most: it tries each for a short time, then goes on with the unfinished ones.

    >>> import symact
    >>> card = symact.get("elu").facts(alpha=1)
    >>> card.monotonicity.value, card.range.value.inf
    ('strictly increasing', -1)
    """

    facts: Facts
    timeout: float = 20.0
    _found: dict[str, Fact | list[Fact]] = field(default_factory=dict, repr=False)
    _unfinished: set[str] = field(default_factory=set, repr=False)

    def __getattr__(self, name: str) -> Fact | list[Fact]:
        if name.startswith("_") or name in ("facts", "timeout"):
            raise AttributeError(name)  # asked before they are set, as copying does
        if name not in self._names and name not in TRAINING:
            raise AttributeError(f"there is no fact named {name}; known: {', '.join(self._names)}")
        return self._within(name, self.timeout)

    def _within(self, name: str, seconds: float) -> Fact | list[Fact]:
        if name not in self._found:
            self._found[name] = self._find(name, seconds)
        return self._found[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._names]

    def __iter__(self) -> Iterator[tuple[str, Fact | list[Fact]]]:
        """Yield every fact with its name, found one by one."""
        return self._all(self._names)

    def training(self) -> Iterator[tuple[str, Fact | list[Fact]]]:
        """Yield what follows for training, found one by one; nothing for functions of vectors."""
        return self._all(() if self.facts.definition.vector else TRAINING)

    def _all(self, names: Iterable[str]) -> Iterator[tuple[str, Fact | list[Fact]]]:
        end = monotonic() + self.timeout
        asked = [name for name in names if name not in self._found]
        for name in asked:
            self._within(name, FIRST * self.timeout)
        unfinished = [name for name in asked if name in self._unfinished]
        for name in unfinished:
            left = end - monotonic()
            if left < LEAST * self.timeout:
                break
            self._found[name] = self._find(name, left if name == unfinished[-1] else left / 2)
        yield from ((name, self._found[name]) for name in names)

    @property
    def _names(self) -> Iterable[str]:
        """The names of facts; those of a function of a vector of any length are others than those of one variable."""
        return vector_facts(self.facts.definition) if self.facts.definition.vector else FACTS

    def _find(self, name: str, seconds: float) -> Fact | list[Fact]:
        vector = self.facts.definition.vector
        method = "laws of functions of a vector" if vector else (FACTS | TRAINING)[name].method
        self._unfinished.discard(name)
        try:
            with deadline(seconds):
                return self._of_vector(name) if vector else self._of_variable(name)
        except OutOfTimeError as reason:
            self._unfinished.add(name)
            return Fact(name, None, method, proved=False, reason=str(reason))
        except SymactError as reason:
            return Fact(name, None, method, proved=False, reason=str(reason))
        except _FAULTS as bug:  # a fault of ours or of SymPy's in one fact doesn't cost the others
            if os.environ.get("SYMACT_DEBUG"):
                raise
            return Fact(name, None, method, proved=False, reason=f"internal error: {type(bug).__name__}: {bug}")

    def _of_variable(self, name: str) -> Fact | list[Fact]:
        kind = (FACTS | TRAINING)[name]
        cases = by_cases(self.facts.known, partial(_computed, name, kind, self.facts))
        found = [by.fact(name, value, conditions) for conditions, (by, value) in cases]
        return found if len(found) > 1 else found[0]

    def _of_vector(self, name: str) -> Fact:
        found = vector_fact(self.facts.definition, name)
        return Fact(name, found.value, found.why, found.reason is None, found.reason)


_FAULTS = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, RecursionError),
    *(SystemError, TypeError, ValueError),
)
