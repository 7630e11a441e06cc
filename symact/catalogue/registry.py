"""A collection of definitions in which each name and alias occurs once."""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from difflib import get_close_matches

from ..definition import Definition
from ..errors import InputError

__all__ = ["Registry"]

#: Names longer than this are cut in messages and not compared with the known ones: comparing takes quadratic time.
LONGEST = 40


class Registry:
    """Definitions, found by name or alias regardless of case; raises InputError where one name stands for two."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self.definitions = tuple(sorted(definitions, key=lambda definition: definition.name))
        self._found: dict[str, Definition] = {}
        for definition in self.definitions:
            for word in (definition.name, *definition.aliases):
                self._add(word, definition)

    def _add(self, word: str, definition: Definition) -> None:
        if not word.isidentifier() or keyword.iskeyword(word) or word != word.lower():
            raise InputError(f"the name {word!r} of {definition.title!r} must be a lower-case Python identifier")
        if word in self._found:
            first, second = self._found[word].title, definition.title
            raise InputError(f"the name {word!r} is taken twice: by {first!r} and {second!r}")
        self._found[word] = definition

    def names(self) -> tuple[str, ...]:
        """Return the names, sorted, without aliases."""
        return tuple(definition.name for definition in self.definitions)

    def aliases(self) -> dict[str, str]:
        """Return the name each alias stands for, sorted by alias."""
        return {word: found.name for word, found in sorted(self._found.items()) if word != found.name}

    def find(self, name: str) -> Definition | None:
        """Return the definition of this name or alias, None if there is none."""
        return self._found.get(name.lower())

    def lookup(self, name: str) -> Definition:
        """Return the definition of this name or alias; raise InputError that names the nearest known ones."""
        word = name.lower()
        if word in self._found:
            return self._found[word]
        shown = name if len(name) <= LONGEST else name[:LONGEST] + "…"
        near = get_close_matches(word, self._found, n=3) if len(name) <= LONGEST else []
        if name and not name.isidentifier():
            hint = "only names are looked up; symact.define(name, expression) makes an activation of an expression"
        else:
            hint = f"did you mean {', '.join(near)}?" if near else "`symact list` shows the known names"
        raise InputError(f"unknown activation {shown!r}; {hint}")
