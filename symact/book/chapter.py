"""One chapter of the book: all that is known of one function, as blocks that every format prints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..catalogue import lookup, names
from ..claims.files import Entry, textbook
from ..deadline import deadline
from ..definition import Definition
from ..derivation.build import KINDS
from ..derivation.proved import proved
from ..derivation.steps import Derivation
from ..errors import InputError, NotSupportedError, SymactError, UndecidedError
from ..facts.card import Card
from ..facts.record import Facts
from ..render.block import Block, Heading, Links, Listing, Paragraph, Picture
from ..render.document import Writer
from .claims import Verdict, claim_row
from .facts import listing
from .sketch import Sketch, sketch

__all__ = ["Chapter", "chapter", "mentioned", "related"]

#: Seconds a fact and a derivation with its check may take; far more than they do, so that pages don't depend on the machine.
TIMEOUT = 60.0
#: Functions that a claim about others uses without being about them.
ELEMENTARY = frozenset({"exp", "erf", "sign"})


@dataclass(frozen=True)
class Chapter:
    """A function's page: its blocks, its graph (None for functions of vectors), and how many steps were put to the prover."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    picture: Sketch | None
    steps: int
    card: tuple[tuple[str, str], ...]


def chapter(name: str, verdicts: dict[str, Verdict]) -> Chapter:
    """Return the chapter of a function of the catalogue; `verdicts` are those on the textbook claims, by what they say."""
    definition = lookup(name)
    facts = Facts(definition)
    derivations: list[Derivation] = []
    missing: list[tuple[str, str]] = []
    for what in ("derivative",) if definition.vector else KINDS:
        found, reason = _derived(facts, what)
        if found is None:
            missing.append((what.replace("-", " "), reason))
        elif what != "output-relation" or found.result not in [d.result for d in derivations]:
            derivations.append(found)
    writer = Writer(derivations[0], 2) if derivations else None
    picture = None if definition.vector else sketch(_at_defaults(facts))
    card = dict(Card(facts, TIMEOUT))
    found_blocks: list[Block] = [Heading(definition.title, 1), Paragraph((f"{name}: {_sources(definition)}",))]
    if writer is not None:
        found_blocks += [*writer.definition(), *_parameters(definition, writer)]
    if picture is not None:
        found_blocks.append(Picture(name, f"Graph of {definition.title}, its first and its second derivative"))
    if writer is not None:
        found_blocks += [Heading("Facts"), listing(card, writer.style)]
    for derivation in derivations:
        own = Writer(derivation, 2)
        found_blocks += [
            Heading(_kind(derivation)),
            *(own.parameters() if derivation.parameters else ()),
            *own.argument(),
        ]
    if missing:
        found_blocks += [Heading("Not derived"), Listing(tuple((what, (reason,)) for what, reason in missing))]
    entries = [entry for entry in textbook() if name in mentioned(entry.says)]
    if entries:
        rows = tuple(claim_row(entry, verdicts[entry.says]) for entry in entries)
        found_blocks += [Heading("What textbooks say of it"), Listing(rows)]
    others = related(name)
    if others:
        links = tuple((lookup(other).title, other) for other in others)
        found_blocks.append(Links("Related:", links))
    summary = () if definition.vector else _summary(card)
    return Chapter(name, definition.title, tuple(found_blocks), picture, sum(map(_count, derivations)), summary)


def _kind(derivation: Derivation) -> str:
    words = derivation.title.rsplit(": ", 1)[-1]
    return words[:1].upper() + words[1:]


def _derived(facts: Facts, what: str) -> tuple[Derivation | None, str]:
    """A derivation all of whose steps are proved: for all parameters, else for their defaults; or the reason why there is none."""
    reason = ""
    for attempt in (facts, _at_defaults(facts)) if facts.definition.parameters else (facts,):
        try:
            with deadline(TIMEOUT):
                return proved(attempt, what), ""
        except (UndecidedError, NotSupportedError, InputError) as error:
            # which formula of which piece it was says nothing to who reads the page
            unknown = str(error).startswith("no antiderivative")
            reason = reason or ("no antiderivative in closed form was found" if unknown else str(error))
    return None, reason


def _at_defaults(facts: Facts) -> Facts:
    values = {p.symbol: p.default for p in facts.definition.parameters if p.default is not None}
    return replace(facts, values=values)


def _count(derivation: Derivation) -> int:
    return sum(1 for step in derivation.steps for _ in step.walk())


def _sources(definition: Definition) -> str:
    """Aliases, source, note and libraries in sentences."""
    parts = []
    if definition.aliases:
        parts.append(f"also called {', '.join(definition.aliases)}")
    if definition.source:
        parts.append(definition.source)
    if definition.note:
        parts.append(definition.note)
    if definition.libraries:
        names_there = sorted({f"{entry.library}.{entry.name}" for entry in definition.libraries})
        parts.append(f"in {', '.join(names_there)}")
    return ". ".join(part[:1].upper() + part[1:] for part in parts) + "." if parts else ""


def _parameters(definition: Definition, writer: Writer) -> Iterator[Block]:
    rows = tuple(
        (
            p.symbol.name,
            (p.meaning or "parameter", *((", by default ", writer.box(p.default)) if p.default is not None else ())),
        )
        for p in definition.parameters
    )
    if rows:
        yield Listing(rows)


def _summary(card: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Facts by which the index is filtered: those whose value is a word."""
    found = []
    for name in ("monotonicity", "convexity", "parity"):
        fact = card.get(name)
        value = getattr(fact, "value", None)
        found.append(
            (name, value if isinstance(value, str) else "depends on parameters" if isinstance(fact, list) else "–")
        )
    return tuple(found)


def mentioned(says: str) -> frozenset[str]:
    """Return the names of the catalogue that a claim mentions, aliases resolved."""
    found = set()
    for word in set(re.findall(r"[a-z]\w*(?=\()", says)):
        if word in ELEMENTARY:
            continue
        try:
            found.add(lookup(word).name)
        except SymactError:
            continue
    return frozenset(found)


def related(name: str) -> list[str]:
    """Return the functions that a textbook claim mentions together with this one, and those whose names begin alike."""
    found = {other for entry in _shared(name) for other in mentioned(entry.says)}
    stem = name.split("_")[0]
    found |= {other for other in names() if other.split("_")[0] == stem}
    return sorted(found - {name})


def _shared(name: str) -> list[Entry]:
    return [entry for entry in textbook() if entry.truth is not False and name in mentioned(entry.says)]
