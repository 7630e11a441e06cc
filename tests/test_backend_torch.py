"""Modules for PyTorch: values and gradients of all orders are the derivatives that were derived, for every kind of tensor."""

import numpy as np
import pytest
from framework_points import OWN, load, places, same, truth, values_in
from sympy import Rational, Symbol

from symact.activation import define
from symact.backends.torch import source
from symact.catalogue import definitions, lookup
from symact.definition import Definition, Parameter
from symact.numeric import compile_function
from symact.numeric.accuracy import judged
from symact.symbols import x

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

ELEMENTWISE = [d.name for d in definitions() if not d.vector]
#: Largest errors in units in the last place, as measured over the catalogue.
BOUNDS = {np.float64: 4.0, np.float32: 0.501}
HIGHEST = 2
#: Values inside the domains where the defaults are at their ends.
INSIDE = {"keras_relu": [0.3, 3.0, 0.1], "step": [0.5]}


def value(f, **parameters):
    def call(v):
        with torch.no_grad():
            return f(torch.from_numpy(np.array(v)), **parameters).numpy()

    return call


def gradient(f, v, **parameters):
    x = torch.from_numpy(np.array(v)).requires_grad_()
    return torch.autograd.grad(f(x, **parameters).sum(), x)[0].numpy()


def check(definition, orders, bounds=None):
    module = load(source(definition, orders))
    for order in orders:
        ours = compile_function(definition, order)
        f = module[ours.__name__]
        for dtype in (np.float64, np.float32):
            v = places(ours, dtype)
            assert same(value(f)(v), ours(v))
            if order + 1 in orders:
                # not only near: the gradient is the exported derivative
                slope = module[compile_function(definition, order + 1).__name__]
                np.testing.assert_array_equal(gradient(f, v), value(slope)(v))
            if bounds is not None:
                found = judged(value(f), truth(definition, order, dtype))
                assert not found.faults
                assert found.worst <= bounds[dtype]


def test_values_and_gradients():
    check(lookup("elu"), (0, 1))
    check(lookup("gelu"), (0, 1), BOUNDS)


@pytest.mark.campaign
@pytest.mark.parametrize("name", ELEMENTWISE[0::3])  # the others in the tests of the other frameworks
def test_a_third_of_the_catalogue(name):
    check(lookup(name), range(HIGHEST + 1), BOUNDS)


@pytest.mark.campaign
@pytest.mark.parametrize("text", OWN)
def test_expressions_nobody_has_exported(text):
    check(define("own", text, **values_in(text)).definition, (0, 1))


@pytest.fixture(scope="module")
def elu():
    return load(source(lookup("elu"), (0, 1)))


def test_zeros_infinities_and_nan(elu):
    v = torch.tensor([-0.0, 0.0, float("inf"), float("-inf"), float("nan"), 5e-324], dtype=torch.float64)
    found = elu["elu"](v)
    assert torch.equal(found.isnan(), v.isnan())
    assert found[[0, 1, 2, 3, 5]].tolist() == [0.0, 0.0, float("inf"), -1.0, 5e-324]
    assert found.signbit().tolist()[:2] == [True, False]
    x = v.clone().requires_grad_()
    assert torch.autograd.grad(elu["elu"](x).sum(), x)[0].nan_to_num(7.0).tolist() == [1, 1, 1, 0, 7, 1]


def test_types_and_shapes(elu):
    f = elu["elu"]
    for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        x = torch.linspace(-3, 3, 7).to(dtype).requires_grad_()
        y = f(x)
        y.sum().backward()
        assert y.dtype == x.grad.dtype == dtype
        wide = f(x.detach().double())
        assert torch.equal(y, wide.to(dtype))
    assert f(torch.arange(-1, 2)).dtype == torch.get_default_dtype()
    assert f(torch.tensor([True])).tolist() == [1.0]
    assert f(torch.empty(0, 3)).shape == (0, 3)
    assert f(torch.tensor(2.0)).shape == ()
    x = torch.linspace(-3, 3, 12).reshape(3, 4)
    assert torch.equal(f(x.T), f(x).T)
    assert torch.equal(f(x[:, ::2]), f(x)[:, ::2])


def test_what_is_no_tensor_of_numbers(elu):
    with pytest.raises(TypeError, match="x must be a tensor, not list"):
        elu["elu"]([1.0])
    with pytest.raises(TypeError, match=r"not torch\.complex64"):
        elu["elu"](torch.tensor(1j))
    with pytest.raises(TypeError, match="alpha must be real"):
        elu["elu"](torch.tensor(1.0), alpha=torch.tensor(1j))
    with pytest.raises(TypeError):
        elu["elu"](torch.tensor(1.0), 2.0)
    for wrong in (-1, 0.0, float("nan")):
        with pytest.raises(ValueError, match="alpha must satisfy alpha > 0"):
            elu["elu"](torch.tensor(1.0), alpha=wrong)


def test_parameters(elu):
    x = torch.linspace(-3, 3, 7, dtype=torch.float64)
    ours = compile_function(lookup("elu"))
    alphas = torch.linspace(0.5, 2, 4, dtype=torch.float64)[:, None]
    np.testing.assert_allclose(elu["elu"](x, alpha=alphas), ours(x.numpy(), alpha=alphas.numpy()), rtol=1e-15)
    assert elu["elu"](x, alpha=torch.tensor([-1.0, 2.0])[:, None]).isnan().all(1).tolist() == [True, False]
    # a number keeps all its digits, whatever the type of x
    assert elu["elu"](torch.tensor(-100.0), alpha=1 / 3).item() == np.float32(-1 / 3)
    changed = load(source(lookup("elu"), (0,), {lookup("elu").parameters[0].symbol: Rational(3)}))
    assert changed["elu"](torch.tensor(-1e9)).item() == -3


def test_gradients_with_respect_to_parameters(elu):
    x = torch.tensor([-3.0, -1.0, 0.5, 2.0], dtype=torch.float64, requires_grad=True)
    for alpha in (torch.tensor(0.7), torch.tensor([0.7, 2.0, 0.3, 4.0]), torch.tensor([[0.7], [2.0]])):
        alpha = alpha.double().requires_grad_()
        assert torch.autograd.gradcheck(lambda x, a: elu["elu"](x, alpha=a), (x, alpha))
    layer = elu["Elu"](alpha=torch.nn.Parameter(torch.tensor(1.5)))
    layer(torch.tensor([-1.0, 2.0, float("inf")])).sum().backward()
    assert [name for name, _ in layer.named_parameters()] == ["alpha"]
    assert layer.alpha.grad.item() == np.float32(np.expm1(-1))


@pytest.mark.campaign
@pytest.mark.parametrize("name", [d.name for d in definitions() if d.parameters and not d.vector])
def test_slopes_in_all_parameters(name):
    definition = lookup(name)
    module = load(source(definition, (0, 1)))
    defaults = [float(p.default) for p in definition.parameters]
    finite = INSIDE.get(name, [p if np.isfinite(p) else np.sign(p) * 3.0 for p in defaults])
    # no kink is so near that differences would reach over it
    x = torch.tensor([-4.13, -2.37, -0.71, -0.29, 0.123, 0.373, 0.813, 1.77, 5.03], dtype=torch.float64)
    inputs = [torch.full_like(x, p).requires_grad_() for p in finite]
    names = [p.symbol.name for p in definition.parameters]
    f = module[definition.name]
    assert torch.autograd.gradcheck(lambda *given: f(x, **dict(zip(names, given, strict=True))), inputs)


def test_a_derivative_that_is_not_there_is_named(elu):
    x = torch.tensor(0.5, requires_grad=True)
    alpha = torch.tensor(0.5, requires_grad=True)
    (slope,) = torch.autograd.grad(elu["elu"](x, alpha=alpha), x, create_graph=True)
    with pytest.raises(NotImplementedError, match="elu_derivative has no derivative here: export it with --order 2"):
        slope.backward()
    with pytest.raises(NotImplementedError, match="elu_derivative has no derivative with respect to alpha"):
        elu["elu_derivative"](x.detach(), alpha=alpha).backward()
    alone = load(source(lookup("elu"), (0,)))
    with pytest.raises(NotImplementedError, match="elu has no derivative here: export it with --order 1"):
        alone["elu"](x).backward()
    assert not alone["elu"](x.detach()).requires_grad


def test_second_derivatives():
    module = load(source(lookup("elu"), (0, 1, 2)))
    x = torch.tensor([-3.0, -1.0, 0.5], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradgradcheck(module["elu"], (x,))
    with pytest.raises(NotImplementedError, match="only two are exported"):
        module["elu_second_derivative"](x).sum().backward()


def test_names_that_the_module_has_otherwise():
    p = Parameter(Symbol("training", real=True), Rational(2))
    for name in ("F", "_input", "torch", "class"):
        module = load(source(Definition(name, p.symbol * x, "own", (p,)), (0, 1)))
        function, derivative, layer = module["__all__"]
        x_ = torch.tensor([1.0], dtype=torch.float64, requires_grad=True)
        assert module[function](x_).item() == module[layer]()(x_).item() == 2
        assert torch.autograd.grad(module[function](x_), x_)[0] == module[derivative](x_)


def test_transforms(elu):
    x = torch.linspace(-3, 3, 7, dtype=torch.float64)
    slope = elu["elu_derivative"](x)
    assert torch.equal(torch.func.vmap(torch.func.grad(elu["elu"]))(x), slope)
    assert torch.equal(torch.func.vmap(elu["elu"])(x), elu["elu"](x))
    assert torch.equal(torch.func.jacrev(elu["elu"])(x), torch.diag(slope))
    by_alpha = torch.func.vmap(torch.func.grad(lambda a, x: elu["elu"](x, alpha=a)), (None, 0))(torch.tensor(2.0), x)
    assert torch.allclose(by_alpha.double(), torch.expm1(x.clamp(max=0)), rtol=1e-6)


@pytest.mark.campaign
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["elu", "gelu"])
def test_compiled_in_one_graph(name):
    f = load(source(lookup(name), (0, 1)))[name]
    x = torch.linspace(-9, 9, 101, requires_grad=True)
    try:
        found = torch.compile(f, fullgraph=True)(x)
    except torch._inductor.exc.InductorError as reason:
        pytest.skip(f"there is no compiler for torch.compile: {reason}")
    np.testing.assert_allclose(found.detach(), f(x).detach(), rtol=1e-6)
    slope, wanted = (torch.autograd.grad(y.sum(), x)[0] for y in (found, f(x)))
    np.testing.assert_allclose(slope, wanted, rtol=1e-6)
