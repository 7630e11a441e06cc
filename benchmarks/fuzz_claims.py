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

from symact.claims.files import Entry
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
STRESS: list[tuple[str, tuple[str, ...], bool]] = [
    # waves: touching far out, periods without a common multiple, endless oscillation
    ("sin(exp(x)) < 1", (), False),
    ("range(sin(exp(x)), x) == Interval(-1, 1)", (), True),
    ("sin(x) + sin(sqrt(2)*x) < 2", (), True),
    ("range(sin(x) + sin(sqrt(2)*x), x) == Interval.open(-2, 2)", (), True),
    ("sin(x) + cos(x) < sqrt(2)", (), False),
    ("cos(x)*cos(2*x) > -1", (), False),
    ("x + x*cos(x)*cos(2*x) > 0", ("x > 0",), False),
    ("range(sin(x)/x, x) == Interval(-1, 1)", (), False),
    ("tan(x) > x", ("x > 0", "x < 3/2"), True),
    ("Abs(sin(x)) <= Abs(x)", (), True),
    ("cos(x) <= 1 - x**2/2 + x**4/24", (), True),
    ("strictly_increasing(x + sin(x), x)", (), True),
    ("strictly_increasing(x + 1.0000001*sin(x), x)", (), False),
    ("convex(softplus(x) + 1e-9*sin(x), x)", (), False),
    ("range(tanh(x) + 1e-9*sin(x), x) == Interval.open(-1, 1)", (), False),
    ("continuous(Piecewise((0, Eq(x, 0)), (x*sin(1/x), True)), x)", (), True),
    ("continuous(Piecewise((0, Eq(x, 0)), (sin(1/x), True)), x)", (), False),
    # tangency and bounds that are all but reached
    ("x**x >= exp(-1/E)", ("x > 0",), True),
    ("x**x > exp(-1/E)", ("x > 0",), False),
    ("log(x)/x < 1/E", ("x > 0",), False),
    ("exp(x) >= E*x + 1e-50", (), False),
    ("exp(x) >= E*x - 1e-50", (), True),
    ("exp(x) >= x**10", ("x >= 36",), True),
    ("atan(x) < 1.5707963267948966", (), False),
    ("erf(x) < 1 - 1e-300", (), False),
    ("erf(x) >= tanh(2*x/sqrt(pi))", ("x >= 0",), True),
    ("erf(x)**2 <= 1 - exp(-4*x**2/pi)", (), True),
    ("Abs(gelu(x) - x*sigmoid(1.702*x)) < 0.0204", (), True),
    ("Abs(gelu(x) - x*sigmoid(1.702*x)) < 0.0203", (), False),
    ("swish(x) > -0.2784645427610738", (), True),
    ("swish(x) > -0.27846454276107379", (), False),
    ("mish(x) >= -0.308843413017251", (), True),
    ("softplus(x)*softplus(-x) <= log(2)**2", (), True),
    ("convex(softplus(x) - 1e-30*x**2, x)", (), False),
    ("convex(x**4 - 1e-30*x**2, x)", (), False),
    ("exp(-exp(exp(exp(x)))) == 0", (), False),
    ("1e-30 + x**2 > exp(-(x - 3)**2*1e30)*9", (), True),
    ("even(Abs(x) + Max(0, x - 10000), x)", (), False),
    ("increasing(gelu(x), x)", ("x >= -0.7518",), False),
    ("x**5 - x - 1 > 0", ("x > 1.1673039782614187",), True),
    # limits, integrals, expectations
    ("limit(Abs(x)/x, x, 0) == 0", (), False),
    ("limit((1 + 1/x)**x, x, oo) == 2.718281828459045", (), False),
    ("limit(tanh(b*x), b, oo) == sign(x)", (), True),
    ("limit(tanh(b*x), b, oo) == 1", (), False),
    ("integral(exp(-t**2), t, 0, 10) == sqrt(pi)/2", (), False),
    ("integral(1/t, t, -1, 1) == 0", (), False),
    ("integral(sin(t)/t, t, 0, oo) == pi/2", (), True),
    ("integral(softsign(t), t, -1, 1) == 0", (), True),
    ("expectation(swish(z), z) == 0.206620964141907", (), False),
    ("expectation(swish(z), z) > 0.2066209641419", (), True),
    ("expectation(gelu(z)**2, z) == 1/3 + 1/(2*sqrt(3)*pi)", (), True),
    # several variables
    ("log(x*y) == log(x) + log(y)", (), True),
    ("log(x*y) == log(Abs(x)) + log(Abs(y))", (), True),
    ("sqrt(x/y) == sqrt(x)/sqrt(y)", (), True),
    ("x**2 + y**2 > 2*x*y", ("x != y",), True),
    ("(x + y)/2 >= sqrt(x*y)", ("x >= 0", "y >= 0"), True),
    ("x**4*y**2 + x**2*y**4 + 1 >= 3*x**2*y**2", (), True),
    ("x**4*y**2 + x**2*y**4 + 1 >= 3.0000001*x**2*y**2", (), False),
    ("Max(x, y) <= log(exp(x) + exp(y))", (), True),
    ("log(exp(x) + exp(y)) <= Max(x, y) + log(2)", (), True),
    ("softplus((x + y)/2) <= (softplus(x) + softplus(y))/2", (), True),
    ("tanh(x + y) <= tanh(x) + tanh(y)", ("x >= 0", "y >= 0"), True),
    ("sigmoid(x + y) <= sigmoid(x) + sigmoid(y)", (), True),
    ("Abs(tanh(x) - tanh(y)) <= Abs(x - y)", (), True),
    ("Abs(gelu(x) - gelu(y)) <= Abs(x - y)", (), False),
]


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
    entries = [Entry(says, assume=assume, truth=truth) for says, assume, truth in STRESS]
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
