"""Whether a claim's text holds at points, by formulas written here in mpmath that share no code with the project."""

import ast
import random
from functools import cache, partial
from itertools import pairwise

from mpmath import mp, mpf

TOLERANCE = mpf(10) ** -25
POINTS = 30
FAR = mpf(10) ** 6


class UnsampledError(Exception):
    """The text contains what numbers can't check."""


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def softplus(x):
    return mp.log(1 + mp.exp(x))


def elu(x, a=1):
    return x if x > 0 else a * mp.expm1(x)


def gelu(x):
    return x * mp.ncdf(x)


def constant(formula):
    """The function computed once for every precision."""
    known = cache(lambda precision: formula())
    return lambda: known(mp.prec)


@constant
def selu_alpha():
    return -mp.sqrt(2 / mp.pi) / (mp.erfc(1 / mp.sqrt(2)) * mp.exp(mpf(1) / 2) - 1)


@constant
def selu_scale():
    """The scale for which the second moment is 1: E[z**2; z > 0] + alpha**2*E[(exp(z) - 1)**2; z < 0] = scale**-2."""
    below = mp.exp(2) * mp.ncdf(-2) - 2 * mp.exp(mpf(1) / 2) * mp.ncdf(-1) + mpf(1) / 2
    return 1 / mp.sqrt(mpf(1) / 2 + selu_alpha() ** 2 * below)


FUNCTIONS = {
    "exp": mp.exp,
    "log": mp.log,
    "sqrt": mp.sqrt,
    "erf": mp.erf,
    "tanh": mp.tanh,
    "LambertW": mp.lambertw,
    "Abs": abs,
    "Max": max,
    "Min": min,
    "maxout": max,
    "sigmoid": sigmoid,
    "log_sigmoid": lambda x: -softplus(-x),
    "relu": lambda x: max(x, mpf(0)),
    "leaky_relu": lambda x, a: x if x > 0 else a * x,
    "prelu": lambda x, a: x if x > 0 else a * x,
    "elu": elu,
    "selu": lambda x: selu_scale() * elu(x, selu_alpha()),
    "softplus": softplus,
    "softsign": lambda x: x / (1 + abs(x)),
    "silu": lambda x: x * sigmoid(x),
    "swish": lambda x, b: x * sigmoid(b * x),
    "mish": lambda x: x * mp.tanh(softplus(x)),
    "linear": lambda x: x,
    "gelu": gelu,
    "gelu_tanh": lambda x: x * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3))) / 2,
}
CONSTANTS = {
    "pi": lambda: +mp.pi,
    "E": lambda: +mp.e,
    "oo": lambda: mp.inf,
    "selu_alpha": selu_alpha,
    "selu_scale": selu_scale,
}
OPERATORS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
COMPARISONS = {
    ast.Eq: lambda a, b: abs(a - b) <= TOLERANCE * (1 + abs(a)),
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}


class Formula:
    """The numbers a text stands for."""

    def __init__(self, text):
        self.text = text
        self.tree = ast.parse(text, mode="eval").body

    def value(self, node, at):
        match node:
            case ast.Constant(value=int() | float()):
                return mpf(ast.get_source_segment(self.text, node))
            case ast.Name(id=name):
                return at[name] if name in at else CONSTANTS[name]()
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.value(operand, at)
            case ast.BinOp(op=op, left=left, right=right):
                return OPERATORS[type(op)](self.value(left, at), self.value(right, at))
            case ast.Call(func=ast.Name(id="diff"), args=[body, ast.Name(id=name)]):
                return mp.diff(self.function(body, name, at), at[name])
            case ast.Call(func=ast.Name(id="limit"), args=[body, ast.Name(id=name), point]):
                end = self.value(point, at)
                assert mp.isinf(end)
                return self.value(body, {**at, name: FAR * mp.sign(end)})  # these limits are approached exponentially
            case ast.Call(func=ast.Name(id="expectation"), args=[body, ast.Name(id=name)]):
                inside = self.function(body, name, at)
                return mp.quad(lambda z: inside(z) * mp.npdf(z), [-mp.inf, -3, 0, 3, mp.inf])
            case ast.Call(func=ast.Name(id="Piecewise"), args=branches):
                return next(self.value(b.elts[0], at) for b in branches if self.holds(b.elts[1], at))
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in FUNCTIONS:
                return mp.re(FUNCTIONS[name](*(self.value(a, at) for a in arguments)))
        raise UnsampledError(ast.unparse(node))

    def function(self, body, name, at):
        return lambda value: self.value(body, {**at, name: value})

    def holds(self, node, at):
        match node:
            case ast.Constant(value=True):
                return True
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARISONS:
                return COMPARISONS[type(op)](self.value(left, at), self.value(right, at))
        raise UnsampledError(ast.unparse(node))


def points(entry, names):
    """Values for the names that satisfy the assumptions, none of them near a kink."""
    if not names:
        return [{}]
    assumed = [Formula(text) for text in entry.assume]
    chance = random.Random(entry.id)
    found = []
    for _ in range(50 * POINTS):
        width = chance.choice([1, 1, 4, 25])
        at = {name: mpf(chance.randrange(-4096, 4096) * 2 + 1) * width / 8192 for name in names}
        if all(formula.holds(formula.tree, at) for formula in assumed):
            found.append(at)
        if len(found) == POINTS:
            break
    assert len(found) == POINTS
    return found


def names_in(trees):
    nodes = [node for tree in trees for node in ast.walk(tree)]
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    bound = {call.args[1].id for call in calls if call.func.id in {"limit", "expectation"}}
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return sorted(names - {call.func.id for call in calls} - bound - set(CONSTANTS) - {"Interval"})


def outcomes(entry):
    """Whether the statement holds, at each of the points."""
    formula = Formula(entry.says)
    names = names_in([formula.tree, *(ast.parse(text, mode="eval").body for text in entry.assume)])
    match formula.tree:
        case ast.Compare(left=ast.Call(ast.Name("range"), [body, ast.Name(variable)]), comparators=[interval]):
            parameters = [name for name in names if name != variable]
            others = points(entry, parameters)[:3] if parameters else [{}]
            return [spans(formula, body, variable, interval, at) for at in others]
        case ast.Call(func=ast.Name(id=name), args=[body, ast.Name(id=variable)]) if name in PROPERTIES:
            return PROPERTIES[name](formula, body, variable, points(entry, names))
    return [formula.holds(formula.tree, at) for at in points(entry, names)]


def spans(formula, body, name, interval, at):
    """Whether the values on a fine grid fill the interval: they stay inside, and come near both of its ends."""
    f = formula.function(body, name, at)
    grid = [sign * mpf(2) ** (mpf(m) / 4) for sign in (-1, 1) for m in range(-24, 48)]
    low, high = (formula.value(end, at) for end in interval.args)
    least, greatest = (edge * extreme(lambda t, edge=edge: edge * f(t), grid) for edge in (1, -1))
    return near(least, low) and near(greatest, high)


def near(value, end):
    return abs(value) > 100 and value * end > 0 if mp.isinf(end) else abs(value - end) < mpf(10) ** -9


def extreme(f, grid):
    """The least value of f near the grid, by narrowing around the least value on it."""
    best = min(grid, key=f)
    width = abs(best) / 2
    for _ in range(30):
        best = min((best + width * m / 4 for m in range(-4, 5)), key=f)
        width /= 2
    return f(best)


def symmetric(sign, formula, body, variable, found):
    f = [formula.function(body, variable, at) for at in found]
    return [abs(g(-at[variable]) - sign * g(at[variable])) < TOLERANCE for g, at in zip(f, found, strict=True)]


def pairs(holds, formula, body, variable, found):
    f = formula.function(body, variable, {})
    values = sorted({at[variable] for at in found})
    return [holds(f, a, b) for a, b in pairwise(values)]


PROPERTIES = {
    "odd": partial(symmetric, -1),
    "even": partial(symmetric, 1),
    "increasing": partial(pairs, lambda f, a, b: f(a) <= f(b)),
    "strictly_increasing": partial(pairs, lambda f, a, b: f(a) < f(b)),
    "convex": partial(pairs, lambda f, a, b: f((a + b) / 2) <= (f(a) + f(b)) / 2),
}
