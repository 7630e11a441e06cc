"""A derivative in functions that have names: σ(x) + x σ(x) (1 - σ(x)) for SiLU, Φ(x) + x φ(x) for GELU."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import (
    Add,
    Dummy,
    Expr,
    Mul,
    PolynomialError,
    Symbol,
    cancel,
    collect,
    count_ops,
    default_sort_key,
    exp,
    factor,
    factor_terms,
    fraction,
    log,
    pi,
    reduced,
    sqrt,
    together,
)

from ..facts.forms import size
from ..named import Named
from ..proof.algebra.generators import generators
from ..symbols import f
from .blocks import density, free_of_letters, in_normal_blocks, logistic, softplus
from .steps import Step

__all__ = ["in_named_functions"]


def in_named_functions(raw: Expr, short: Expr, expr: Expr, x: Symbol) -> tuple[Step, ...]:
    """Return the steps from a derivative, as the rules leave it or simplified, to a shorter form in named functions.

    They end in a form with the output f where that is shorter still; they are empty where nothing is shorter than `short`.
    """
    if not short.has(x) or not free_of_letters(expr):
        return ()
    found = [(form, short) for form in _forms(short, x)] + [
        (form, raw) for form in (_recognised(raw),) if form.has(Named)
    ]
    better = [(form, before) for form, before in found if count_ops(form) < count_ops(short)]
    if not better:
        return ()
    form, before = min(better, key=lambda item: size(_letters(item[0])))
    steps = [Step("in functions that have names", before, form)]
    with_output = _with_output(form, expr, x)
    if with_output is not None:
        steps.append(Step("in terms of the output", form, with_output))
    return tuple(steps)


def _letters(form: Expr) -> Expr:
    """The form with a letter for every named function, as a reader sees it."""
    return form.xreplace({e: Dummy("s") for e in form.atoms(Named)})


def _forms(expr: Expr, x: Symbol) -> Iterator[Expr]:
    normal = _normal(expr, x)
    if normal is not None:
        yield normal
    sigmoid = _in_sigmoid(expr, x)
    if sigmoid is not None:
        yield sigmoid


def _normal(expr: Expr, x: Symbol) -> Expr | None:
    """Error functions and their densities as Φ and φ."""
    written = in_normal_blocks(expr, x)
    rates = {
        -e.exp / x**2: e for e in written.atoms(exp) if (e.exp / x**2).is_Rational and e.exp.could_extract_minus_sign()
    }
    for rate in sorted(rates):  # the slowest first, of which the others may be powers
        written = written.subs(rates[rate], sqrt(2 * pi) * density(sqrt(2 * rate) * x))
    return _arranged(written, x) if written.has(Named) else None


def _in_sigmoid(expr: Expr, x: Symbol) -> Expr | None:
    """What is rational in x and one exponential as a polynomial in σ, None where it is none."""
    found = _as_polynomial(expr, x)
    return None if found is None else _arranged(found, x)


def _as_polynomial(expr: Expr, x: Symbol) -> Expr | None:
    """A polynomial in x, σ and what else is made of that exponential, None where it is none."""
    written = generators(expr, x=x)
    powers = [t for t, kernel in written.kernels.items() if isinstance(kernel, exp)]
    if len(powers) != 1 or written.equations:
        return None
    t, kernel = powers[0], written.kernels[powers[0]]
    others = {u: _recognised(e) for u, e in written.kernels.items() if u != t}
    if any(not e.has(Named) for e in others.values()):
        return None
    down = kernel.exp.could_extract_minus_sign()
    s = logistic(-kernel.exp if down else kernel.exp)
    letter = Dummy("s", real=True)
    top, bottom = fraction(
        cancel(together(written.expressions[0].subs(t, (1 - letter) / letter if down else letter / (1 - letter))))
    )
    if bottom.has(letter, x, *others) or not top.has(letter):
        return None
    return (top / bottom).xreplace({letter: s, **others})


def _arranged(expr: Expr, x: Symbol) -> Expr:
    """By powers of x, each coefficient in factors."""
    letters = {e: Dummy(real=True) for e in sorted(expr.atoms(Named), key=default_sort_key)}
    back = {v: k for k, v in letters.items()}
    plain = expr.xreplace(letters)
    if plain.has(exp):
        return expr
    by_powers = collect(plain.expand(), x, factor)
    forms = [plain, factor_terms(plain), by_powers, factor_terms(_positive(by_powers)), factor(plain)]
    return min((_positive(form) for form in forms), key=lambda e: (count_ops(e), e.count(x), size(e))).xreplace(back)


def _positive(expr: Expr) -> Expr:
    """-s (s - 1) as s (1 - s): sums among factors begin with a positive constant."""

    def turned(product: Mul) -> Expr:
        factors = list(product.args)
        for m, part in enumerate(factors):
            if part.is_Add and part.as_coeff_Add()[0].is_negative:
                factors[m] = Add(*(-term for term in part.args))
        turns = sum(a != b for a, b in zip(factors, product.args, strict=True))
        return Mul((-1) ** turns, *factors)

    return expr.replace(lambda e: isinstance(e, Mul), turned)


def _recognised(expr: Expr) -> Expr:
    """e^u/(1 + e^u) = σ(u) and log(1 + e^u) = softplus(u), wherever they stand."""
    if isinstance(expr, log) and (u := _exponent(expr.args[0])) is not None:
        return softplus(u)
    if expr.is_Mul or (expr.is_Pow and not isinstance(expr, exp)):
        found = _logistic(expr)
        if found != expr:
            return _recognised(found)
    return expr.func(*(_recognised(a) for a in expr.args)) if expr.args and not isinstance(expr, Named) else expr


def _exponent(expr: Expr) -> Expr | None:
    """The u of 1 + e^u."""
    powers = [term for term in Add.make_args(expr) if isinstance(term, exp)]
    return powers[0].exp if len(powers) == 1 and expr - powers[0] == 1 else None


def _logistic(node: Expr) -> Expr:
    """A product with σ for 1/(1 + e^u), and for e^u above it."""
    factors = list(Mul.make_args(node))
    for factor_ in factors:
        base, power = factor_.as_base_exp()
        u = _exponent(base) if power == -1 else None
        if u is not None:
            rest = Mul(*(a for a in factors if a != factor_))
            return logistic(u) * (rest / exp(u)) if exp(u) in factors else logistic(-u) * rest
    return node


def _with_output(form: Expr, expr: Expr, x: Symbol) -> Expr | None:
    """The form with f for the product that f is, where that is shorter."""
    function = _as_polynomial(expr, x)
    if function is None or len(Add.make_args(function.expand())) > 1:
        return None
    letters: dict[Expr, Symbol] = {e: Dummy(real=True) for e in sorted(form.atoms(Named), key=default_sort_key)}
    plain, product = (e.xreplace(letters) for e in (form, function))
    if product.has(Named) or not product.has(x):
        return None
    try:
        _, rest = reduced(plain.expand(), [product - f], x, *letters.values(), f)
    except PolynomialError:
        return None
    arranged = _positive(collect(rest, f, factor)), _positive(collect(rest, list(letters.values()), factor))
    shorter = min(arranged, key=size)
    if not shorter.has(f) or shorter.has(x) or count_ops(shorter) >= count_ops(plain):
        return None
    return shorter.xreplace({v: k for k, v in letters.items()})
