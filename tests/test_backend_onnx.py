"""ONNX models: read by onnx, valid, and right in ONNX Runtime."""

import numpy as np
import pytest
from framework_points import OWN, places, same, truth, values_in
from sympy import Rational, Symbol, cos, exp, sin

from symact.activation import define
from symact.backends.onnx import binary, source
from symact.catalogue import definitions, lookup
from symact.cli import main
from symact.definition import Definition, Parameter
from symact.errors import InputError, NotSupportedError
from symact.numeric import compile_function
from symact.numeric.accuracy import judged
from symact.symbols import x

ELEMENTWISE = [d.name for d in definitions() if not d.vector]
#: Largest errors in units in the last place, as measured over the catalogue.
BOUNDS = {np.float64: 8.0, np.float32: 0.501}


def session(text):
    pytest.importorskip("onnx", reason="onnx is not installed")
    runtime = pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")
    options = runtime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 4
    return runtime.InferenceSession(binary(text), options, providers=["CPUExecutionProvider"])


def check(definition, orders, bounds=None):
    for dtype in (np.float64, np.float32):
        made = session(source(definition, orders, dtype=np.dtype(dtype).name))
        for order in orders:
            ours = compile_function(definition, order)
            v = places(ours, dtype)
            assert same(made.run([ours.__name__], {"x": v})[0], ours(v))
            if bounds is not None:
                place = orders.index(order)
                result = judged(lambda v, k=place, m=made: m.run(None, {"x": v})[k], truth(definition, order, dtype))
                assert not result.faults
                assert result.worst <= bounds[dtype]


def test_values_and_derivatives():
    check(lookup("elu"), (0, 1), BOUNDS)


@pytest.mark.campaign
@pytest.mark.parametrize("name", ELEMENTWISE[2::3])  # the others in the tests of the other frameworks
def test_a_third_of_the_catalogue(name):
    check(lookup(name), (0, 1, 2), BOUNDS)


@pytest.mark.campaign
@pytest.mark.parametrize("text", OWN)
def test_expressions_nobody_has_exported(text):
    check(define("own", text, **values_in(text)).definition, (0, 1))


def test_parameters_are_inputs():
    made = session(source(lookup("elu"), (0, 1)))
    v = np.linspace(-5, 3, 51, dtype=np.float32)
    for alpha in (1.0, 2.5, 1 / 3):
        found = made.run(["elu"], {"x": v, "alpha": np.array(alpha)})[0]
        np.testing.assert_allclose(found, compile_function(lookup("elu"))(v, alpha=alpha), rtol=2e-7)
    assert np.isnan(made.run(["elu"], {"x": v, "alpha": np.array(-1.0)})[0]).all()
    chosen = session(source(lookup("elu"), (0,), {lookup("elu").parameters[0].symbol: Rational(3)}))
    assert chosen.run(None, {"x": np.array([-1e9], np.float32)})[0] == -3


def test_functions_take_any_shape_and_type():
    onnx = pytest.importorskip("onnx", reason="onnx is not installed")
    runtime = pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")
    text = source(lookup("elu"), (0, 1))
    for kind, dtype in (("float16", np.float16), ("float", np.float32), ("double", np.float64)):
        own = f'<ir_version: 8, opset_import: ["" : 18, "symact" : 1]>\nmain ({kind}[A, B] v) => ({kind}[A, B] w)\n'
        own += "{\n  alpha = Constant <value = double {2.0}> ()\n  w = symact.elu (v, alpha)\n}\n"
        model = onnx.parser.parse_model(own + text[text.index("<domain") :])
        onnx.checker.check_model(model, full_check=True)
        made = runtime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        v = np.linspace(-4, 4, 6, dtype=dtype).reshape(2, 3)
        np.testing.assert_array_equal(made.run(None, {"v": v})[0], compile_function(lookup("elu"))(v, alpha=2))


def test_names_that_the_format_has_otherwise():
    a = Parameter(Symbol("x_wide", real=True), Rational(1, 2))
    definition = Definition("β+t1", exp(-a.symbol * x**2), 'a "quoted" \\ title', (a,))
    made = session(source(definition, (0,), dtype="float64"))
    v = np.linspace(-2, 2, 9)
    np.testing.assert_allclose(made.run(None, {"x": v})[0], np.exp(-(v**2) / 2), rtol=1e-15)


def test_a_parameter_without_a_default_is_required():
    a = Parameter(Symbol("a", real=True))
    made = session(source(Definition("own", a.symbol * sin(x) + cos(x), "own", (a,)), (0, 1), dtype="float64"))
    v = np.linspace(-2, 2, 9)
    found = made.run(None, {"x": v, "a": np.array(2.0)})
    np.testing.assert_allclose(found, [2 * np.sin(v) + np.cos(v), 2 * np.cos(v) - np.sin(v)], rtol=1e-13)
    with pytest.raises(Exception, match=r"[Rr]equired input"):
        made.run(None, {"x": v})


def test_text_and_bytes_by_the_command(tmp_path, capsys, monkeypatch):
    assert main(["export", "elu", "--to", "onnx", "--dtype", "float64"]) == 0
    text = capsys.readouterr().out
    assert "elu (double[N] x, double alpha) => (double[N] elu, double[N] elu_derivative) <double alpha = {1.0}>" in text
    assert main(["export", "elu", "--to", "onnx", "--dtype", "float64", "--dtype", "float32"]) == 2
    assert "give --dtype once" in capsys.readouterr().err
    with pytest.raises(InputError, match="for float32 or float64, not float16"):
        source(lookup("elu"), dtype="float16")
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    assert main(["export", "elu", "--to", "onnx", "-o", str(tmp_path / "elu.onnx")]) == 2
    assert "needs the package onnx" in capsys.readouterr().err
    with pytest.raises(NotSupportedError):
        binary(text)
    monkeypatch.undo()
    onnx = pytest.importorskip("onnx", reason="onnx is not installed")
    assert main(["export", "elu", "--to", "onnx", "--dtype", "float64", "-o", str(tmp_path / "elu.onnx")]) == 0
    assert onnx.load(str(tmp_path / "elu.onnx")) == onnx.parser.parse_model(text)
    assert [p.name for p in tmp_path.iterdir()] == ["elu.onnx"]
