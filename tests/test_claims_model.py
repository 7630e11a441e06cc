"""Claims with numbers for their symbols: nothing is lost by that, and a limit keeps its own variable."""

import pytest
from sympy import Integer

from symact.errors import InputError
from symact.parse import parse_claim
from symact.statement import unfolded


def at(says, *values):
    claim = unfolded(parse_claim(says))
    return claim.at(dict(zip(claim.symbols, map(Integer, values), strict=True)))


@pytest.mark.parametrize(
    ("says", "values"),
    [
        ("x*integral(1/t, t, 0, 1) != x", (0,)),
        ("x*limit(1/t, t, 0) != 0", (0,)),
        ("x*integral(1/t, t, 0, 1) - integral(1/t, t, 0, 1) == 0", (1,)),
        ("integral(1/t, t, 0, 1)**x == 1", (0,)),
        ("integral(x*log(t - 5), t, 0, 1) == x", (0,)),
        ("x*log(y) == 0", (0, -1)),
        ("log(x) == 0", (-1,)),
        ("diff(Abs(x), x) == 0", (0,)),
    ],
)
def test_what_may_have_no_value_is_not_lost(says, values):
    with pytest.raises(InputError):
        at(says, *values)


def test_a_limit_keeps_its_own_variable():
    assert at("limit(x*y, x, 5) + x == 0", 1, 2).statement == at("limit(x1*y, x1, 5) + x == 0", 1, 2).statement
