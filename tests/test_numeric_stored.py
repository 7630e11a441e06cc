"""What was derived is read from the disk the next time, and derived again where anything is different."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
import sympy

from symact.catalogue import lookup
from symact.numeric import stored
from symact.numeric.llvm import cache
from symact.numeric.source import programs


@pytest.fixture
def derived(tmp_path, monkeypatch):
    """What is derived, in order; the disk is empty at first."""
    monkeypatch.setenv("SYMACT_CACHE", str(tmp_path))
    found = []

    def derive(definition, order, fast):
        found.append((definition.name, order, fast))
        return programs(definition, order, fast)

    return found, lambda *args: stored.source(*args, derive), tmp_path


def test_it_is_derived_once(derived):
    found, source, _ = derived
    leaky = lookup("leaky_relu")
    first = source(leaky, 0, False)
    assert source(leaky, 0, False) == first
    assert first.definition is leaky
    assert found == [("leaky_relu", 0, False)]


def test_it_is_derived_for_what_differs(derived):
    found, source, _ = derived
    relu = lookup("relu")
    x = relu.variable
    other = sympy.Symbol("x", positive=True)
    for definition in (
        relu,
        replace(relu, expr=2 * relu.expr),
        replace(relu, slopes=((sympy.S.Zero, sympy.S.One),)),
        replace(relu, expr=relu.expr.xreplace({x: other}), variable=other),
    ):
        assert source(definition, 0, False).definition == definition
    source(relu, 1, False)
    source(relu, 0, True)
    assert len(found) == 6


def test_what_cannot_be_read_is_derived_again(derived):
    found, source, folder = derived
    relu = lookup("relu")
    wanted = source(relu, 0, False)
    (entry,) = folder.iterdir()
    for data in (b"nonsense", pickle.dumps({"not": "a source"}), pickle.dumps(wanted)[:-9]):
        cache.store(entry.name, data)
        assert source(relu, 0, False) == wanted
    entry.write_bytes(b"")
    assert source(relu, 0, False) == wanted
    assert len(found) == 5


def test_what_time_was_too_short_for_is_not_kept(derived):
    found, source, folder = derived
    relu = lookup("relu")
    stored.source(relu, 0, False, lambda *args: replace(programs(*args), forms=(("x", "undecided"),)))
    assert not list(folder.iterdir())
    source(relu, 0, False)
    assert len(found) == 1
