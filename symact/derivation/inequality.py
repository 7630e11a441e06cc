"""The derivation of an inequality by the range of the difference of its sides."""

from __future__ import annotations

from sympy import Ge, Gt, Ne, S, Symbol

from ..claims.model import Claim, Relation
from ..definition import Definition
from ..errors import NotSupportedError
from ..facts.record import Facts
from ..named import unfold
from ..proof.steps.comparison import relevant
from ..symbols import x as standard_x
from .extent import range_steps
from .notation import output
from .steps import Derivation, Step

__all__ = ["inequality"]

#: Relation → the sign with which left - right is taken, what is shown of that, and how one says so.
_SHOWN = {
    ">": (1, Gt, "all values of f are positive"),
    ">=": (1, Ge, "no value of f is negative"),
    "<": (-1, Gt, "all values of f are positive"),
    "<=": (-1, Ge, "no value of f is negative"),
    "!=": (1, Ne, "f is nowhere 0"),
}
#: What f is, by that sign.
_DIFFERENCES = {1: "f is the left side minus the right one", -1: "f is the right side minus the left one"}


def inequality(claim: Claim, statement: Relation) -> tuple[Facts, Derivation]:
    """Return how left > right follows from the range of f = left - right, for all relations but ==.

    The variable is x where it occurs, other symbols are parameters. Raises UndecidedError or NotSupportedError where there
    is no table of signs for all of them.
    """
    sides = unfold(statement.left), unfold(statement.right)
    symbols = sides[0].free_symbols | sides[1].free_symbols
    x = standard_x if standard_x in symbols else next(iter(symbols), None)
    if not isinstance(x, Symbol) or (len(symbols) > 1 and x != standard_x):
        raise NotSupportedError("which of the symbols the variable is was not said")
    sign, relation, words = _SHOWN[statement.op]
    definition = Definition("claim", sign * (sides[0] - sides[1]), claim.text, variable=x)
    facts = Facts(definition, assume=tuple(relevant(claim.relations, *sides)))
    found = range_steps(facts, bent=False)
    shown = relation(output(x), 0)
    last = Step(words, S.true, shown)
    steps, remark = (*found.steps, last), (f"{_DIFFERENCES[sign]}.",)
    return facts, Derivation("claim", definition, claim.text, output(x), shown, steps, (remark,), tables=found.tables)
