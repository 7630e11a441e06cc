"""Bad input and places that can't be written: one clear line, exit status 2, nothing left behind."""

import pytest
from command_line import run

HOSTILE = [
    "__import__('os').system('echo hacked')",
    "9**9**9**9",
    "(" * 100_000 + "x" + ")" * 100_000,
    "x+" * 500_000 + "x",
    "ѕigmoid(x)",
    "x\0",
    "relru",
    "elu(1, 2, 3)",
    "elu(alpha=-1)",
    "lambda x: x",
    "x.__class__",
    "exp(x, evaluate=False)",
    "",
    "1/0",
    "factorial(10**7)",
    "x if x else 1",
    "'x'",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
@pytest.mark.parametrize("command", ["derive", "show", "export"])
def test_bad_input_is_one_line_and_exit_2(capsys, command, text):
    status, out, err = run(capsys, command, "--", text)
    assert status == 2
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("symact: ")
    assert len(err) < 400
    assert "Traceback" not in err


def test_the_nearest_name_is_offered(capsys):
    _, _, err = run(capsys, "derive", "relru")
    assert "relu" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["derive", "elu", "colour"],
        ["derive", "elu", "--wrt", "beta"],
        ["derive", "elu", "--wrt", ""],
        ["derive", "elu", "--set", "alpha=0"],
        ["derive", "elu", "--assume", "alpha <"],
        ["derive", "elu", "--on", "{1, 2}"],
        ["show", "elu", "--on", "Interval(1, 0)"],
        ["show", "elu", "--on", ""],
        ["show", "x", "--on", "Interval(0, 1)", "--assume", "x > 2"],
        ["derive", "elu", "--timeout", "0"],
        ["nonsense"],
        ["derive"],
        ["export", "elu", "--to", "fortran"],
    ],
)
def test_wrong_options_are_one_line_and_exit_2(capsys, arguments):
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert out == ""
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["relu", "-o", "figure.bmp"],
        ["relu", "--interval", "1", "0", "-o", "figure.png"],
        ["a*x", "-o", "figure.png"],
        ["softmax", "-o", "figure.png"],
        ["relu"],
        ["elu", "--family", "alpha", "-o", "figure.png"],
        ["elu", "--family", "alpha=1,,2", "-o", "figure.png"],
        ["elu", "--family", "alpha=-1", "-o", "figure.png"],
        ["relu", "--family", "alpha=1,2", "-o", "figure.png"],
        ["elu", "--order", "3", "-o", "figure.png"],
    ],
)
def test_plots_that_make_no_sense_leave_nothing_behind(tmp_path, capsys, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, "plot", *arguments)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_relation_is_undecided(capsys):
    status, out, err = run(capsys, "derive", "gelu", "output-relation")
    assert (status, out) == (3, "")
    assert "undecided" in err


@pytest.mark.parametrize("place", ["missing/elu.tex", "file/elu.tex", "/proc/elu.tex"])
def test_where_nothing_can_be_written_nothing_is_left_behind(tmp_path, capsys, place):
    (tmp_path / "file").touch()
    status, _, err = run(capsys, "derive", "elu", "-o", str(tmp_path / place))
    assert status == 2
    assert "can't write" in err
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
