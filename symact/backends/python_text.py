"""What Python modules that are written have in common: names and docstrings."""

from __future__ import annotations

import re
from collections.abc import Set
from keyword import iskeyword
from textwrap import indent, wrap

__all__ = ["docstring", "identifier"]

WIDTH = 118


def identifier(name: str, taken: Set[str], reserved: str = "(?!)") -> str:
    """Return a name that Python takes, that isn't taken and doesn't match the pattern of reserved ones."""
    name = re.sub(r"\W", "_", name)
    name = name if name.isidentifier() else f"f_{name}"
    return f"{name}_" if name in taken or iskeyword(name) or re.fullmatch(reserved, name) else name


def docstring(text: str, level: int = 0) -> str:
    """Return a docstring, indented."""
    lines = [part for line in text.splitlines() for part in (wrap(line, WIDTH - 4 * level - 6) or [""])]
    body = "\n".join(lines).replace("\\", "\\\\").replace('"""', "'''")
    end = "\n" if len(lines) > 1 else ""
    return indent(f'"""{body}{end}"""', " " * 4 * level, lambda line: bool(line.strip()))
