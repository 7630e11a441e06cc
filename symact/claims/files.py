"""Files of claims: TOML tables with a statement, what it assumes, and whether it is known to hold."""

from __future__ import annotations

import sys
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from ..errors import InputError

__all__ = ["Entry", "misprints", "read_claims", "textbook"]

MAX_BYTES = 10**6
MAX_CLAIMS = 10_000
#: Bound for the sum of (dots in a line)**2: a dotted key takes tomllib quadratic time, a line of a megabyte an hour.
MAX_SQUARED_DOTS = 10**7
#: How many characters of the input a message repeats.
SHOWN = 60


@dataclass(frozen=True)
class Entry:
    """A claim as text: what it says under which assumptions, and whether it is known to hold (None: not stated)."""

    says: str
    id: str | None = None
    assume: tuple[str, ...] = ()
    truth: bool | None = None
    note: str = ""


def read_claims(source: Path | str) -> tuple[Entry, ...]:
    """Return the claims of a TOML file, or of a text in TOML, in their order; what they say isn't read yet.

    A `Path` is the file, Path("-") the standard input, a `str` the text itself. Each `[[claim]]` table has `says` and,
    if wanted, `id`, `assume` (a list of texts), `truth` and `note`. Raises InputError for anything
    else: a file that can't be read, isn't UTF-8 or holds more than 1 MB or 10,000 claims, a text that isn't TOML or
    states no claim, an unknown key, a value of the wrong type, an id that occurs twice.
    """
    if isinstance(source, Path):
        path = str(source)
        name = _shown(path if len(path) <= SHOWN else "…" + path[1 - SHOWN :])
        text = _decoded(name, _content(name, source))
    else:
        name, text = "the text of the claims", source
    tables = _tables(name, text)
    entries = tuple(_entry(f"{name}, claim {number}", table) for number, table in enumerate(tables, 1))
    first: dict[str, int] = {}
    for number, entry in enumerate(entries, 1):
        if entry.id is not None and (other := first.setdefault(entry.id, number)) != number:
            raise InputError(
                f"{name}, claim {number}: the id {_shown(entry.id)} is that of claim {other}; choose another"
            )
    return entries


@cache
def textbook() -> tuple[Entry, ...]:
    """Return what textbooks, articles and course notes state about activation functions, right and wrong."""
    return _supplied("textbook.toml")


@cache
def misprints() -> tuple[Entry, ...]:
    """Return formulas that went wrong in print, each followed by what is right."""
    return _supplied("misprints.toml")


def _supplied(name: str) -> tuple[Entry, ...]:
    """Read a file that is installed beside this module, be it in a directory or in an archive."""
    return read_claims((resources.files(__package__) / name).read_text(encoding="utf-8"))


def _content(name: str, path: Path) -> bytes:
    """Read no more of a file than is needed to know that it is too large; - is the standard input."""
    if str(path) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"can't read {name}: {error.strerror or error}") from error
    except ValueError as error:
        raise InputError(f"can't read {name}: it is no path") from error


def _decoded(name: str, content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise _too_large(name)
    try:
        return content.decode("utf-8-sig")  # some editors write the byte order mark
    except UnicodeDecodeError as error:
        raise InputError(f"{name} isn't UTF-8: byte {error.start + 1} can't be read; save it in UTF-8") from error


def _too_large(name: str) -> InputError:
    return InputError(f"{name}: more than {MAX_BYTES // 10**6} MB are too large for claims; split the file")


def _tables(name: str, text: str) -> list[Any]:
    """The tables of a text in TOML, without a look into them."""
    if len(text) > MAX_BYTES:
        raise _too_large(name)
    dots = [line.count(".") for line in text.split("\n")]
    if sum(count**2 for count in dots) > MAX_SQUARED_DOTS:
        most = max(dots)
        raise InputError(
            f"{name}, line {dots.index(most) + 1}: {most} dots in a line are too many; no claim needs them"
        )
    try:
        document = tomllib.loads(text)
    except RecursionError as error:
        raise InputError(f"{name} isn't read: it is nested too deeply; write [[claim]] tables") from error
    except ValueError as error:
        raise InputError(f"{name} isn't TOML: {_line(str(error))}") from error
    unknown = [key for key in document if key != "claim"]
    if unknown:
        raise InputError(f"{name}: unknown key {_shown(unknown[0])}; a file of claims consists of [[claim]] tables")
    tables = document.get("claim", [])
    if not isinstance(tables, list):
        raise InputError(f"{name}: 'claim' must be a list of tables; write [[claim]], with two brackets")
    if not tables:
        raise InputError(f'{name} states no claim; write a [[claim]] table with says = "…"')
    if len(tables) > MAX_CLAIMS:
        raise InputError(f"{name}: {len(tables)} claims are too many, at most {MAX_CLAIMS} are read; split the file")
    return tables


def _entry(where: str, table: Any) -> Entry:
    """The entry a table states; each error names the claim by its number and, if it has one, its id."""
    if not isinstance(table, dict):
        raise InputError(f'{where}: it is {_kind(table)}; write a [[claim]] table with says = "…"')
    if isinstance(table.get("id"), str):
        where = f"{where} ({_shown(table['id'])})"
    for key, value in table.items():
        if key not in _KEYS:
            raise InputError(f"{where}: unknown key {_shown(key)}; a claim has {', '.join(_KEYS)}")
        wanted, holds = _KEYS[key]
        if not holds(value):
            raise InputError(f"{where}: '{key}' is {_kind(value)}; write {wanted}")
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                _check_text(f"{where}: '{key}'", text, may_be_empty=key == "note")
    if "says" not in table:
        raise InputError(f"{where}: 'says' is missing; write {_KEYS['says'][0]} with the statement")
    return Entry(**{**table, "assume": tuple(table.get("assume", ()))})


def _check_text(what: str, text: str, *, may_be_empty: bool) -> None:
    if not may_be_empty and not text.strip():
        raise InputError(f"{what} is empty; write a text")
    for character in text:
        # escape sequences and halves of characters would reach the terminal
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\t\n":
            raise InputError(f"{what} contains the control character U+{ord(character):04X}; remove it")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


#: Key of a claim → what to write for it, and whether a value is that.
_KEYS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "says": ('says = "…"', _is_text),
    "id": ('id = "…"', _is_text),
    "assume": ('assume = ["a > 0", …]', _is_list_of_texts),
    "truth": ("truth = true or truth = false", _is_truth),
    "note": ('note = "…"', _is_text),
}

#: Python's names of TOML's types.
_KINDS = {
    "str": "a text",
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "list": "a list of other things than texts",
    "dict": "a table",
}


def _kind(value: Any) -> str:
    return "an empty list" if value == [] else _KINDS.get(type(value).__name__, "a date or time")


def _shown(text: str) -> str:
    """The text in quotes as a message may repeat it: short and printable."""
    cut = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    return "'" + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in cut) + "'"


def _line(message: str) -> str:
    """A message of the TOML reader as one short line."""
    cut = message.partition("\n")[0]
    cut = cut if len(cut) <= 2 * SHOWN else cut[: 2 * SHOWN] + "…"
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in cut)
