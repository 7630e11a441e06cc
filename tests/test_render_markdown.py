import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from markdown_it import MarkdownIt
from render_examples import NASTY, elu_derivative, examples, expressions
from sympy import Abs, FiniteSet, Integral, Piecewise, Sum, erf, exp, nan, oo, zoo

from symact.catalogue import definitions, lookup
from symact.named import named
from symact.render.markdown import derivation_markdown, derivations_markdown, escaped, markdown
from symact.symbols import j, n, real, v, x

parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def shown(source: str) -> str:
    """The text a reader gets if nothing is done about mathematics, as GitHub's first pass does it."""
    found = []
    for block in parser.parse(source):
        found += ["\n" if token.type == "softbreak" else token.content for token in block.children or ()]
        if block.type == "inline":
            found.append("\n")
    return "".join(found)


def formulas(source: str) -> list[str]:
    blocks = re.findall(r"^\$\$\n(.*?)\n\$\$$", source, re.S | re.M)
    rest = re.sub(r"^\$\$\n.*?\n\$\$$", "", source, flags=re.S | re.M)
    return blocks + re.findall(r"(?<![\\$])\$([^$\n]+)(?<!\\)\$", rest)


def check(source: str) -> None:
    found = formulas(source)
    assert found
    text = shown(source)
    for formula in found:
        assert formula in text, formula
        # no backslash before punctuation, nothing that opens emphasis, a list or a tag
        assert not re.search(r"\\[^A-Za-z ]", formula), formula
        assert "*" not in formula
        assert not re.search(r"<\S", formula)
        assert not any(re.match(r"\s*([-+>#]|\d+[.)])\s", line) for line in formula.splitlines()[1:]), formula


def test_derivations_survive_markdown():
    check(derivations_markdown(examples()))


@pytest.mark.parametrize(
    "expr",
    [
        real("min_val") * real("a_b") * real("alpha_p") + real("alpha_n"),
        FiniteSet(x, 1),
        Integral(exp(x), (x, 0, 1)),
        Sum(exp(v[j]), (j, 1, n)) ** 2,
        Piecewise((erf(x), x > 0), (Abs(x - 1), True)),
        # underscores between braces are what Markdown takes for emphasis
        named(lookup("gelu_tanh"), x) + named(lookup("leaky_relu_keras"), x),
    ],
)
def test_formulas_with_pitfalls_survive(expr):
    check(markdown(expr))


def test_the_whole_catalogue_survives():
    check("\n\n".join(markdown(d.expr, d.variable) for d in definitions()))


@given(expressions)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_formula_survives(expr):
    assume(not expr.has(nan, zoo, oo, -oo))
    check(markdown(expr))


def test_running_text_is_shown_as_it_is():
    words = " ".join(NASTY.split())
    assert shown(escaped(NASTY)).strip() == words
    source = derivation_markdown(elu_derivative())
    assert f"Remark: {words}" in shown(source)
    assert source.startswith("## ")
    assert not any(token.type == "link_open" for block in parser.parse(source) for token in block.children or ())


def test_reasons_hold_nothing_that_tex_takes_for_a_command():
    source = derivation_markdown(elu_derivative())
    reason = re.search(r"&& \\text\{(in terms of the output[^}]*)\}", source).group(1)
    assert not set("\\$%&#_^~*<>") & set(reason)


def test_blocks_are_aligned_displays_between_blank_lines():
    source = derivation_markdown(elu_derivative())
    assert "align*" not in source
    lines = source.splitlines()
    fences = [m for m, line in enumerate(lines) if line == "$$"]
    assert len(fences) % 2 == 0
    for opening, closing in zip(fences[::2], fences[1::2], strict=True):
        assert lines[opening - 1] == ""
        assert "" not in lines[opening:closing]
        assert closing + 1 == len(lines) or lines[closing + 1] == ""
    assert r"f'(x) = f(x) + \alpha \quad \text{for } x < 0" in source
