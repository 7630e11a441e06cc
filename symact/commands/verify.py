"""The command `verify`: claims in, verdicts out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError
from .options import JSON, progress, say, timeout_option, write_json

if TYPE_CHECKING:
    from ..claims.files import Entry
    from ..verification import Result

__all__ = ["verify"]

#: Seconds that an explanation may take.
EXPLAINING = 5.0

#: Columns of a terminal below which a table has no room for claims.
NARROW = 60

_STYLES = {"proved": "green", "refuted": "red", "undecided": "yellow"}


@click.command(short_help="Prove or refute claims.")
@click.argument("claims", metavar="CLAIM…", nargs=-1)
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A TOML file of [[claim]] tables; - is standard input.",
)
@click.option("--all", "every", is_flag=True, help="The textbook claims that come with symact.")
@click.option("--misprints", "printed", is_flag=True, help="The formulas that went wrong in print, with what is right.")
@click.option("--assume", multiple=True, metavar="RELATION", help='What the CLAIMs assume, for example "a > 0".')
@click.option(
    "--jobs", type=click.IntRange(1), help="How many claims are decided at a time. [default: one per processor]"
)
@timeout_option(20.0, "Seconds a claim may take.")
@click.option("--explain", is_flag=True, help="Say for every claim how it was proved, or where it fails.")
@JSON
def verify(
    claims: tuple[str, ...],
    files: tuple[Path, ...],
    every: bool,
    printed: bool,
    assume: tuple[str, ...],
    jobs: int | None,
    timeout: float,
    explain: bool,
    as_json: bool,
) -> int:
    """Prove or refute claims such as "sigmoid(-x) == 1 - sigmoid(x)" or "odd(tanh(x), x)".

    --json has their certificates, which `symact check` accepts.

    Exit status: 0 all proved, 1 some refuted, 3 some undecided. Where a file states a claim's truth: 0 all verdicts agree
    with it, 1 some contradict it, 3 some are undecided.
    """
    from ..verification import verify_all

    entries = _entries(claims, files, every, printed, assume)
    with progress() as bar:
        results = list(bar.track(verify_all(entries, jobs, timeout=timeout), len(entries), description="verifying"))
    if as_json:
        write_json([result.to_json() for result in results])
    else:
        _print(results, explain)
    for result in results:
        if result.error is not None:
            say(f"{_named(result) if len(results) > 1 else ''}{result.error}")
    return status(results)


def _named(result: Result) -> str:
    """Which claim of several an error is about."""
    from ..parse.limits import shown

    return f"{result.id or shown(result.says)}: "


def status(results: Sequence[Result]) -> int:
    """Return the exit status of a batch: 2 for what can't be read, 1 for a refutation or contradiction, 3 for undecided."""
    if any(result.error is not None for result in results):
        return 2
    failed = (r.agrees is False if r.truth is not None else r.verdict.name == "refuted" for r in results)
    if any(failed):
        return 1
    return 3 if any(r.verdict.name == "undecided" for r in results) else 0


def _entries(
    claims: Sequence[str], files: Sequence[Path], every: bool, printed: bool, assume: Sequence[str]
) -> list[Entry]:
    from ..claims.files import Entry, misprints, read_claims, textbook

    if assume and not claims:
        raise InputError("--assume is about the CLAIMs on the command line; in a file, write assume = […]")
    found = [Entry(says.strip(), assume=tuple(map(str.strip, assume))) for says in claims]
    found += textbook() if every else ()
    found += misprints() if printed else ()
    for file in files:
        found += read_claims(file)
    if not found:
        raise InputError("nothing to verify: write a claim, --file FILE.toml or --all")
    return found


def _print(results: Sequence[Result], explain: bool) -> None:
    """A table in a terminal that has room for it, else a line for each claim; explanations below each claim.

    What can't be read has no verdict; the reason goes to standard error.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(markup=False, emoji=False, highlight=False)
    readable = [r for r in results if r.error is None]
    if console.is_terminal and console.width >= NARROW and not explain and len(results) > 1:
        table = Table()
        table.add_column("claim", overflow="fold")
        table.add_column("verdict", no_wrap=True)
        table.add_column("how", overflow="fold", style="dim")
        table.add_column("time", justify="right", no_wrap=True)
        for r in readable:
            verdict = Text(r.verdict.name + _remark(r), style=_STYLES[r.verdict.name])
            how = "\n".join(_counterexample(r)) or r.verdict.method
            table.add_row(Text(r.says + _conditions(r)), verdict, Text(how), f"{r.seconds:.2f} s")
        console.print(table)
    else:
        for r in readable:
            word = f"{r.verdict.name + _remark(r):<10}", _STYLES[r.verdict.name]
            console.print(Text.assemble(word, f" {r.seconds:6.2f} s  {r.says}{_conditions(r)}"), soft_wrap=True)
            for text in _explanation(r) if explain else _counterexample(r):
                console.print(f"    {text}".rstrip(), soft_wrap=True)
    if len(results) > 1:
        console.print(_summary(results), soft_wrap=True)


def _remark(result: Result) -> str:
    return " (contradicts the file)" if result.agrees is False else ""


def _conditions(result: Result) -> str:
    return f"   for {', '.join(result.assume)}" if result.assume else ""


def _counterexample(result: Result) -> Iterator[str]:
    """Where a claim fails, or why it is open."""
    from ..proof.verdict import Refuted, Undecided

    verdict = result.verdict
    if isinstance(verdict, Refuted):
        point = ", ".join(f"{name} = {value}" for name, value in verdict.counterexample.items())
        yield f"counterexample: {point}" if point else "it holds nowhere"
        if verdict.left or verdict.right:
            yield f"there the left side is {verdict.left}, the right side {verdict.right}"
    elif isinstance(verdict, Undecided):
        yield f"reason: {verdict.reason}"


def _explanation(result: Result) -> Iterator[str]:
    yield from _counterexample(result)
    if result.verdict.method:
        yield f"method: {result.verdict.method}"
    bits = getattr(result.verdict, "bits", 0)
    if bits:
        yield f"decided by balls of {bits} bits, which certainly contain the values"
    yield from _derivation(result)
    yield from _steps(dict(getattr(result.verdict, "certificate", {})), 0)
    if result.note:
        yield f"note: {result.note}"


def _derivation(result: Result) -> Iterator[str]:
    """How one sees it, step by step, where a derivation is found within a few seconds."""
    from ..deadline import deadline
    from ..derivation.explained import explained
    from ..errors import UndecidedError
    from ..parse import parse_claim
    from ..render.explanation import explanation_text

    if result.verdict.name == "undecided":
        return
    try:
        with deadline(EXPLAINING):
            found = explained(parse_claim(result.says, result.assume), result.verdict)
    except UndecidedError:  # out of time
        return
    if found is not None:
        yield from explanation_text(found).rstrip().splitlines()


def _steps(certificate: dict[str, Any], depth: int) -> Iterator[str]:
    """What a certificate states, part by part."""
    statement = certificate.get("statement")
    if isinstance(statement, dict) and {"left", "op", "right"} <= statement.keys():
        given = f"   for {', '.join(statement['assume'])}" if statement.get("assume") else ""
        text = f"{statement['left']} {statement['op']} {statement['right']}{given}"
        yield f"{'  ' * depth}shown ({certificate.get('kind')}): {text}"
    parts = certificate.get("parts", [])
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, dict):
            yield from _steps(part, depth + 1)


def _summary(results: Sequence[Result]) -> str:
    names = ["not read" if r.error is not None else r.verdict.name for r in results]
    text = ", ".join(f"{names.count(name)} {name}" for name in (*_STYLES, "not read") if name in names)
    stated = [r for r in results if r.truth is not None]
    if stated:
        text += f"; {sum(r.agrees is True for r in stated)} of {len(stated)} verdicts as the file says"
    return f"{text}; {sum(r.seconds for r in results):.1f} s of work"
