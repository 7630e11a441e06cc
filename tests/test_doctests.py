"""The examples in docstrings, of the package as it is installed."""

import doctest
import importlib
import pkgutil

import pytest

import symact

MODULES = [
    module.name
    for module in pkgutil.walk_packages(symact.__path__, "symact.")
    if module.name not in {"symact.__main__", "symact.worker"}  # these run when imported
]


@pytest.mark.parametrize("name", ["symact", *MODULES])
def test_examples_in_docstrings(name):
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder()
    assert sum(len(found.examples) for name in MODULES for found in finder.find(importlib.import_module(name))) >= 5
