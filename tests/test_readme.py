"""What the README shows is what happens."""

import doctest
import re
import shlex
from pathlib import Path

import pytest

from symact.cli import main

README = Path(__file__).parent.parent / "README.md"
CONSOLE = re.findall(r"```console\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("block", CONSOLE, ids=lambda block: block.splitlines()[0])
def test_commands_print_what_is_shown(capsys, block):
    first, *shown = block.splitlines()
    command = shlex.split(first.removeprefix("$ "))
    assert command[0] == "symact"
    assert main(command[1:]) == (1 if shown[0].startswith("refuted") else 0)
    assert list(map(untimed, capsys.readouterr().out.splitlines())) == list(map(untimed, shown))


def untimed(line):
    """A line without the time something took."""
    return re.sub(r"\d+\.\d+ s", "… s", line)


def test_the_readme_shows_commands():
    assert len(CONSOLE) >= 2


def test_python_examples():
    failed, tried = doctest.testfile(str(README), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert tried > 8
    assert failed == 0
