"""What no command measures: two threads, gradients from the saved output beside those from x, and other expressions; as Markdown.

python benchmarks/kernels.py [--seconds SECONDS] [threads] [saved] [expressions]

Every number says how many times as fast as the other version symact is: best times, all versions in turn. Each table has
a process of its own, as JAX fixes its number of threads when it is imported.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

import symact
from symact.peers.timing import geometric_mean, measured, timed

#: How ours computes: a dtype and a mode.
WAYS = tuple((dtype, mode) for dtype in ("float32", "float64") for mode in ("fast", "accurate"))
HEAD = [f"{dtype} {mode}" for dtype, mode in WAYS]
EXPRESSIONS = (
    "x*tanh(exp(x))",
    "x*log(1+sigmoid(x))",
    "x*erf(log(1+exp(x)))",
    "log(cosh(x))",
    "x/sqrt(1+x**2)",
    "sign(x)*log(1+Abs(x))",
    "exp(-x**2/2)",
    "atan(x)*2/pi",
    "Piecewise((x**2, x < 0), (sin(x), x < 2), (3 - x, True))",
    "a*x*sigmoid(b*x)",
)
THREADED = ("sigmoid", "tanh", "relu", "elu", "softplus", "silu", "gelu", "mish")
Call = Callable[[], Any]


def threads(seconds: float) -> Iterator[str]:
    """Two threads each, ten million numbers, new results."""
    import jax
    import torch

    torch.set_num_threads(2)
    jax.config.update("jax_enable_x64", True)
    yield from _head("two threads, n = 10⁷, times as fast as", [f"{way}: torch, JAX" for way in HEAD])
    found: list[list[dict[str, float]]] = []
    for name in THREADED:
        found.append([])
        for dtype, mode in WAYS:
            x = (np.random.default_rng(0).standard_normal(10**7) * 3).astype(dtype)
            found[-1].append(_times(_thread_calls(name, x, mode), seconds))
        yield _row(name, [", ".join(f"{r:.2f}" for r in ratios.values()) for ratios in found[-1]])
    means = [[geometric_mean([r[k][peer] for r in found]) for peer in ("torch", "jax")] for k in range(len(WAYS))]
    yield _row("geometric mean", ["**" + ", ".join(f"{m:.2f}" for m in pair) + "**" for pair in means])


def _thread_calls(name: str, x: Any, mode: str) -> dict[str, Call]:
    import jax
    import torch

    ours = symact.get(name).numpy(mode=mode).threaded(2)
    by_torch, given = getattr(torch.nn.functional, name), torch.from_numpy(x)
    by_jax = partial(jax.nn.gelu, approximate=False) if name == "gelu" else getattr(jax.nn, name)
    compiled, array = jax.jit(by_jax), jax.numpy.asarray(x)

    def torch_call() -> Any:
        with torch.no_grad():
            return by_torch(given)

    return {"ours": lambda: ours(x), "torch": torch_call, "jax": lambda: compiled(array).block_until_ready()}


def saved(seconds: float) -> Iterator[str]:
    """g times the slope, from y, one thread, all with out=; beside torch's from y and ours from x."""
    import torch

    torch.set_num_threads(1)
    aten = torch.ops.aten
    backward = {
        "sigmoid": lambda g, y, out: aten.sigmoid_backward(g, y, grad_input=out),
        "tanh": lambda g, y, out: aten.tanh_backward(g, y, grad_input=out),
        "elu": lambda g, y, out: aten.elu_backward(g, 1, 1, 1, True, y, grad_input=out),
    }
    sizes = (1000, 100000)
    yield from _head("from the saved output, times as fast as", ["n", *(f"{way}: torch, from x" for way in HEAD)])
    for name, by_torch in backward.items():
        for size in sizes:
            cells = []
            for dtype, mode in WAYS:
                rng = np.random.default_rng(0)
                x, g = ((scale * rng.standard_normal(size)).astype(dtype) for scale in (3, 1))
                cells.append(_ratios(_saved_calls(name, by_torch, x, g, mode), size, seconds))
            yield _row(name, [str(size), *cells])


def _saved_calls(name: str, by_torch: Callable[..., Any], x: Any, g: Any, mode: str) -> dict[str, Call]:
    import torch

    f = symact.get(name)
    ours, from_x, y, out = f.vjp(mode, saved="output"), f.vjp(mode), f.numpy()(x), np.empty_like(x)
    for call, given in ((ours, y), (from_x, x)):
        # from now on calls go straight to the ufunc, as in ordinary use
        call(given, g)
    tensors = [torch.from_numpy(a) for a in (g, y, np.empty_like(x))]

    def torch_call() -> Any:
        with torch.no_grad():
            return by_torch(*tensors)

    return {"ours": lambda: ours(y, g, out=out), "torch": torch_call, "x": lambda: from_x(x, g, out=out)}


def expressions(seconds: float) -> Iterator[str]:
    """The largest measured error, and the speed beside lambdify at 1000 and 100000 numbers."""
    sizes = (1000, 100000)
    blank = [""] * (len(WAYS) - 1)
    yield from _head("expression", ["ulp", *blank, "n = 10³", *blank, "n = 10⁵", *blank])
    yield _row("", [h.replace(" accurate", "") for h in HEAD] * 3)
    found: list[list[float]] = []
    for text in EXPRESSIONS:
        f = symact.define("f", text, **({"a": "3/2", "b": 2} if text.startswith("a*") else {}))
        bounds = [f.numpy(mode=mode).bound[dtype] for dtype, mode in WAYS]
        dtypes = ("float32", "float64")
        cases = {
            (c.dtype, c.size): c for c in measured([f.definition], ["forward"], dtypes, sizes, ("lambdify",), seconds)
        }
        ratios = [cases[dtype, size].ratio(mode) or np.nan for size in sizes for dtype, mode in WAYS]
        found.append(ratios)
        yield _row(text, [*(f"{b:.2f}" for b in bounds), *(f"{r:.1f}" for r in ratios)])
    means = [geometric_mean(column) for column in zip(*found, strict=True)]
    yield _row("geometric mean", ["", *blank, *(f"**{m:.1f}**" for m in means)])


def _times(calls: dict[str, Call], seconds: float) -> dict[str, float]:
    """How many times as fast as each other version ours is."""
    found = timed(calls, 1, seconds)
    return {name: found[name] / found["ours"] for name in calls if name != "ours"}


def _ratios(calls: dict[str, Call], size: int, seconds: float) -> str:
    return ", ".join(f"{ratio:.2f}" for ratio in _times(calls, seconds).values())


def _head(first: str, rest: Sequence[str]) -> Iterator[str]:
    yield _row(first, rest)
    yield "|" + "---|" * (len(rest) + 1)


def _row(first: str, rest: Sequence[str]) -> str:
    return f"| {first} | {' | '.join(rest)} |"


TABLES: dict[str, Callable[[float], Iterator[str]]] = {
    "threads": threads,
    "saved": saved,
    "expressions": expressions,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {', '.join(TABLES)}; all by default")
    parser.add_argument("--seconds", type=float, default=0.3, help="time for each case")
    options = parser.parse_args()
    unknown = set(options.tables) - set(TABLES)
    if unknown:
        parser.error(f"unknown table {unknown.pop()}; known: {', '.join(TABLES)}")
    if len(options.tables) == 1:
        for line in TABLES[options.tables[0]](options.seconds):
            print(line, flush=True)
        return
    for name in options.tables or TABLES:
        subprocess.run([sys.executable, __file__, "--seconds", str(options.seconds), name], check=True)
        print(flush=True)
    load = ", ".join(f"{n:.1f}" for n in os.getloadavg())
    print(f"Load of the machine at the end (1, 5, 15 minutes): {load}.")


if __name__ == "__main__":
    main()
