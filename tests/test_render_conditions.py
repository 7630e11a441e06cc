from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import And, Eq, Ge, Gt, Le, Lt, Ne, Or, Rational, S

from symact.proof.algebra.assume import NOTHING, assuming
from symact.render.conditions import Chain, effective, merged
from symact.symbols import real, x

lambd, mu = real("lambd"), real("mu")

_HOLDS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _true(condition, values):
    if isinstance(condition, And | Or):
        return (all if isinstance(condition, And) else any)(_true(part, values) for part in condition.args)
    return bool(condition.xreplace(values))


def _holds(condition, values, earlier):
    """Whether a printed condition is true at a point, read as a person reads it."""
    found = []
    for chain in condition.chains:
        terms = [t.xreplace(values) for t in chain.terms]
        found.append(all(bool(_HOLDS[s](a, b)) for s, (a, b) in zip(chain.signs, pairwise(terms), strict=True)))
    found += [_true(other, values) for other in condition.others]
    own = (any if condition.joint == "or" else all)(found) if found else True
    return own and (not condition.word.startswith("otherwise") or not earlier)


_bounds = st.sampled_from([S(-1), S.Zero, S.One, lambd, -lambd, mu])
_relations = st.builds(lambda r, b: r(x, b), st.sampled_from([Lt, Le, Gt, Ge, Eq, Ne]), _bounds)
_conditions = st.one_of(
    _relations, st.builds(And, _relations, _relations), st.builds(Or, _relations, _relations), st.just(lambd > 0)
)


@given(st.lists(_conditions, min_size=1, max_size=3), st.booleans(), st.sampled_from([NOTHING, assuming(lambd > 0)]))
@settings(max_examples=120, deadline=None)
def test_each_point_sees_the_branch_that_counts(conditions, closed, known):
    branches = [(S(m), c) for m, c in enumerate([*conditions, *([S.true] if closed else [])])]
    found = effective(branches, known)
    sizes = [Rational(1, 2), S.One] if known is not NOTHING else [S(-1), S.Zero, Rational(1, 2)]
    for at, size, other in product([Rational(m, 2) for m in range(-3, 4)], sizes, [S(-1), Rational(1, 4)]):
        values = {x: at, lambd: size, mu: other}
        truth = [_true(c, values) for _, c in branches]
        for m, condition in enumerate(found):
            counts = truth[m] and not any(truth[:m])
            if condition is None:
                assert not counts
            else:
                assert _holds(condition, values, any(truth[:m])) == counts, (branches, condition, values)


@given(st.lists(_conditions, min_size=1, max_size=4))
@settings(max_examples=80, deadline=None)
def test_merged_conditions_mean_the_same(conditions):
    condition = merged(conditions)
    for at, size in product([Rational(m, 2) for m in range(-3, 4)], [S(-1), S.One]):
        values = {x: at, lambd: size, mu: Rational(1, 2)}
        assert _holds(condition, values, False) == all(_true(c, values) for c in conditions)


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ([x > 0], Chain((x, S.Zero), (">",))),
        ([S.Zero < x], Chain((x, S.Zero), (">",))),
        ([x > 0, x < lambd], Chain((S.Zero, x, lambd), ("<", "<"))),
        ([x >= 0, Ne(x, 0)], Chain((x, S.Zero), (">",))),
        ([-x > lambd], Chain((x, -lambd), ("<",))),
        ([And(x >= -1, x <= 1)], Chain((S(-1), x, S.One), ("<=", "<="))),
    ],
)
def test_bounds_become_one_chain(conditions, expected):
    assert merged(conditions).chains == (expected,)


def test_a_branch_that_never_counts_is_left_out():
    assert effective([(S.One, x > 0), (S(2), x > 1), (S(3), S.true)])[1] is None


def test_exclusive_branches_need_no_word():
    found = effective([(S.One, x < 0), (S(2), And(x > 0, x < lambd)), (S(3), x > lambd)], assuming(lambd > 0))
    assert [c.word for c in found] == ["for", "for", "for"]
