"""Versions of frameworks, called by the names the catalogue records, with one thread."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

import numpy as np

from .formulas import Made

__all__ = ["MAKERS"]


def _found(module: Any, path: str) -> Any:
    return reduce(getattr, path.split("."), module)


# torch


def _torch(name: str, keywords: Mapping[str, Any], gradient: bool) -> Iterable[Made]:
    import torch

    torch.set_num_threads(1)
    short = name.rpartition(".")[2].lower()
    functional = torch.nn.functional
    function: Any = getattr(functional, short, None) if name.startswith("nn.") and short != "sigmoid" else None
    function = function or getattr(torch, short, None) or _found(torch, name)
    made = function(**keywords) if isinstance(function, type) else None

    def call(x: Any) -> Any:
        return made(x) if made is not None else function(x, **keywords)

    if gradient:
        yield "torch autograd", lambda x, g: _torch_gradient(torch, call, x, g), False
        direct = _BACKWARD.get(short)
        if direct is not None:
            yield "torch aten", lambda x, g: _torch_backward(torch, direct, keywords, x, g), False
        return
    yield "torch", lambda x, g: _torch_value(torch, call, x), False
    overload = _overload(torch, name, short)
    if overload is not None:
        yield "torch out=", lambda x, g: _torch_out(torch, overload, keywords, x), True


def _overload(torch: Any, name: str, short: str) -> Any:
    """The operator that writes to an array which is given: of nn.LogSoftmax that of log_softmax."""
    snake = re.sub("(?<=[a-z])(?=[A-Z])", "_", name.rpartition(".")[2]).lower()
    for packet in (getattr(torch.ops.aten, known, None) for known in (short, snake)):
        for overload in ("out", "int_out"):
            if hasattr(packet, overload):
                return getattr(packet, overload)
    return None


def _torch_value(torch: Any, call: Callable[[Any], Any], x: Any) -> Callable[[], Any]:
    given = torch.from_numpy(x)

    def run() -> Any:
        with torch.no_grad():
            return call(given)

    return run


def _torch_out(torch: Any, overload: Any, keywords: Mapping[str, Any], x: Any) -> Callable[[], Any]:
    given = torch.from_numpy(x)
    # it takes the shape of the result in the first call
    out = torch.empty(0, dtype=given.dtype)

    def run() -> Any:
        with torch.no_grad():
            return overload(given, out=out, **keywords)

    return run


def _torch_gradient(torch: Any, call: Callable[[Any], Any], x: Any, g: Any) -> Callable[[], Any]:
    given = torch.from_numpy(x).requires_grad_()
    upstream = torch.from_numpy(g)
    value = call(given)
    return lambda: torch.autograd.grad(value, given, upstream, retain_graph=True)[0]


#: What autograd calls: name → (value kept from the forward pass or None, backward(aten, g, x, kept, keywords)).
_BACKWARD: dict[str, tuple[str | None, Callable[..., Any]]] = {
    "sigmoid": ("sigmoid", lambda aten, g, x, y, k: aten.sigmoid_backward(g, y)),
    "tanh": ("tanh", lambda aten, g, x, y, k: aten.tanh_backward(g, y)),
    "relu": (None, lambda aten, g, x, y, k: aten.threshold_backward(g, x, 0)),
    "elu": (None, lambda aten, g, x, y, k: aten.elu_backward(g, 1, 1, 1, False, x)),
    "softplus": (None, lambda aten, g, x, y, k: aten.softplus_backward(g, x, 1, 20)),
    "silu": (None, lambda aten, g, x, y, k: aten.silu_backward(g, x)),
    "gelu": (None, lambda aten, g, x, y, k: aten.gelu_backward(g, x, **k)),
    "mish": (None, lambda aten, g, x, y, k: aten.mish_backward(g, x)),
    "hardswish": (None, lambda aten, g, x, y, k: aten.hardswish_backward(g, x)),
    "softmax": ("softmax", lambda aten, g, x, y, k: aten._softmax_backward_data(g, y, -1, y.dtype)),
    "logsoftmax": ("log_softmax", lambda aten, g, x, y, k: aten._log_softmax_backward_data(g, y, -1, y.dtype)),
}


def _torch_backward(
    torch: Any, direct: tuple[str | None, Callable[..., Any]], keywords: Mapping[str, Any], x: Any, g: Any
) -> Callable[[], Any]:
    kept, backward = direct
    given, upstream = torch.from_numpy(x), torch.from_numpy(g)
    value = getattr(torch, kept)(given, **keywords) if kept else None

    def run() -> Any:
        with torch.no_grad():
            return backward(torch.ops.aten, upstream, given, value, keywords)

    return run


# jax


def _jax(name: str, keywords: Mapping[str, Any], gradient: bool) -> Iterable[Made]:
    single = "--xla_cpu_multi_thread_eigen=false"
    if single not in os.environ.get("XLA_FLAGS", ""):
        # read when JAX is imported
        os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {single}".strip()
    import jax

    jax.config.update("jax_enable_x64", True)
    function = _found(jax, name) if name.partition(".")[0] != "numpy" else _found(jax.numpy, name.partition(".")[2])
    if name.startswith("scipy."):
        import jax.scipy.special

        function = _found(jax.scipy, name.partition(".")[2])

    def value(x: Any) -> Any:
        return function(x, **keywords)

    if gradient:
        pullback = jax.jit(lambda x, g: jax.vjp(value, x)[1](g)[0])
        yield "jax", lambda x, g: _jax_call(jax, pullback, x, g), False
    else:
        yield "jax", lambda x, g: _jax_call(jax, jax.jit(value), x), False


def _jax_call(jax: Any, function: Callable[..., Any], *arrays: Any) -> Callable[[], Any]:
    given = [jax.numpy.asarray(a) for a in arrays]
    return lambda: function(*given).block_until_ready()


# ONNX Runtime

#: Tried one after the other; the last one takes axes as an attribute.
OPSETS = (24, 20, 17)


def _onnxruntime(name: str, keywords: Mapping[str, Any], gradient: bool) -> Iterable[Made]:
    if not gradient:
        yield "onnxruntime", lambda x, g: _session(name, keywords, x, False), False
        yield "onnxruntime out=", lambda x, g: _session(name, keywords, x, True), True


def _session(name: str, keywords: Mapping[str, Any], x: Any, reuses: bool) -> Callable[[], Any]:
    import onnx
    import onnxruntime

    helper = onnx.helper
    kind = helper.np_dtype_to_tensor_dtype(x.dtype)
    ends = [[helper.make_tensor_value_info(end, kind, shape)] for end, shape in (("x", [None] * x.ndim), ("y", None))]
    graph = helper.make_graph([helper.make_node(name, ["x"], ["y"], **keywords)], "f", *ends)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 4
    for opset in OPSETS:
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
        model.ir_version = 10
        try:
            session = onnxruntime.InferenceSession(
                model.SerializeToString(), options, providers=["CPUExecutionProvider"]
            )
        except Exception:
            if opset == OPSETS[-1]:
                raise
            continue
        break
    if not reuses:
        return lambda: session.run(None, {"x": x})[0]
    out = np.array(session.run(None, {"x": x})[0])
    binding = session.io_binding()
    binding.bind_cpu_input("x", x)
    binding.bind_output("y", "cpu", 0, x.dtype.type, out.shape, out.ctypes.data)

    def run() -> Any:
        session.run_with_iobinding(binding)
        return out

    return run


# NumPy


def _numpy(name: str, keywords: Mapping[str, Any], gradient: bool) -> Iterable[Made]:
    if not gradient:
        function = _found(np, name)
        yield "numpy", lambda x, g: lambda: function(x, **keywords), False
        if isinstance(function, np.ufunc):
            yield "numpy out=", lambda x, g: _ufunc_out(function, x), True


def _ufunc_out(function: Callable[..., Any], x: Any) -> Callable[[], Any]:
    out = np.empty_like(x)
    return lambda: function(x, out=out)


#: Library → what makes its versions from a recorded name and keywords.
MAKERS: dict[str, Callable[[str, Mapping[str, Any], bool], Iterable[Made]]] = {
    "numpy": _numpy,
    "torch": _torch,
    "jax": _jax,
    "onnxruntime": _onnxruntime,
}
