"""The commands as a user types them: output, exit status, one clear line for bad input, nothing left behind."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from symact.cli import main


def run(capsys, *arguments):
    status = main(arguments)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize(
    ("what", "form"),
    [
        *(("all", form) for form in ("latex", "markdown", "text", "html")),
        *((what, "latex") for what in ("derivative", "second-derivative", "limits", "output-relation")),
    ],
)
def test_derive_elu(capsys, what, form):
    status, out, err = run(capsys, "derive", "elu", what, "--format", form)
    assert status == 0
    assert err == ""
    assert len(out) > 100


def test_derive_elu_ends_in_f_plus_alpha(capsys):
    status, out, _ = run(capsys, "derive", "elu")
    assert status == 0
    last = [line for line in out.splitlines() if r"\alpha" in line][-1]
    assert re.search(r"f'\\left\(x\\right\)|f'\(x\)", last)
    assert re.search(r"f\(x\) \+ \\alpha|f\\left\(x\\right\) \+ \\alpha", last)
    assert "x < 0" in last


def test_derive_an_expression_nobody_has_seen(capsys):
    status, out, err = run(capsys, "derive", "x*tanh(exp(x))", "all", "--format", "text")
    assert status == 0
    assert "tanh" in out
    assert "integral: f has no antiderivative that is made of elementary functions" in err


def test_derive_with_respect_to_a_parameter(capsys):
    status, out, _ = run(capsys, "derive", "prelu", "--wrt", "a", "--format", "text")
    assert status == 0
    assert "∂" in out or "d/da" in out


def test_derive_a_vector_function(capsys):
    status, out, _ = run(capsys, "derive", "softmax")
    assert status == 0
    assert r"\delta_{" in out


def test_show_json_follows_the_contract(capsys):
    status, out, _ = run(capsys, "show", "elu", "--json")
    card = json.loads(out)
    assert status == 0
    assert card["name"] == "elu"
    assert card["parameters"]["alpha"] == {"default": "1", "assume": "alpha > 0"}
    facts = card["facts"]
    keys = {"status", "value", "when", "method", "reason"}
    assert all(set(case) == keys for fact in facts.values() for case in (fact if isinstance(fact, list) else [fact]))
    assert facts["domain"]["value"] == "(-oo, oo)"
    assert facts["limit_minus_inf"]["value"]["exact"] == "-alpha"
    assert facts["limit_plus_inf"]["value"] == "oo"
    assert facts["asymptotes"]["value"] == {"-oo": "-alpha", "oo": "x"}
    kink, smooth = facts["joins"]
    assert (kink["when"], smooth["when"], smooth["value"]) == ("alpha != 1", "alpha == 1", [])
    (join,) = kink["value"]
    assert join["slope_left"]["exact"] == "alpha"
    assert join["slope_right"]["exact"] == "1"


def test_show_an_expression(capsys):
    status, out, _ = run(capsys, "show", "sin(x)/x", "--json")
    card = json.loads(out)
    assert status == 0
    assert card["name"] is None
    assert card["facts"]["domain"]["value"] == "(-oo, 0) U (0, oo)"
    assert card["facts"]["joins"]["value"][0]["value"] is None
    assert card["facts"]["limit_plus_inf"]["value"]["exact"] == "0"


def test_show_certifies_digits(capsys):
    _, out, _ = run(capsys, "show", "atan(x)", "--json")
    limit = json.loads(out)["facts"]["limit_plus_inf"]["value"]
    assert limit["exact"] == "pi/2"
    assert limit["lower"] < limit["upper"]
    assert limit["lower"].startswith("1.570796326794896619231321691")


def test_show_on_an_interval_and_with_values(capsys):
    status, out, _ = run(capsys, "show", "elu(alpha=2)", "--on", "Interval(0, oo)", "--json")
    facts = json.loads(out)["facts"]
    assert status == 0
    assert facts["domain"]["value"] == "[0, oo)"
    assert facts["joins"]["value"] == []
    status, out, _ = run(capsys, "show", "a*tanh(x)", "--set", "a=3/2", "--json")
    assert json.loads(out)["facts"]["limit_plus_inf"]["value"]["exact"] == "3/2"


def test_an_answer_that_depends_on_a_parameter_comes_in_cases(capsys):
    status, out, _ = run(capsys, "show", "a*x", "--json")
    limit = json.loads(out)["facts"]["limit_plus_inf"]
    assert status == 0
    assert [
        (case["when"], case["value"] if isinstance(case["value"], str) else case["value"]["exact"]) for case in limit
    ] == [
        ("a < 0", "-oo"),
        ("a == 0", "0"),
        ("a > 0", "oo"),
    ]


def test_a_fact_that_is_not_found_is_undecided_with_its_reason(capsys):
    status, out, _ = run(capsys, "show", "Max(sin(x), sin(sqrt(2)*x))", "--json")
    limit = json.loads(out)["facts"]["limit_plus_inf"]
    assert status == 0
    assert limit["status"] == "undecided"
    assert "sin(x)" in limit["reason"]


def test_what_sympy_cancels_stays_outside_the_domain(capsys):
    _, out, _ = run(capsys, "show", "x/x", "--json")
    assert json.loads(out)["facts"]["domain"]["value"] == "(-oo, 0) U (0, oo)"


def test_list_names_every_entry(capsys):
    from symact import names

    status, out, _ = run(capsys, "list", "--json")
    entries = json.loads(out)
    assert status == 0
    assert [entry["name"] for entry in entries] == list(names())
    status, out, _ = run(capsys, "list")
    assert all(name in out for name in names())


def test_card_in_the_terminal_shows_intervals(capsys):
    status, out, _ = run(capsys, "show", "elu", "--on", "Interval(0, oo)")
    assert status == 0
    assert "[0, oo)" in out


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_plot_writes_the_format_of_the_ending(tmp_path, capsys, suffix, start):
    target = tmp_path / f"figure.{suffix}"
    names = ["relu", "elu(alpha=2)", "x*tanh(exp(x))", "1/x"]
    status, out, err = run(capsys, "plot", *names, "--grid", "--interval", "-25", "25", "-o", str(target))
    assert (status, out, err) == (0, "", "")
    assert target.read_bytes().startswith(start)
    assert list(tmp_path.iterdir()) == [target]


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


def test_a_family_is_drawn_for_each_value(capsys, monkeypatch):
    made = []
    monkeypatch.setattr("symact.render.plot.save", lambda figure, path: made.append(figure))
    assert run(capsys, "plot", "elu", "--family", "alpha = 1/2, 2", "--order", "0", "-o", "x.svg") == (0, "", "")
    assert {"α = 1/2", "α = 2"} < {text.get_text() for text in made[0].legends[0].get_texts()}
    assert run(capsys, "plot", "a*x", "--family", "a=1,2", "--order", "0", "-o", "x.svg") == (0, "", "")
    assert {"a = 1", "a = 2"} == {text.get_text() for text in made[1].legends[0].get_texts()}


@pytest.mark.campaign
@pytest.mark.parametrize("form", ["markdown", "latex", "html"])
def test_table_has_a_row_for_every_function(capsys, form):
    from symact import names

    status, out, err = run(capsys, "table", "--format", form)
    assert status == 0
    assert all(name in out or name.replace("_", r"\_") in out for name in names())
    # all that is left out are limits where a function isn't defined, and ranges that depend on parameters
    told = [line for line in err.splitlines() if "range: it depends on parameters" not in line]
    assert {line.split(",")[0] for line in told} == {"symact: log1mexp"}


def test_export_stands_alone(tmp_path, capsys):
    target = tmp_path / "elu.py"
    status, _, _ = run(capsys, "export", "elu(alpha=2)", "--to", "numpy", "--order", "2", "-o", str(target))
    assert status == 0
    source = target.read_text()
    assert "import symact" not in source
    assert "sympy" not in source.lower().replace("sympy expression", "")
    code = "import elu, numpy as np\nprint(elu.elu(np.array([-1.0, 3.0])).tolist())"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert numbers(done.stdout) == pytest.approx([-1.2642411176571153, 3.0], rel=1e-15)


def numbers(text):
    return [float(part) for part in text.strip().strip("[]").split(",")]


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


def test_output_to_a_file_is_what_is_printed(tmp_path, capsys):
    _, printed, _ = run(capsys, "derive", "elu")
    status, out, _ = run(capsys, "derive", "elu", "-o", str(tmp_path / "elu.tex"))
    assert (status, out) == (0, "")
    assert (tmp_path / "elu.tex").read_text() == printed
    assert [p.name for p in tmp_path.iterdir()] == ["elu.tex"]


def fresh(code):
    """Modules loaded by a fresh interpreter after running code."""
    script = f"{code}\nimport sys\nprint(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_help_does_not_import_sympy():
    loaded = fresh("from symact.cli import main\nmain(['--help'])")
    assert "sympy" not in loaded
    assert "numpy" not in loaded


def test_derive_loads_neither_matplotlib_nor_numpy():
    loaded = fresh("from symact.cli import main\nmain(['derive', 'tanh'])")
    assert not loaded & {"matplotlib", "llvmlite", "numpy"}


@pytest.mark.skipif(shutil.which("symact") is None, reason="the symact command isn't on the PATH of the tests")
def test_a_closed_pipe_is_no_error():
    done = subprocess.run(
        "symact list --json | head -n 1", shell=True, capture_output=True, text=True, cwd=Path.cwd(), check=True
    )
    assert done.stderr == ""
