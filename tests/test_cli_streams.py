"""Where answers go: terminals wide and narrow, pipes that close, files, full disks, streams that lack characters."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import run
from rich.console import Console

from symact.catalogue import lookup
from symact.cli import main


def started(command, **environment):
    """Run a shell command in which $SYMACT is the command."""
    environment = {**os.environ, "SYMACT": f"{sys.executable} -m symact", **environment}
    return subprocess.run(["bash", "-c", command], capture_output=True, env=environment, timeout=60, check=False)


def terminal(monkeypatch, width):
    """Let standard output be a terminal of so many columns; return what is written to it."""
    screen = io.StringIO()
    for module in ("symact.render.card", "symact.render.catalogue"):
        monkeypatch.setattr(f"{module}.Console", lambda: Console(file=screen, force_terminal=True, width=width))
    # `verify` looks for it in its place, and draws progress on standard error
    real = Console
    monkeypatch.setattr(
        "rich.console.Console",
        lambda stderr=False, **_: (
            real(stderr=stderr) if stderr else real(file=screen, force_terminal=True, width=width)
        ),
    )
    for module in ("symact.commands.show", "symact.commands.catalogue"):
        monkeypatch.setattr(f"{module}.in_terminal", lambda: True)
    return screen


@pytest.mark.skipif(os.name != "posix", reason="the shell is bash")
@pytest.mark.parametrize("command", ["find tanh", "show --help", "verify x==x+1 --explain"])
def test_a_reader_that_has_enough_is_no_answer_no(command):
    done = started(f"$SYMACT {command} | true; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(os.name != "posix", reason="there are no named pipes")
def test_what_is_no_file_isn_t_replaced(capsys, tmp_path):
    pipe, link = tmp_path / "pipe", tmp_path / "link.tex"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    assert run(capsys, "derive", "x", "-o", str(pipe)) == (0, "", "")
    written, _ = reader.communicate(timeout=30)
    assert pipe.is_fifo()
    link.symlink_to("answer.tex")
    assert run(capsys, "derive", "x", "-o", str(link)) == (0, "", "")
    assert link.is_symlink()
    assert link.read_bytes() == written != b""
    assert run(capsys, "derive", "x", "-o", "-") == (0, written.decode(), "")
    # a link to a name that isn't there
    assert started("$SYMACT derive x -o /dev/stdout | cat").stdout == written


@pytest.mark.parametrize("seconds", ["inf", "nan", "0", "-1", "soon"])
def test_seconds_are_numbers_that_pass(capsys, seconds):
    for command in (["show", "x"], ["verify", "x == x"], ["find", "x"]):
        status, out, err = run(capsys, *command, "--timeout", seconds)
        assert (status, out, err.count("\n")) == (2, "", 1)


def test_assumptions_that_hold_for_nothing_are_bad_input(capsys):
    status, out, err = run(capsys, "show", "a*x", "--assume", "a > 0", "--assume", "a < 0")
    assert (status, out) == (2, "")
    assert err == "symact: the assumptions contradict each other: a > 0, a < 0\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_said_in_one_line():
    done = started("$SYMACT --version > /dev/full")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == "symact: can't write the answer: No space left on device\n"


def test_streams_that_lack_characters(monkeypatch):
    for encoding, written, alpha in (("ascii", "utf-8", "α"), ("latin-1", "latin-1", r"\u03b1")):
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(["derive", "elu", "limits", "--format", "text"]) == 0
        stream.flush()
        assert f"where {alpha} > 0" in stream.buffer.getvalue().decode(written)


def test_no_command_is_answered_by_the_help_as_it_stands(capsys):
    status, out, err = run(capsys)
    assert (status, out) == (2, "")
    assert err.startswith("Usage: symact")
    commands = [line.split()[0] for line in err.partition("Commands:\n")[2].splitlines()]
    assert commands[:4] == ["list", "show", "derive", "verify"]
    assert "..." not in err.partition("Commands:\n")[2]


def test_usage_errors_say_where_help_is(capsys):
    assert run(capsys, "show") == (2, "", "symact: Missing argument 'F'. See symact show --help\n")
    assert run(capsys, "shwo")[2].endswith("See symact --help\n")


def test_an_expression_may_begin_with_a_minus(capsys):
    status, out, _ = run(capsys, "derive", "-x*tanh(x)", "--format", "text")
    assert (status, out.splitlines()[0]) == (0, "-x*tanh(x): derivative")
    assert run(capsys, "derive", "-hard_tanh(x)", "symmetry")[0] == 0
    assert run(capsys, "verify", "-x == 0-x", "-a < 1", "--assume", "-a < 0")[0] == 0
    assert "unexpected extra argument" in run(capsys, "derive", "x", "limits", "-q")[2]


def test_a_pipe_gets_whole_lines(capsys):
    lines = run(capsys, "list")[1].splitlines()
    assert lines[0].split() == ["name", "formula", "aliases", "libraries"]
    (line,) = (line for line in lines if line.startswith("celu "))
    assert "Piecewise((x, x > 0), (alpha*(exp(x/alpha) - 1), True))" in line
    assert "torch" in line
    assert all(line == line.rstrip() for line in lines)
    lines = run(capsys, "show", "relu")[1].splitlines()
    assert lines[0] == "Rectified linear unit: f(x) = Max(0, x)"
    assert any(line.startswith("range ") and "[0, oo)" in line and "limits at the ends" in line for line in lines)


@pytest.mark.parametrize("width", [25, 40, 100])
def test_terminals(capsys, monkeypatch, width):
    screen = terminal(monkeypatch, width)
    assert main(["show", "relu"]) == 0
    assert main(["list"]) == 0
    text = re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue())
    assert max(map(len, text.splitlines())) <= width
    assert ("how" in text or "sign chart" in text) == (width == 100)
    assert width == 25 or "nondecreasing" in text
    assert "Min(hi, Max(lo, x))" in text
    assert main(["verify", "odd(x, x)", "x == 1"]) == 1
    verdicts = re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue())
    assert "odd(x, x)" in verdicts
    assert "counterexample: x = 0" in verdicts


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "relu"],
        ["show", "relu", "--json"],
        ["derive", "relu", "--json"],
    ],
)
def test_a_file_gets_what_would_be_printed(capsys, tmp_path, arguments):
    printed = run(capsys, *arguments)[1]
    target = tmp_path / "answer"
    assert run(capsys, *arguments, "-o", str(target)) == (0, "", "")
    assert target.read_text() == printed


def test_derivations_as_data(capsys):
    def no_constant(name):
        raise AssertionError(name)

    found = json.loads(run(capsys, "derive", "elu", "--set", "alpha=2", "--json")[1], parse_constant=no_constant)
    (first,) = found
    assert first["what"] == "derivative"
    assert first["parameters"] == {"alpha": "2"}
    assert [case["when"] for case in first["steps"]] == [["x > 0"], ["x < 0"]]
    leaf = first["steps"][1]["steps"][0]
    assert set(leaf) == {"rule", "before", "after", "reason", "when", "steps"}
    assert leaf["before"].startswith("Derivative(")


def test_the_table_as_data(capsys, monkeypatch):
    monkeypatch.setattr("symact.catalogue.definitions", lambda: (lookup("relu"), lookup("softmax"), lookup("gelu")))
    found = json.loads(run(capsys, "table", "--facts", "parity,domain", "--json")[1])
    assert all(set(card["facts"]) == {"parity", "domain"} for card in found)
    assert [card["name"] for card in found] == ["relu", "gelu"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "relu", "--json", "--format", "html"],
        ["show", "relu", "--json", "--explain", "range"],
        ["show", "relu", "--explain", "range", "--format", "html"],
        ["derive", "relu", "--json", "--standalone"],
        ["table", "--json", "--format", "html"],
        ["table", "--reference", "--facts", "range"],
        ["find", "--duplicates", "--set", "a=1"],
    ],
)
def test_options_that_contradict_each_other(capsys, arguments):
    status, out, err = run(capsys, *arguments)
    assert (status, out, len(err.splitlines())) == (2, "", 1)


def test_claims_from_standard_input(capsys, monkeypatch):
    given = io.TextIOWrapper(io.BytesIO(b'[[claim]]\nsays = "odd(tanh(x), x)"\n'))
    monkeypatch.setattr(sys, "stdin", given)
    status, out, _ = run(capsys, "verify", "--file", "-")
    assert status == 0
    assert out.startswith("proved")


def test_what_is_no_claim_has_no_verdict(capsys):
    status, out, err = run(capsys, "verify", "x = x", "x == x")
    assert status == 2
    assert len(out.splitlines()) == 2
    assert out.splitlines()[1].startswith("1 proved, 1 not read;")
    assert len(err.splitlines()) == 1


def test_swapped_letters_are_the_likeliest_mistake(capsys):
    assert "did you mean 'gelu'?" in run(capsys, "show", "gleu")[2]
    assert "did you mean 'tanh'?" in run(capsys, "show", "tnah(x)")[2]
