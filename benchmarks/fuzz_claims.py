"""Mutated identities against an independent judge, and what stays undecided of claims made to deceive.

python benchmarks/fuzz_claims.py [--count 2000] [--seed 0] [--jobs 2]   exits 1 on any false verdict
python benchmarks/fuzz_claims.py --stress > benchmarks/undecided.md     exits 1 on any false verdict
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from symact.claims.files import read_claims
from symact.proof.verdict import Undecided
from symact.verification import verify_all

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from relation_fuzz import campaign  # noqa: E402 - the generator and the judge live with the tests

if TYPE_CHECKING:
    from relation_fuzz import Outcome

T = TypeVar("T")
COMMAND = "python benchmarks/fuzz_claims.py --stress > benchmarks/undecided.md"

#: Claims made to deceive, with the assumptions and whether they hold.
STRESS = Path(__file__).with_name("stress.toml")


def fuzz(count: int, seed: int, jobs: int) -> int:
    """Print the figures of a campaign; return 1 where a verdict was false."""
    if jobs == 1:
        found = list(_watched(campaign(seed, count), count))
    else:
        with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as executor:
            found = list(_watched(campaign(seed, count, executor), count))
    for outcome in found:
        if outcome.false:
            print(f"FALSE: {outcome.verdict}: {outcome.variant}")
    for outcome in found:
        if outcome.verdict == "undecided":
            print(f"undecided after {outcome.seconds:.2f} s: {outcome.variant}")
    print(_figures(found, seed))
    return int(any(outcome.false for outcome in found))


def _figures(found: list[Outcome], seed: int) -> str:
    names = [outcome.verdict for outcome in found]
    wrong = [outcome.verdict for outcome in found if outcome.false]
    times = sorted(outcome.seconds for outcome in found)
    late = times[min(len(times) * 95 // 100, len(times) - 1)]
    counts = ", ".join(f"{name} {names.count(name)}" for name in ("proved", "refuted", "undecided"))
    return (
        f"judged {len(found)} (seed {seed}): {counts}; false proofs {wrong.count('proved')}, "
        f"false refutations {wrong.count('refuted')}\n"
        f"time of a verdict: median {statistics.median(times):.4f} s, 95 % within {late:.3f} s, longest {times[-1]:.2f} s"
    )


def stress(jobs: int) -> int:
    """Print what stays undecided of the stress set as Markdown; return 1 where a verdict was false."""
    entries = read_claims(STRESS)
    results = list(_watched(verify_all(entries, jobs), len(entries)))
    names = [result.verdict.name for result in results]
    false = [result for result in results if result.agrees is False or result.error is not None]
    counts = ", ".join(f"{names.count(name)} {name}" for name in ("proved", "refuted", "undecided"))
    print("# What stays undecided\n")
    print(f"Of {len(results)} claims made to deceive: {counts}, {len(false)} wrong. Written by `{COMMAND}`.\n")
    print("| claim | assuming | it is | why it stays undecided |\n|---|---|---|---|")
    for result in results:
        if isinstance(result.verdict, Undecided):
            assume = ", ".join(f"`{relation}`" for relation in result.assume)
            reason = " ".join(result.verdict.reason.split()).replace("|", "\\|")
            print(f"| `{result.says}` | {assume} | {'true' if result.truth else 'false'} | {reason} |")
    for result in false:
        print(f"FALSE: {result.verdict.name}: {result.says} {result.error or ''}", file=sys.stderr)
    return int(bool(false))


def _watched(found: Iterable[T], total: int) -> Iterator[T]:
    """Yield what is found and say on standard error how far it is."""
    step = max(total // 20, 1)
    for done, outcome in enumerate(found, 1):
        if done % step == 0 or done == total:
            print(f"{done} of {total}", file=sys.stderr, flush=True)
        yield outcome


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1 is needed")
    return number


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=_positive, default=2000, help="how many variants")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=_positive, default=2, help="processes at work")
    parser.add_argument("--stress", action="store_true", help="print the table of the stress set instead")
    options = parser.parse_args()
    return stress(options.jobs) if options.stress else fuzz(options.count, options.seed, options.jobs)


if __name__ == "__main__":
    sys.exit(main())
