"""The commands as a user types them: output, exit status, files, and what they load."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import run


@pytest.mark.parametrize(
    ("what", "form"),
    [
        ("all", "latex"),
        *(("limits", form) for form in ("markdown", "text", "html")),
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


def test_list_names_every_entry(capsys):
    from symact import names

    status, out, _ = run(capsys, "list", "--json")
    entries = json.loads(out)
    assert status == 0
    assert [entry["name"] for entry in entries] == list(names())
    status, out, _ = run(capsys, "list")
    assert all(name in out for name in names())


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_plot_writes_the_format_of_the_ending(tmp_path, capsys, suffix, start):
    target = tmp_path / f"figure.{suffix}"
    names = ["relu", "elu(alpha=2)", "x*exp(-x)", "1/x"]
    status, out, err = run(capsys, "plot", *names, "--grid", "--interval", "-25", "25", "-o", str(target))
    assert (status, out, err) == (0, "", "")
    assert target.read_bytes().startswith(start)
    assert list(tmp_path.iterdir()) == [target]


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
