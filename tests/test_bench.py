"""The comparison with other libraries: who is compared, what is measured, what the command prints."""

import json

import numpy as np
import pytest

from symact.catalogue import lookup
from symact.cli import main
from symact.errors import InputError
from symact.numeric import compile_function, compile_pullback
from symact.peers import LIBRARIES, installed, peers
from symact.peers.timing import Case, geometric_mean, timed

X = np.linspace(-3, 3, 41)


def test_numpy_and_lambdify_are_always_there():
    assert {"numpy", "lambdify"} <= set(installed()) <= set(LIBRARIES)


@pytest.mark.parametrize("gradient", [False, True])
@pytest.mark.parametrize("name", ["sigmoid", "elu", "silu"])
@pytest.mark.filterwarnings("ignore")
def test_every_version_computes_the_function(name, gradient):
    found = peers(lookup(name), gradient, "float64")
    assert {"textbook", "lambdify"} <= {p.label for p in found}
    g = np.linspace(1, 2, X.size)
    ours = compile_function(lookup(name), int(gradient))(X) * (g if gradient else 1)
    for peer in found:
        call = peer.prepare(X, g if gradient else None)
        np.testing.assert_allclose(np.asarray(call()), ours, rtol=1e-6, atol=1e-9, err_msg=peer.label)
        assert peer.reuses == (call() is call() and isinstance(call(), np.ndarray)) or "torch" in peer.library


def test_what_computes_something_else_is_left_out():
    from dataclasses import replace

    from symact.definition import Implementation

    other = replace(lookup("exponential"), libraries=(Implementation("numpy", "expm1"), Implementation("numpy", "exp")))
    labels = [p.label for p in peers(other, False, "float64", ("numpy",))]
    assert labels == ["numpy", "numpy out="]


def test_unknown_libraries():
    with pytest.raises(InputError, match="unknown library fortran; known: numpy, lambdify"):
        peers(lookup("tanh"), False, "float64", ("fortran",))


def test_times_are_interleaved_and_per_element():
    order = []
    found = timed({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 10, 0.01)
    assert set(found) == {"a", "b"}
    assert 0 < found["a"] < 1000
    assert "a" in order[order.index("b") + 3 :]


def test_ratio_is_to_the_fastest():
    ours, limits = {"accurate": {"new": 4.0, "out": 2.0}}, {"copyto": 1, "exp": 1}
    case = Case("f", "forward", "float32", (2, 5), ours, {"slow": 9.0, "quick": 3.0}, limits)
    assert case.fastest == "quick"
    assert case.size == 10
    assert case.ratio("accurate") == 1.5
    assert Case("f", "forward", "float32", (10,), ours, {}, limits).ratio("accurate") is None
    assert geometric_mean([1, 4]) == pytest.approx(2)


def run(capsys, *arguments):
    status = main(["bench", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.filterwarnings("ignore")
def test_the_command(tmp_path, capsys):
    picture = tmp_path / "ratios.svg"
    few = ["silu", "--size", "1e3", "--size", "16", "--dtype", "float32", "--library", "numpy", "--seconds", "0.01"]
    status, out, _ = run(capsys, *few, "--json", "--plot", str(picture))
    assert status == 0
    cases = json.loads(out)
    assert [(c["kind"], c["n"]) for c in cases] == [
        ("forward", 1000),
        ("forward", 16),
        ("gradient", 1000),
        ("gradient", 16),
    ]
    for c in cases:
        assert set(c) == {"function", "kind", "dtype", "n", "shape", "symact", "peers", "limits", "fastest", "ratio"}
        assert set(c["symact"]) == {"accurate", "fast"}
        assert c["fastest"] == "textbook"
        best = min(c["symact"]["fast"].values())
        assert c["ratio"]["fast"] == pytest.approx(c["peers"]["textbook"] / best)
    assert picture.read_text().startswith("<?xml")
    status, out, err = run(capsys, *few)
    assert status == 0
    assert "comparing with numpy" in err
    assert "geometric mean" in out
    assert out.count("silu") >= 8


@pytest.mark.parametrize("gradient", [False, True])
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp", "softmin"])
@pytest.mark.filterwarnings("ignore")
def test_every_version_of_a_function_of_rows(name, gradient):
    found = peers(lookup(name), gradient, "float64")
    assert "textbook" in {p.label for p in found}
    x = np.linspace(-3, 3, 20).reshape(4, 5) ** 3
    f = compile_function(lookup(name))
    g = np.cos(f(x)) if gradient else None
    ours = compile_pullback(lookup(name))(x, g) if gradient else f(x)
    for peer in found:
        np.testing.assert_allclose(np.asarray(peer.prepare(x, g)()), ours, rtol=1e-6, atol=1e-9, err_msg=peer.label)


@pytest.mark.filterwarnings("ignore")
def test_rows(capsys):
    few = [
        "softmax",
        "silu",
        "--size",
        "16",
        "--shape",
        "3x7",
        "--dtype",
        "float64",
        "--library",
        "numpy",
        "--seconds",
        "0.01",
    ]
    status, out, _ = run(capsys, *few, "--json")
    assert status == 0
    cases = json.loads(out)
    assert [(c["function"], c["kind"], c["n"], c["shape"]) for c in cases] == [
        ("softmax", "forward", 21, [3, 7]),
        ("softmax", "gradient", 21, [3, 7]),
        ("silu", "forward", 16, [16]),
        ("silu", "gradient", 16, [16]),
    ]
    # softmax tells its Jacobian, silu not its slope
    assert [list(c["symact"]["fast"]) for c in cases] == [
        ["new", "out"],
        ["new", "out", "saved"],
        ["new", "out"],
        ["new", "out"],
    ]
    assert all(c["fastest"] == "textbook" for c in cases)
    assert "softmax      forward  float64 3x7" in run(capsys, *few)[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["softmax", "--shape", "64"], "a shape must be rows and columns such as 64x1024"),
        (["softmax", "--shape", "0x5"], "a shape must be rows and columns such as 64x1024"),
        (["nothing"], "nothing"),
        (["a*x"], "a*x needs a value for a: write a number for it"),
        (["tanh", "--size", "many"], "not a number of elements"),
        (["tanh", "--size", "0.5"], "must be a whole number"),
        (["tanh", "--library", "fortran"], "unknown library fortran"),
        (["tanh", "--plot", "a.txt"], "--plot writes PNG, SVG or PDF"),
    ],
)
def test_bad_input(arguments, message, capsys):
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert message in err
    assert len(err.splitlines()) == 1
    assert out == ""
