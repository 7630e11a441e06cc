"""Time of each textbook identity beside SymPy's simplify(left - right) == 0 and .equals, in one run.

python benchmarks/verify.py [--timeout SECONDS] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sympy import simplify
from sympy.core.cache import clear_cache
from sympy.matrices.expressions.matexpr import MatrixExpr

from symact.claims.files import textbook
from symact.claims.model import Claim, Relation
from symact.deadline import deadline
from symact.errors import OutOfTimeError
from symact.parse import parse_claim
from symact.proof.decide import decide
from symact.proof.verdict import Undecided
from symact.statement import unfolded

FOREIGN = {"Limit", "Integral", "Expectation", "Sum", "Indexed"}


def identities() -> list[tuple[str, bool, Claim]]:
    """The textbook claims SymPy can be asked: equations between expressions without limits and sums."""
    found = []
    for entry in textbook():
        claim = unfolded(parse_claim(entry.says, entry.assume))
        statement = claim.statement
        if not isinstance(statement, Relation) or statement.op != "==" or isinstance(statement.left, MatrixExpr):
            continue
        sides = (statement.left, statement.right)
        heads = {type(node).__name__ for side in sides for node in side.find(lambda e: bool(e.args))}
        if not heads & FOREIGN:
            found.append((str(entry.id), bool(entry.truth), claim))
    return found


def by_symact(claim: Claim) -> bool | None:
    """What the prover says; None for undecided."""
    found = decide(claim)
    return None if isinstance(found, Undecided) else bool(found)


def by_simplify(claim: Claim) -> bool | None:
    """True where SymPy's simplify reaches 0; another result says nothing."""
    return True if simplify(_difference(claim)) == 0 else None


def by_equals(claim: Claim) -> bool | None:
    """What SymPy's equals says."""
    found = _difference(claim).equals(0)
    return None if found is None else bool(found)


def _difference(claim: Claim) -> Any:
    statement = claim.statement
    assert isinstance(statement, Relation)
    return (statement.left - statement.right).doit()


METHODS: dict[str, Callable[[Claim], bool | None]] = {"symact": by_symact, "simplify": by_simplify, "equals": by_equals}


def measure(method: Callable[[Claim], bool | None], claim: Claim, timeout: float) -> tuple[bool | None, float]:
    """The answer, None without one in time, and the seconds it took, SymPy's cache empty at the start."""
    clear_cache()
    start = time.perf_counter()
    try:
        with deadline(timeout):
            answer = method(claim)
    except OutOfTimeError:
        answer = None
    except Exception as error:  # SymPy raises all kinds
        print(f"    {method.__name__}: {type(error).__name__}", file=sys.stderr)
        answer = None
    return answer, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--timeout", type=float, default=10.0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = []
    print(f"{'claim':45}" + "".join(f"{name:>18}" for name in METHODS))
    for name, truth, claim in identities():
        cells: dict[str, Any] = {}
        for method, function in METHODS.items():
            answer, seconds = measure(function, claim, options.timeout)
            outcome = "undecided" if answer is None else "right" if answer == truth else "WRONG"
            cells[method] = {"outcome": outcome, "seconds": seconds}
        rows.append({"id": name, "truth": truth, **cells})
        print(f"{name:45}" + "".join(f"{c['outcome']:>10}{c['seconds']:7.3f}s" for c in cells.values()), flush=True)
    print()
    for method in METHODS:
        outcomes = [row[method]["outcome"] for row in rows]
        times = [row[method]["seconds"] for row in rows]
        print(
            f"{method:10} right {outcomes.count('right')} of {len(rows)}, wrong {outcomes.count('WRONG')}, "
            f"{sum(times):.2f} s in all, median {statistics.median(times):.4f} s, slowest {max(times):.2f} s"
        )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
