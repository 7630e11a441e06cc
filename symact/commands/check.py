"""The command `check`: certificates in, whether they are accepted out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..errors import InputError, SymactError
from .options import JSON, write_json

__all__ = ["check"]

#: Certificates larger than this are not ours.
MAX_BYTES = 10**8


@click.command()
@click.argument("file", metavar="CERT.json", type=click.Path(path_type=Path))
@JSON
def check(file: Path, as_json: bool) -> int:
    """Check certificates again, without the prover.

    CERT.json is one certificate, or what `verify --json` or `show --json --certificates` printed; - is standard input.
    Exit status: 0 all are accepted, 1 some are rejected.
    """
    records: list[dict[str, Any]] = []
    source = "standard input" if str(file) == "-" else str(file)
    for name, look in _certificates(_document(file, source), ""):
        reason = None
        try:
            look()
        except SymactError as error:
            reason = str(error)
        records.append({"name": name, "accepted": reason is None, "reason": reason})
    if not records:
        raise InputError(f"{source} holds no certificate; write one by `symact verify CLAIM --json`")
    if as_json:
        write_json(records)
    else:
        for record in records:
            click.echo(f"{'accepted' if record['accepted'] else 'rejected'}  {record['name']}".rstrip())
            if not record["accepted"]:
                click.echo(f"    {record['reason']}")
    return 0 if all(record["accepted"] for record in records) else 1


def _document(file: Path, source: str) -> Any:
    try:
        if str(file) == "-":
            content = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with file.open("rb") as stream:
                content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"can't read {source}: {getattr(error, 'strerror', None) or error}") from error
    if len(content) > MAX_BYTES:
        raise InputError(f"{source} is larger than {MAX_BYTES // 10**6} MB; that is no certificate of symact")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{source} isn't JSON: {' '.join(str(error).split())[:120]}") from error


def _certificates(document: Any, name: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the name and the check of every certificate, record of a claim or fact of a card in a document."""
    from ..recheck import check_record

    if isinstance(document, list):
        for number, part in enumerate(document, 1):
            yield from _certificates(part, f"{name} {number}".strip())
    elif isinstance(document, dict):
        if "claim" in document and "verdict" in document:
            if document["verdict"] != "undecided":
                yield str(document.get("id") or document["claim"]), partial(check_record, document)
        elif isinstance(facts := document.get("facts"), dict):
            for fact, cases in facts.items():
                for case in cases if isinstance(cases, list) else [cases]:
                    if isinstance(case, dict) and case.get("certificate") is not None:
                        yield fact, partial(_check_case, document, fact, case)
        elif "kind" in document:
            yield name, partial(_check, document)
        else:
            for key, part in document.items():
                yield from _certificates(part, f"{name} {key}".strip())


def _check_case(card: dict[str, Any], name: str, case: dict[str, Any]) -> None:
    """The certificate is right, and about the fact as it is printed beside it."""
    from ..recheck.facts import suits

    suits(case["certificate"], card, name, case)
    _check(case["certificate"])


def _check(certificate: dict[str, Any]) -> None:
    """A certificate of any kind is right."""
    from ..recheck import check as recheck
    from ..recheck.facts import check_fact
    from ..recheck.vector_facts import check_vector_fact

    rules: dict[str, Callable[[Any], None]] = {"fact": check_fact, "vector-fact": check_vector_fact}
    rules.get(str(certificate["kind"]), recheck)(certificate)
