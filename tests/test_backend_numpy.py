"""Exported NumPy modules stand alone, say what they do, and give the same bits as the callables."""

import ast
import subprocess
import sys

import numpy as np
import pytest
from sympy import Rational, exp

from symact.backends.numpy import EXPRESSIONS, STATEMENTS, source
from symact.catalogue import lookup
from symact.definition import Definition
from symact.errors import InputError
from symact.numeric import NumpyFunction
from symact.numeric import compile_function as compiled_function
from symact.numeric.operations import OPERATIONS
from symact.symbols import x

#: What an exported module is run by: nothing but NumPy may be imported.
RUNNER = """
import sys
class Nothing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("symact", "sympy", "flint", "mpmath", "scipy"):
            raise ImportError(name)
sys.meta_path.insert(0, Nothing())
import importlib.util, numpy as np
np.seterr(all="raise")
spec = importlib.util.spec_from_file_location("exported", sys.argv[1])
module = importlib.util.module_from_spec(spec)
sys.modules["exported"] = module
spec.loader.exec_module(module)
data = np.load(sys.argv[2])
found = {f"{name} {key}": getattr(module, name)(data[key]) for name in module.__all__ for key in data}
np.savez(sys.argv[3], **found)
"""


def compile_function(*args):
    """The callable as NumPy runs it, block by block."""
    made = compiled_function(*args)
    if not isinstance(made, NumpyFunction):
        return made
    by_numpy = NumpyFunction(made.source)
    by_numpy.__dict__["_compiled"] = None, None, "numpy (as the module does it)"
    return by_numpy


def run(text, inputs, folder):
    paths = [folder / name for name in ("exported.py", "in.npz", "out.npz")]
    paths[0].write_text(text, encoding="utf-8")
    np.savez(paths[1], **inputs)
    subprocess.run([sys.executable, "-W", "error", "-c", RUNNER, *map(str, paths)], check=True, timeout=60)
    with np.load(paths[2]) as found:
        return dict(found)


def load(text):
    space = {"__name__": "exported"}
    exec(compile(text, "exported", "exec"), space)
    return space


@pytest.mark.parametrize("name", ["gelu", "elu", "hard_swish", "softplus_torch", "log1mexp", "sinc_normalized"])
def test_the_same_bits_in_another_process(name, tmp_path):
    rng = np.random.default_rng(0)
    points = np.concatenate(
        [rng.normal(size=20000) * 4, rng.uniform(-800, 800, 500), [np.nan, np.inf, -np.inf, 0.0, -0.0]]
    )
    inputs = {
        "f64": points,
        "f32": points.astype(np.float32),
        "f16": points.astype(np.float16),
        "whole": np.arange(-5, 6),
    }
    found = run(source(lookup(name), (0, 1)), inputs, tmp_path)
    for order, label in ((0, name), (1, f"{name}_derivative")):
        for key, values in inputs.items():
            ours = compile_function(lookup(name), order)(values)
            assert found[f"{label} {key}"].dtype == ours.dtype
            assert found[f"{label} {key}"].tobytes() == ours.tobytes()


def test_vectors_in_another_process(tmp_path):
    rows = np.random.default_rng(1).normal(size=(30, 7)) * 30
    found = run(source(lookup("softmax")), {"rows": rows}, tmp_path)
    np.testing.assert_allclose(found["softmax rows"], compile_function(lookup("softmax"))(rows), rtol=1e-15)
    assert (found["softmax_derivative rows"] == compile_function(lookup("softmax"), 1)(rows)).all()


@pytest.mark.parametrize("name", ["gelu", "prelu", "step", "maxout"])
def test_the_module_is_readable(name):
    text = source(lookup(name))
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    assert {n.split(".")[0] for n in imported(tree)} <= {"__future__", "collections", "typing", "numpy"}
    assert all(ast.get_docstring(node) for node in tree.body if isinstance(node, ast.FunctionDef))
    assert "symact/" not in text
    public = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    assert str(lookup(name).expr)[:20] in ast.get_docstring(public)
    if lookup(name).source:
        assert lookup(name).source.split()[0] in ast.get_docstring(public)


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_every_region_says_what_it_computes():
    assert "exp(x)/(1 + exp(x))" in source(lookup("sigmoid")) or "1/(1 + exp(-x))" in source(lookup("sigmoid"))
    assert "(proved)" in source(lookup("sigmoid"))


def test_parameters_are_keywords_with_their_domain():
    module = load(source(lookup("celu")))
    f = module["celu"]
    v = np.linspace(-5, 3, 50)
    ours = compile_function(lookup("celu"))
    assert (f(v) == ours(v)).all()
    assert (f(v, alpha=2) == ours(v, alpha=2)).all()
    assert (f(v, alpha=np.linspace(1, 2, 50)) == ours(v, alpha=np.linspace(1, 2, 50))).all()
    with pytest.raises(ValueError, match="alpha must satisfy alpha > 0"):
        f(v, alpha=-1)
    with pytest.raises(TypeError):
        f(v, 1.0, 2.0)
    out = np.empty(50)
    assert f(v, out=out) is out


def test_values_become_the_defaults():
    alpha = lookup("elu").parameters[0].symbol
    f = load(source(lookup("elu"), (0,), {alpha: Rational(3)}))["elu"]
    assert f(-1e9) == -3


def test_names_that_python_or_the_module_already_has():
    for name in ("apply", "select", "x*2", "class"):
        text = source(Definition(name=name, expr=exp(x), title="A name"), (0,))
        (public,) = load(text)["__all__"]
        assert load(text)[public](1.0) == np.exp(1.0)


def test_no_order_at_all():
    with pytest.raises(InputError, match="at least one order"):
        source(lookup("gelu"), ())


@pytest.mark.parametrize("op", [name for name, operation in OPERATIONS.items() if operation.ufunc])
def test_every_row_of_the_table(op):
    a, b = np.array([0.3, 0.7, 0.2]), np.array([0.7, 0.7, 0.9])
    a, b = (a > 0.5, b > 0.8) if op in ("and", "or", "not") else (a, b)
    space = {"np": np, "p": a + 1 if op == "acosh" else a, "q": b, "r": np.empty(3, np.result_type(eval_dtype(op)))}
    value = eval(EXPRESSIONS[op].format(a="p", b="q"), space)
    exec(STATEMENTS[op].format(a="p", b="q", out="r"), space)
    assert (value == space["r"]).all()
    meaning = OPERATIONS[op].meaning
    for k in range(3):
        exact = meaning(*[bool(e[k]) if e.dtype == bool else Rational(str(e[k])) for e in (space["p"], b)][: arity(op)])
        assert float(bool(exact) if exact in (True, False) else exact) == pytest.approx(float(value[k]), rel=1e-15)


def eval_dtype(op):
    return bool if op in ("less", "less_equal", "equal", "and", "or", "not") else float


def arity(op):
    return 2 if "{b}" in EXPRESSIONS[op] else 1
