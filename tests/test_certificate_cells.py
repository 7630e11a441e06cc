"""Cells of the checker: relations that never hold together, without a false one among them."""

import pytest
from sympy import atan, exp, tan

from symact.proof.certificates.cells import is_empty
from symact.symbols import real

x = real("x")


@pytest.mark.parametrize(
    ("relations", "expected"),
    [
        ([x * exp(x) > 3, x < 0], True),
        ([x + exp(x) < 0, x > 0], True),
        ([x + exp(x) < 0, x > -1], False),
        # atan(tan(x)) has the slope 1, but is no line: 6/5 - pi is less than 0
        ([atan(tan(x)) > 1, x < 0], False),
        ([atan(tan(x)) > 1, x + exp(x) < 0], False),
    ],
)
def test_relations_that_never_hold_together(relations, expected):
    assert is_empty(relations) is expected
