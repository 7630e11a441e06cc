"""Laws that functions of a vector of any length may obey, each with the claims from which it follows.

A law is the same for every function F: of `F(v)[i]` for one with n values, of `F(v)` for one with a single value. What a law
needs besides F, such as its slope in terms of its values, is given as texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from .files import Entry

__all__ = ["ALL_REFUTED", "LAWS", "Given", "Law", "VectorFunction"]

_VECTORS = {name: f"{name} in vector(n)" for name in "vwp"}

#: Texts that are printed as they are.
_PLAIN = re.compile(r"[\w\s()\[\]+\-*/.,]+")

#: What a law needs besides the function, by name.
Given = Mapping[str, str]


@dataclass(frozen=True)
class VectorFunction:
    """The name of a function of a vector in claims, and whether it has n values rather than one."""

    name: str
    many: bool

    def __call__(self, argument: str = "v", index: str = "i") -> str:
        """Return the text of its value, or of the entry of its values at the index."""
        return f"{self.name}({argument})[{index}]" if self.many else f"{self.name}({argument})"

    @property
    def slope(self) -> str:
        """Its entry of the Jacobian, or of the Hessian where it has one value."""
        return f"diff({self()}, v[j])" if self.many else f"diff(diff({self()}, v[i]), v[j])"


@dataclass(frozen=True)
class Law:
    """What holds of a function, in words, the claims from which it follows, and how."""

    value: str
    claims: tuple[Entry, ...]
    why: str
    given: Given = field(default_factory=dict)


def _law(value: str, claims: Iterator[str] | tuple[str, ...], why: str, given: Given | None = None) -> Law:
    return Law(value, tuple(map(_entry, claims)), why, given or {})


def _entry(claim: str) -> Entry:
    """A claim from "says given assumption; assumption", with the vectors it speaks of declared."""
    says, _, conditions = claim.partition(" given ")
    vectors = [text for name, text in _VECTORS.items() if re.search(rf"\b{name}\b", claim)]
    return Entry(says, assume=(*vectors, *filter(None, conditions.split("; "))))


Rule = Callable[[VectorFunction, Given], Iterator[Law]]


def _range(f: VectorFunction, given: Given) -> Iterator[Law]:
    """All of a simplex, all of its logarithm, or all real numbers."""
    if not f.many:
        shifted = f"{f('v + c')} == {f()} + c"
        yield _law("(-oo, oo)", (shifted,), "a shift of all entries shifts the value by any amount")
        return
    for preimage in ("p", "-p", "log(p)", "-log(p)", "exp(p)", "exp(-p)"):
        found = f"{f(preimage)} == p[i]"
        yield _law(
            "all y with y_i > 0 and sum y_i = 1",
            (f"Sum({f()}, (i, 1, n)) == 1", f"{f()} > 0", f"{found} given Sum(p[i], (i, 1, n)) == 1; p[i] > 0"),
            f"the outputs are positive with sum 1, and every such p is the image of {preimage}",
        )
        yield _law(
            "all y with sum exp(y_i) = 1",
            (f"Sum(exp({f()}), (i, 1, n)) == 1", f"{found} given Sum(exp(p[i]), (i, 1, n)) == 1"),
            f"the exponentials of the outputs have sum 1, and every such p is the image of {preimage}",
        )


def _slope(f: VectorFunction, given: Given) -> Iterator[Law]:
    """The slope of one output, or the gradient, as it was found: in terms of the outputs, or of another function's."""
    if "slope" in given:
        shown = f"{'dy_i/dv_j' if f.many else 'dy/dv_j'} = {_shown(given['slope'], f.name, 'y')}"
        yield _law(shown, (f"diff({f()}, v[j]) == {given['slope']}",), "differentiated", given)


def _hessian(f: VectorFunction, given: Given) -> Iterator[Law]:
    """The second derivatives of a function with one value, in terms of its gradient, which is another function, or of its value."""
    if "hessian" in given:
        gradient = given.get("gradient")
        shown = _shown(given["hessian"], gradient or f.name, "p" if gradient else "y")
        claims = [f"{f.slope} == {given['hessian']}"]
        if gradient:
            shown += f" with p = {gradient}(v), the gradient"
            claims.append(f"diff({f()}, v[j]) == {gradient}(v)[j]")
        yield _law(f"H_ij = {shown}", tuple(claims), "differentiated twice", given)


def _shown(text: str, name: str, letter: str) -> str:
    """A slope as it is printed: y_i for softmax(v)[i], delta_ij for KroneckerDelta(i, j)."""
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"{text} is no plain expression")
    text = text.replace(f"{name}(v)", letter).replace("KroneckerDelta(i, j)", "delta_ij")
    return re.sub(r"\[(\w)\]", r"_\1", text)


def _entries(f: VectorFunction, sign: str) -> tuple[str, ...]:
    """Claims that rows sum to 0 and that the entries off the diagonal have one sign."""
    return f"Sum({f.slope}, (j, 1, n)) == 0", f"{f.slope} {sign} 0 given i != j"


def _symmetric(f: VectorFunction) -> str:
    turned = f.slope.replace("[i]", "[#]").replace("[j]", "[i]").replace("[#]", "[j]")
    return f"{f.slope} == {turned}"


def _rows(f: VectorFunction, given: Given) -> Iterator[Law]:
    """What the entries of the Jacobian or Hessian have in common."""
    for sign in ("<=", ">="):
        off = f"entries off the diagonal {sign} 0"
        yield _law(f"symmetric, rows and columns sum to 0, {off}", (_symmetric(f), *_entries(f, sign)), "summed")
        yield _law(f"rows sum to 0, {off}", _entries(f, sign), "summed")


def _convexity(f: VectorFunction, given: Given) -> Iterator[Law]:
    """A symmetric Hessian whose rows sum to 0 has the sign that the entries off the diagonal haven't; or Jensen's inequality."""
    for word, sign, mean in (("convex", "<=", "<="), ("concave", ">=", ">=")):
        yield _law(
            word,
            (_symmetric(f), *_entries(f, sign)),
            "w'Hw = -sum H_ij*(w_i - w_j)**2/2 over i and j, since H is symmetric and its rows sum to 0",
        )
        yield _law(
            word,
            (f"{f('t*v + (1 - t)*w')} {mean} t*{f()} + (1 - t)*{f('w')} given 0 <= t; t <= 1",),
            "Jensen's inequality",
        )


def _lipschitz(f: VectorFunction, given: Given) -> Iterator[Law]:
    """From the rows of the Jacobian, the gradient, or the values."""
    if f.many and "constant" in given:
        constant, ends = given["constant"], given["ends"]
        slope, half = f"diff({f.name}([x, 0])[1], x)", f"({constant})/2"
        for sign, diagonal, slopes in (("<=", f"<= {half}", f"0, {half}"), (">=", f">= -{half}", f"-{half}, 0")):
            rows = (*_entries(f, sign), f"diff({f()}, v[i]) {diagonal}", f"range({slope}, x) == {ends}({slopes})")
            yield _law(
                f"{constant} in the Euclidean and in the maximum norm, over all n",
                (_symmetric(f), *rows),
                "the absolute values in row i of the symmetric Jacobian sum to 2*|J_ii|, which bounds both norms; for n = 2 its "
                "norms are 2*|J_11|",
                given,
            )
            yield _law(
                f"{constant} in the maximum norm, over all n",
                rows,
                "the absolute values in row i of the Jacobian sum to 2*|J_ii|; for n = 2 their supremum is the constant",
                given,
            )
    if not f.many:
        shift = f"{f('v + c')} == {f()} + c"
        equal = "equal changes of all entries change the value as much"
        yield _law(
            "1 in the maximum norm",
            (f"diff({f()}, v[j]) >= 0", f"Sum(diff({f()}, v[j]), (j, 1, n)) == 1", shift),
            f"the gradient has entries >= 0 with sum 1; {equal}",
        )
        yield _law("1 in the maximum norm", (f"{f()} - {f('w')} <= maxout(Abs(v - w))", shift), equal)


def _shift(f: VectorFunction, given: Given) -> Iterator[Law]:
    """The value doesn't change with c added to all entries, or changes by c."""
    shown = f"{f.name}(v + c) = {f.name}(v)"
    yield _law(shown, (f"{f('v + c')} == {f()}",), "c cancels")
    yield _law(f"{shown} + c", (f"{f('v + c')} == {f()} + c",), "c can be taken out")


def _scale(f: VectorFunction, given: Given) -> Iterator[Law]:
    """Positive homogeneity of degree 1 or 0."""
    shown = f"{f.name}(c*v) = "
    yield _law(f"{shown}c*{f.name}(v) for c > 0", (f"{f('c*v')} == c*{f()} given c > 0",), "c can be taken out")
    yield _law(f"{shown}{f.name}(v) for c > 0", (f"{f('c*v')} == {f()} given c > 0",), "c cancels")


def _bounds(f: VectorFunction, given: Given) -> Iterator[Law]:
    """Another function with one value is at most as large, or at least; their distance is largest for equal entries."""
    if not f.many and "other" in given:
        other, gap = VectorFunction(given["other"], many=False)(), given["gap"]
        for low, high in ((other, f"{other} + {gap}"), (f"{other} + {gap}", other)):
            low, high = (text.replace("+ -", "- ") for text in (low, high))
            yield _law(
                f"{low} <= {f()} <= {high}",
                (f"{low} <= {f()}", f"{f()} <= {high}"),
                "the two differ most where all entries are equal",
                given,
            )


def _relation(f: VectorFunction, given: Given) -> Iterator[Law]:
    """A value, its exponential or its logarithm is another function's value, at v or at -v."""
    if "other" in given:
        other = VectorFunction(given["other"], f.many)
        for outer in ("{}", "exp({})", "log({})"):
            for argument in ("v", "-v"):
                yield _law(
                    f"{outer.format(f.name + '(v)')} = {other.name}({argument})",
                    (f"{outer.format(f())} == {other(argument)}",),
                    "compared entry by entry" if f.many else "compared",
                    given,
                )


#: Fact → the laws of which the first that is proved is the fact.
LAWS: dict[str, Rule] = {
    "range": _range,
    "gradient": _slope,
    "jacobian": _slope,
    "hessian": _hessian,
    "jacobian_rows": _rows,
    "hessian_rows": _rows,
    "convexity": _convexity,
    "lipschitz": _lipschitz,
    "shift": _shift,
    "scale": _scale,
    "bounds": _bounds,
    "relation": _relation,
}

#: Facts that are "none" where each of their laws is refuted: these need nothing, or the name of another function.
ALL_REFUTED = frozenset({"jacobian_rows", "hessian_rows", "convexity", "shift", "scale", "relation"})
