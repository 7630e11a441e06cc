"""Certificates of cards: complete, accepted, and rejected for any other value, function or condition."""

import copy
import json

import pytest

from symact.certification import certified
from symact.commands.options import facts_of, read_function
from symact.errors import SymactError
from symact.recheck.facts import check_fact, suits
from symact.render.card import record


def card_of(text, settings=(), assume=(), on=None):
    function = read_function(text, settings)
    facts = facts_of(function, assume, on)
    return json.loads(json.dumps(certified(record(facts, function.name, 20), facts, 20)))


def cases_of(card):
    for name, fact in card["facts"].items():
        for case in fact if isinstance(fact, list) else [fact]:
            if case["status"] == "proved":
                yield name, case


def accept(card, name, case):
    suits(case["certificate"], card, name, case)
    check_fact(case["certificate"])


@pytest.fixture(scope="module")
def cards():
    return {text: card_of(text) for text in ("relu", "prelu")}


def test_every_proved_fact_has_a_certificate_that_is_accepted(cards):
    bare = []
    for text, card in cards.items():
        for name, case in cases_of(card):
            if case["certificate"] is None:
                bare.append((text, name))
            else:
                accept(card, name, case)
    assert [name for text, name in bare if text == "relu"] == []


def changed(value):
    """Values that differ in one number or word, or lack a place of a list."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key != "latex":
                yield from ({**value, key: other} for other in changed(part))
    elif isinstance(value, list):
        yield from (value[:k] + value[k + 1 :] for k in range(len(value)))
        yield from ([*value[:k], other, *value[k + 1 :]] for k, part in enumerate(value) for other in changed(part))
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, str):
        yield from (f"{value} + 1/10**9", "none" if value in ("odd", "even", "convex") else "x/3", None)
    else:
        yield "0"


@pytest.mark.parametrize("text", ["relu"])
def test_changed_values_are_rejected(cards, text):
    card = cards[text]
    for name, case in cases_of(card):
        for number, value in enumerate(changed(case["value"])):
            if number % 3 == 0:
                with pytest.raises(SymactError):
                    check_fact({**case["certificate"], "value": value})
                with pytest.raises(SymactError):
                    suits(case["certificate"], card, name, {**case, "value": value})


def test_other_functions_are_rejected(cards):
    card = cards["relu"]
    for name, case in cases_of(card):
        other = {**case["certificate"], "expression": "Max(0, x) + x**2"}
        with pytest.raises(SymactError):
            suits(other, card, name, case)
        if name != "domain":  # which is the same
            with pytest.raises(SymactError):
                check_fact(other)


def test_other_conditions_are_rejected(cards):
    card = cards["prelu"]
    (name, case), *_ = [(n, c) for n, c in cases_of(card) if n == "monotonicity" and c["when"]]
    other = copy.deepcopy(case)
    other["when"] = "a != 7"
    with pytest.raises(SymactError):
        suits(case["certificate"], card, name, other)
    other["certificate"]["assume"][-1] = "a != 7"
    with pytest.raises(SymactError):
        accept(card, name, other)
