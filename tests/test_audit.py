"""The audit: what it finds in formulas known to be wrong, what it prints, and every float32 input of a part."""

import json

import numpy as np
import pytest

from symact.catalogue import lookup
from symact.cli import main
from symact.commands.measuring import chosen
from symact.numeric import compile_function
from symact.numeric.accuracy import judged, prepared
from symact.numeric.vector_accuracy import judged_rows, prepared_rows
from symact.peers.audit import Exhaustive, audited, every_float32


def run(capsys, *arguments):
    status = main(["audit", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_what_is_lost_is_named_with_the_input():
    where = prepared(lookup("sigmoid"))
    found = judged(lambda x: np.where(x < -20, 0, 1 / (1 + np.exp(-np.abs(x)))), where)
    assert found.worst > 1e10
    assert any(fault.startswith("0 at -20.") for fault in found.faults)
    found = judged(lambda x: np.exp(x) / (1 + np.exp(x)), where)
    assert found.worst == np.inf
    assert found.finite < 10
    assert any(fault.startswith(("nan at 709.", "nan at 71")) for fault in found.faults)
    assert any("warning: overflow" in fault for fault in found.faults)
    assert "nan at inf, not 1.0" in found.faults


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["value", "gradient"])
def test_ours_stand_beside_textbook_formulas(kind):
    entries = list(audited([lookup("silu"), lookup("mish")], [kind], ["float64"], ("numpy", "lambdify"), 40))
    assert {e.library for e in entries} == {"symact", "numpy", "lambdify"}
    for e in entries:
        if e.library == "symact":
            assert e.accuracy.worst < 5
            assert not e.accuracy.faults
        else:
            assert e.accuracy.faults or e.accuracy.worst > 5
        json.dumps(e.record(), allow_nan=False)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["value", "gradient"])
@pytest.mark.parametrize("name", ["softmax", "log_softmax", "logsumexp", "softmin", "maxout"])
def test_functions_of_rows(name, kind):
    entries = list(audited([lookup(name)], [kind], ["float32", "float64"], ("numpy",), 20))
    entries = entries or list(audited([lookup(name)], [kind], ["float32", "float64"], ("symact",), 20))
    for e in entries:
        json.dumps(e.record(), allow_nan=False)
        assert len(e.record()["x"]) in (1, 5, 300)
        if e.library == "symact":
            assert not e.accuracy.faults
            assert e.accuracy.worst < (0.51 if e.dtype == "float32" else 10)
        elif name != "maxout":
            assert any("inf" in fault for fault in e.accuracy.faults)


def test_what_rows_lose():
    where = prepared_rows(lookup("log_softmax"), 0, np.float32, 20)

    def textbook(x):
        return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))

    with np.errstate(all="ignore"):
        found = judged_rows(textbook, where)
    assert found.worst == np.inf
    assert any(fault.startswith(("inf at (", "nan at (")) for fault in found.faults)
    right = judged_rows(lambda x: np.float32(compile_function(lookup("log_softmax"))(x.astype(float))), where)
    assert right.worst <= 0.5 + 1e-6
    # one unit beside the truth everywhere
    moved = judged_rows(lambda x: np.nextafter(compile_function(lookup("log_softmax"))(x), np.float32(-np.inf)), where)
    assert 1 <= moved.worst < 2.01


def test_products_with_jacobians_of_rows():
    """At the midpoint of doubles, by differences of the certain values."""
    where = prepared_rows(lookup("softmax"), 1, np.float64, 10)
    x, g = where.x[0][:2], where.g[0][:2]
    f = compile_function(lookup("softmax"))
    for k in range(5):
        step = 1e-6 * np.eye(5)[k]
        difference = ((f(x + step) - f(x - step)) / 2e-6 * g).sum(axis=-1)
        np.testing.assert_allclose(where.truth[0].high[:2, k], difference, atol=1e-8)


def test_exhaustive_judgement():
    state = Exhaustive()
    x = np.float32([1, 2, 3, 4, 5, 6])
    true = np.array([1.0, 2.0 + 2.0**-24, 1e-30, 4.0, np.inf, np.nan])
    y = np.float32([1, 2, 0, np.nan, np.inf, np.nan])
    state.add(x, y, true)
    assert state.count == 6
    assert state.lost == 2
    assert state.first_lost == 3
    assert state.wrong == 2
    state.add(np.float32([7]), np.float32([1 + 2**-22]), np.array([1.0]))
    assert state.worst[0] == (2.0, 7.0, 1 + 2**-22)


def test_a_part_of_all_float32_inputs():
    steps = every_float32(lookup("gelu"), 0, "symact", 1 << 16)
    for _ in range(3):
        state = next(steps)
    assert state.count == 3 << 16
    assert state.lost == 0
    assert not state.worst or state.worst[0][0] < 0.51


@pytest.mark.campaign
@pytest.mark.parametrize("name", ["gelu", "mish", "softplus", "elu", "tanh", "silu"])
@pytest.mark.parametrize("order", [0, 1])
def test_parts_of_all_float32_inputs(name, order):
    size = 1 << 14
    # every four hundredth part of the float32 numbers
    truth = compile_function(lookup(name), order)
    state = Exhaustive()
    for start in range(0, 1 << 32, 400 * size):
        x = np.arange(start, start + size, dtype=np.uint32).view(np.float32)
        x = x[~np.isnan(x)]
        if x.size:
            state.add(x, truth(x), truth(x.astype(np.float64)))
    assert state.count > 10_000_000
    assert state.lost == 0
    # what is stated was measured at fewer points; what is promised holds at all
    assert state.worst[0][0] < min(truth.bound["float32"] + 0.08, 1), state


@pytest.mark.filterwarnings("ignore")
def test_the_command(capsys, tmp_path):
    arguments = ["numpy", "--function", "elu", "--dtype", "float64", "--points", "20"]
    status, out, err = run(capsys, *arguments, "--json")
    assert status == 0
    assert "auditing numpy" in err
    entries = json.loads(out)
    assert [(e["kind"], e["library"]) for e in entries] == [
        ("value", "symact"), ("value", "numpy"), ("gradient", "symact"), ("gradient", "numpy")
    ]  # fmt: skip
    assert entries[0]["worst_ulp"] < 2
    status, out, _ = run(capsys, *arguments, "-o", str(tmp_path / "table.md"))
    assert (status, out) == (0, "")
    lines = (tmp_path / "table.md").read_text().splitlines()
    assert lines[0].startswith("| function |")
    assert len(lines) == 6


def test_values_in_the_text_of_a_function_are_used():
    changed, plain, own = chosen(["elu(alpha=2)", "elu", "x/x"])
    assert [d.name for d in (changed, plain, own)] == ["elu(alpha=2)", "elu", "x/x"]
    assert [d.parameters[0].default for d in (changed, plain)] == [2, 1]
    assert float(compile_function(changed)(-50.0)) == -2
    assert np.isnan(compile_function(own)(0.0))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fortran"], "unknown library fortran; known: numpy"),
        (["numpy", "--points", "1"], "1 is not in the range"),
        (["numpy", "--exhaustive", "softmax"], "softmax is a function of a vector; --exhaustive"),
        (["scipy", "--exhaustive", "relu"], "scipy has no relu to compare"),
        (["--exhaustive", "relu", "--dtype", "float64"], "leave out --function and --dtype"),
    ],
)
def test_bad_input(capsys, arguments, message):
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert message in err
    assert out == ""
