"""What backends of frameworks share: a function as one node, operations made from others, checks of parameters."""

import ast
import subprocess
import sys

import numpy as np
import pytest
from framework_points import numbers, same
from sympy import Symbol, exp

from symact.activation import define
from symact.backends import jax, onnx, torch
from symact.backends.expansions import EXPANSIONS, expanded
from symact.backends.modules import RESERVED
from symact.backends.onnx import EXPRESSIONS
from symact.backends.python_text import identifier
from symact.backends.whole import whole
from symact.catalogue import lookup
from symact.cli import main
from symact.definition import Definition
from symact.errors import InputError, NotSupportedError
from symact.numeric import compile_function
from symact.numeric.binding import function
from symact.numeric.graph import Graph
from symact.numeric.operations import OPERATIONS
from symact.numeric.rounding import nearest
from symact.symbols import x

DOMAINS = {"asin": (-1, 1), "acos": (-1, 1), "atanh": (-1, 1), "acosh": (1, 9), "log1p": (-1, 9)}
TWO = ("add", "sub", "mul", "div", "pow", "max", "min", "and", "or", "less", "less_equal", "equal")
ARITY = {"select": 3, **dict.fromkeys(TWO, 2)}
BACKENDS = {"torch": torch, "jax": jax, "onnx": onnx}


def values(graph, result, given):
    """A node by NumPy, for the values of some nodes."""
    found = dict(given)
    with np.errstate(all="ignore"):
        for a in graph.needed([result]):
            node = graph.nodes[a]
            if a not in found:
                args = [found[b] for b in node.args]
                found[a] = (
                    np.float64(nearest(node.value))
                    if node.op == "number"
                    else np.where(*args)
                    if node.op == "select"
                    else function(node.op)(*args)
                )
    return np.broadcast_to(found[result], next(iter(given.values())).shape)


@pytest.mark.parametrize("op", EXPANSIONS)
def test_operations_made_from_others(op):
    low, high = DOMAINS.get(op, (-9, 9))
    rng = np.random.default_rng(0)
    v = np.concatenate([rng.uniform(low, high, 500), numbers(np.float64), [low, high]])
    v = np.concatenate([v, 10.0 ** rng.uniform(-300, 300, 300), -(10.0 ** rng.uniform(-300, 300, 300))])
    if op == "tan":
        v = v[np.abs(v) < 1e4]
    graph = Graph()
    nodes = [graph.symbol(Symbol(name)) for name in "ab"][: 2 if op in ("max", "min") else 1]
    result = expanded(graph, graph.apply(op, *nodes), EXPRESSIONS.keys(), "ONNX")
    assert {graph.nodes[a].op for a in graph.needed([result]) if graph.nodes[a].args} <= EXPRESSIONS.keys()
    given = [v, v[::-1]][: len(nodes)]
    found = values(graph, result, dict(zip(nodes, given, strict=True)))
    with np.errstate(all="ignore"):
        wanted = function(op)(*given)
        np.testing.assert_allclose(found, wanted, rtol=2e-15, atol=5e-324)
    if op not in ("sign", "max", "min"):
        zero = wanted == 0
        np.testing.assert_array_equal(np.signbit(found[zero]), np.signbit(wanted[zero]))


@pytest.mark.parametrize("op", ["max", "min"])
@pytest.mark.parametrize("place", [0, 1])
def test_the_larger_one_of_a_number_and_nan(op, place):
    graph = Graph()
    a = graph.symbol(x)
    args = [a, graph.number(2)] if place else [graph.number(2), a]
    result = expanded(graph, graph.apply(op, *args), EXPRESSIONS.keys(), "ONNX")
    v = np.array([np.nan, 1.0, 2.0, 3.0, np.inf, -np.inf])
    np.testing.assert_array_equal(values(graph, result, {a: v}), function(op)(v, np.float64(2)))


def test_an_operation_that_is_nowhere_is_named():
    graph = Graph()
    node = graph.apply("sinpi", graph.symbol(x))
    with pytest.raises(NotSupportedError, match="ONNX has no operation sinpi"):
        expanded(graph, node, EXPRESSIONS.keys(), "ONNX")


@pytest.mark.parametrize("backend", BACKENDS)
def test_all_operations_can_be_written(backend):
    graph = Graph()
    written = {name for name, operation in OPERATIONS.items() if operation.ufunc} | {"select"}
    for op in written:
        args = [graph.symbol(Symbol(name)) for name in "abc"]
        expanded(graph, graph.apply(op, *args[: ARITY.get(op, 1)]), BACKENDS[backend].EXPRESSIONS.keys(), backend)
    assert set(BACKENDS[backend].EXPRESSIONS) <= written


@pytest.mark.parametrize("name", ["clip", "step", "sinc_normalized"])
@pytest.mark.parametrize("order", [0, 1])
def test_a_function_as_one_node(name, order):
    ours = compile_function(lookup(name), order)
    made = whole(ours.source)
    v = numbers(np.float64)
    given = {made.x: v, **{a: np.float64(p.default) for a, p in zip(made.given, ours.source.parameters, strict=True)}}
    assert same(values(made.graph, made.result, given), ours(v))


def test_an_infinite_default_is_a_piece_that_is_missing():
    definition = lookup("keras_relu")
    ours = compile_function(definition, 1)
    made = whole(ours.source)
    v = np.array([np.inf, 1e308, 5.0, 7.0])
    given = dict(zip(made.given, [np.float64(0), np.float64(np.inf), np.float64(0)], strict=True))
    np.testing.assert_array_equal(values(made.graph, made.result, {made.x: v, **given}), [1, 1, 1, 1])
    given[made.given[1]] = np.float64(6)
    np.testing.assert_array_equal(values(made.graph, made.result, {made.x: v, **given}), [0, 0, 1, 0])


def test_outside_the_domain_of_a_parameter_is_nan():
    made = whole(compile_function(lookup("elu")).source)
    v = np.array([-1.0, 0.0, 2.0])
    for alpha in (-1.0, 0.0, np.nan):
        assert np.isnan(values(made.graph, made.result, {made.x: v, made.given[0]: np.float64(alpha)})).all()


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_can_not_be_exported_is_one_line(backend, capsys):
    with pytest.raises(InputError, match="at least one order"):
        BACKENDS[backend].source(lookup("elu"), ())
    with pytest.raises(InputError, match="has no parameter q"):
        BACKENDS[backend].source(lookup("elu"), (0,), {Symbol("q"): exp(1)})
    with pytest.raises(InputError, match="must satisfy"):
        BACKENDS[backend].source(lookup("elu"), (0,), {lookup("elu").parameters[0].symbol: -exp(1)})
    assert main(["export", "softmax", "--to", backend]) == 2
    err = capsys.readouterr().err
    assert "is a function of a vector" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_modules_are_readable_and_import_the_framework_only(backend, tmp_path, capsys):
    assert main(["export", "elu(alpha=2)", "--to", backend, "-o", str(tmp_path / "act.py")]) == 0
    tree = ast.parse((tmp_path / "act.py").read_text())
    assert ast.get_docstring(tree)
    imports = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imports |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imports} <= {"math", "functools", "numpy", backend}
    public = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert "Clevert" in ast.get_docstring(public["elu_derivative"])
    assert "default 2" in ast.get_docstring(public["elu"])
    assert "(proved)" in ast.get_docstring(public["_elu_steps"])
    assert main(["export", "relu", "--to", backend, "--dtype", "float64"]) == 2
    assert "--dtype is for C and ONNX" in capsys.readouterr().err


def test_limits_that_were_not_found_are_said():
    definition = define("own", "Max(x, a*x, b)", a="3/2", b=2).definition
    assert "Its limits weren't found" in torch.source(definition, (1,))
    assert "the limits weren't found" in onnx.source(definition, (1,))
    for found in (torch.source(lookup("elu"), (0,)), onnx.source(lookup("elu"), (0,))):
        assert "weren't found" not in found


def test_no_framework_is_loaded():
    code = "\n".join(f"main(['export', 'relu', '--order', '0', '--to', '{name}'])" for name in BACKENDS)
    script = (
        f"import sys\nfrom symact.cli import main\n{code}\nprint(sorted({{'torch', 'jax', 'onnx'}} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


def test_names_that_are_taken():
    for name in ("x", "g", "t1", "torch", "lambda"):
        assert identifier(name, {"torch"}, RESERVED) == f"{name}_"
    assert identifier("2x", set()) == "f_2x"
    definition = Definition(name="torch", expr=exp(x), title="A name")
    assert "def torch_(x):" in torch.source(definition, (0,))
