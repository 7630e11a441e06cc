"""Expression graphs: equal nodes are one, and what is simplified means the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, Rational, S, Symbol, exp

from symact.numeric.expand import Expansion
from symact.numeric.graph import Graph
from symact.numeric.operations import OPERATIONS
from symact.numeric.sides import lost_products
from symact.symbols import x

y = Symbol("y", positive=True)


def test_equal_nodes_are_one():
    graph = Graph()
    a, b = graph.symbol(x), graph.symbol(y)
    assert graph.add(a, b) == graph.add(b, a)
    assert graph.mul(graph.neg(a), graph.neg(b)) == graph.mul(a, b)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(["add", "sub", "mul", "div", "neg"]), max_size=8), st.integers(-3, 3))
def test_simplifying_keeps_the_value(ops, number):
    graph = Graph()
    values = [graph.symbol(x), graph.number(number), graph.number(Rational(1, 2))]
    plain = [x, S(number), Rational(1, 2)]
    for k, op in enumerate(ops):
        i, j = k % len(values), (3 * k + 1) % len(values)
        if op == "div" and plain[j] == 0:
            continue
        args = (values[i],) if op == "neg" else (values[i], values[j])
        values.append(graph.apply(op, *args))
        plain.append(OPERATIONS[op].meaning(*[plain[i], plain[j]][: len(args)]))
    assert (graph.meaning(values[-1]) - plain[-1]).cancel() == 0


@pytest.mark.parametrize("swapped", [False, True])
def test_the_error_of_a_product_is_recognised_in_either_order(swapped):
    graph = Graph()
    a, b = graph.symbol(x), graph.symbol(y)
    product, error = Expansion(graph).exact_product(*((b, a) if swapped else (a, b)))
    fused = lost_products(graph, [product, error], 53)
    assert graph.nodes[fused[error]].op == "lost"


def test_the_opposite_of_a_product_is_made_from_it():
    graph = Graph()
    product = graph.mul(graph.number(3), graph.symbol(x))
    # neg() makes another product, which a kernel rounds at another place
    assert product not in graph.needed([graph.neg(product)])
    assert product in graph.needed([graph.opposite(product)])
    assert graph.opposite(graph.opposite(product)) == product


def test_replacing_a_node():
    graph = Graph()
    a = graph.symbol(x)
    node = graph.add(graph.apply("exp", a), a)
    changed = graph.replaced(node, a, graph.apply("abs", a))
    assert graph.meaning(changed) == exp(Abs(x)) + Abs(x)
