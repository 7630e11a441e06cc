import subprocess
import sys

import numpy as np
import pytest
from matplotlib.figure import Figure

from symact.errors import InputError
from symact.facts.record import Facts
from symact.parse import parse_function
from symact.render.curves import curve
from symact.render.plot import LINES, Curve, figure, plot_function, plot_together, save

RELU = Curve("ReLU", r"\max\left(0, x\right)", (lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0), ((), (0.0,)))
SIGMOID = Curve(
    "Sigmoid", r"\frac{1}{1 + e^{-x}}", (lambda x: 1 / (1 + np.exp(-x)), lambda x: 1 / (2 + 2 * np.cosh(x)))
)
STEP = Curve("Step", "", (lambda x: np.where(x < 0, 0.0, np.where(x == 0, 0.5, 1.0)), lambda x: 0.0), ((0.0,),))
CASES = Curve("$5 _x_", r"\begin{cases} x & y \end{cases}", (np.tanh,))


def labelled(ax, *labels):
    return [line for line in ax.get_lines() if line.get_label() in labels]


def curves(ax):
    return [line for line in ax.get_lines() if not line.get_label().startswith("_") and len(line.get_xdata()) > 100]


def dots(ax, filled):
    found = [line for line in ax.get_lines() if line.get_marker() == "o"]
    return sorted(float(d.get_ydata()[0]) for d in found if (d.get_markerfacecolor() != "white") == filled)


def axes_of(curve, **options):
    ax = Figure().add_subplot()
    assert plot_function(ax, curve, **options) is ax
    return ax


def drawn(text, order=1, **options):
    function = parse_function(text, ())
    return axes_of(
        curve(Facts(function.definition, dict(function.values)), text, order, **options), order=order, **options
    )


def test_jumps_are_not_joined_and_have_dots():
    ax = axes_of(STEP, order=0)
    ys = curves(ax)[0].get_ydata()
    inside = np.isfinite(ys)
    assert set(np.unique(ys[inside])) == {0.0, 1.0}
    # somewhere between the last 0 and the first 1 the line is interrupted
    gap = slice(np.nonzero(ys == 0)[0][-1], np.nonzero(ys == 1)[0][0] + 1)
    assert np.isnan(ys[gap]).any()
    assert dots(ax, filled=True) == [0.5]
    assert dots(ax, filled=False) == [0.0, 1.0]
    assert labelled(ax, "kink") == []


def test_kinks_are_marked_and_break_the_derivative_only():
    ax = axes_of(RELU)
    value, slope = curves(ax)
    assert not np.isnan(value.get_ydata()[1:]).any()
    assert np.isnan(slope.get_ydata()[1:]).any()
    assert dots(ax, filled=True) == [0.0]
    assert dots(ax, filled=False) == [1.0]
    assert 0.0 in value.get_xdata()
    (kink,) = labelled(ax, "kink")
    assert (kink.get_marker(), kink.get_xdata()[0], kink.get_ydata()[0]) == ("D", 0.0, 0.0)


def test_curves_differ_in_line_style_as_well_as_colour():
    found = curves(drawn("tanh", 2))
    assert [line.get_label() for line in found] == ["f(x)", "f′(x)", "f″(x)"]
    assert [line.is_dashed() for line in found] == [False, True, True]
    assert len({str(stroke[1]) for stroke in LINES}) == len({stroke[0] for stroke in LINES}) == len(LINES)
    assert len({line.get_color() for line in found}) == 3


@pytest.mark.parametrize(
    ("text", "interval", "labels"),
    [
        ("x*sigmoid(x)", (-5, 5), ["(−1.278, −0.278)"]),
        ("sin(x)/x", (1, 8), ["(4.493, −0.217)", "(7.725, 0.128)"]),
        ("Abs(x)", (-5, 5), ["(0, 0)"]),
        ("Abs(x)", (1, 5), []),
        ("relu", (-5, 5), []),
    ],
)
def test_turning_points_within_the_picture_are_labelled(text, interval, labels):
    ax = drawn(text, interval=interval)
    assert [text.get_text() for text in ax.texts] == labels
    for text in ax.texts:
        bottom, top = ax.get_ylim()
        assert bottom < text.xy[1] < top


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("tanh", {((-5, 0), (-1, -1)), ((0, 5), (1, 1))}),
        ("softplus", {((-5, 0), (0, 0)), ((0, 5), (0, 5))}),
        ("x", set()),
        ("exp(x)", {((-5, 0), (0, 0))}),
    ],
)
def test_asymptotes_are_dashed_on_their_side(text, ends):
    lines = labelled(drawn(text), "asymptote")
    assert {tuple(tuple(map(float, data)) for data in line.get_data()) for line in lines} == ends
    assert all(line.is_dashed() for line in lines)


def test_poles_are_asymptotes_from_edge_to_edge():
    ax = drawn("1/(x**2-1)", 0)
    upright = [line for line in labelled(ax, "asymptote") if len(set(line.get_xdata())) == 1]
    assert sorted(line.get_xdata()[0] for line in upright) == [-1.0, 1.0]
    assert all(tuple(line.get_ydata()) == ax.get_ylim() for line in upright)


def test_growth_is_cut_off_and_constants_have_room():
    low, high = axes_of(Curve("exp", "", (np.exp, np.exp))).get_ylim()
    assert -1 < low < 0
    assert 5 <= high < 6
    low, high = axes_of(Curve("pole", "", (lambda x: 1 / x,), ((0.0,),))).get_ylim()
    assert low > -6
    assert high < 6
    low, high = axes_of(Curve("zero", "", (lambda x: 0,))).get_ylim()
    assert low < 0 < high
    axes_of(Curve("nowhere", "", (lambda x: np.full_like(x, np.nan),)))


def test_small_multiples_have_axes_of_their_own():
    made = figure([RELU, SIGMOID, STEP, CASES], grid=True, interval=(-25, 25))
    assert len(made.axes) == 4
    assert all(ax.get_xlim() == (-25, 25) for ax in made.axes)
    titles = [ax.get_title() for ax in made.axes]
    assert titles[0].startswith("ReLU\n$")
    assert titles[3] == r"\$5 _x_"
    assert [text.get_text() for text in made.legends[0].get_texts()] == ["f(x)", "f′(x)", "kink"]


def test_several_functions_share_axes_and_their_derivatives_stand_beside():
    made = figure([RELU, SIGMOID, CASES])
    assert [len(curves(ax)) for ax in made.axes] != []
    assert len(made.axes) == 2
    assert {text.get_text() for text in made.legends[0].get_texts()} == {"ReLU", "Sigmoid", r"\$5 _x_", "kink"}
    assert len(figure([RELU, SIGMOID], order=0).axes) == 1
    ax = Figure().add_subplot()
    assert plot_together(ax, [RELU, SIGMOID], order=1) is ax
    styles = [str(line.get_linestyle()) + line.get_color() for line in curves(made.axes[0]) if line.get_marker() != "o"]
    assert len(set(styles)) == len(styles)


@pytest.mark.parametrize("interval", [(1, 1), (2, 1), (0, np.inf), (np.nan, 1)])
def test_bad_intervals_are_refused(interval):
    with pytest.raises(InputError, match="interval"):
        figure([RELU], interval=interval)


def test_nothing_to_plot_is_refused():
    with pytest.raises(InputError, match="nothing to plot"):
        figure([])


@pytest.mark.parametrize(
    ("suffix", "head"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF"), (".PNG", b"\x89PNG")]
)
def test_equal_figures_give_equal_files(suffix, head, tmp_path):
    made = [tmp_path / f"{name}{suffix}" for name in "ab"]
    for path in made:
        save(figure([RELU, STEP], grid=True), path)
    first, second = (path.read_bytes() for path in made)
    assert first.startswith(head)
    assert first == second
    assert b"Date" not in first
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in made)


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "plot.svg"
    path.write_text("old")
    broken = figure([RELU])
    broken.axes[0].set_title(r"$\nonsense{$")
    with pytest.raises(ValueError, match="nonsense"):
        save(broken, path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_unwritable_places_and_unknown_endings_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"\.png, \.svg, \.pdf, not as 'plot\.bmp'"):
        save(figure([RELU]), tmp_path / "plot.bmp")
    with pytest.raises(InputError, match="can't write"):
        save(figure([RELU]), tmp_path / "missing" / "plot.png")


def test_neither_pyplot_nor_a_display_is_used():
    program = (
        "import sys, symact.render.plot as p; p.figure([p.Curve('x', '', (lambda x: x,))]);"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
