"""The book: chapters, graphs, pages, and which files are written, fresh or stale."""

import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from sympy import Add, Max, Piecewise, exp, sqrt, tanh

from symact.book import build
from symact.book.build import Book, fresh, markdown_files, save, source_key, stale
from symact.book.chapter import Chapter, chapter, mentioned, related
from symact.book.claims import Verdict, claims_page, verdict_of
from symact.book.compile import compile_book
from symact.book.facts import listing
from symact.book.figure import pdf
from symact.book.pages import book_latex, page_latex
from symact.book.site import site_files
from symact.book.sketch import HEIGHT, WIDTH, sketch
from symact.book.svg import svg
from symact.catalogue import lookup
from symact.claims.files import textbook
from symact.cli import main
from symact.definition import Definition
from symact.facts.fact import Fact
from symact.facts.record import Facts
from symact.proof.verdict import Refuted
from symact.render.block import Equalities, Grid, Heading, Listing, Statement
from symact.render.layout import Style, layout
from symact.render.page import blocks_html
from symact.symbols import real, x

VERDICTS = {entry.says: Verdict("proved", "a method", "") for entry in textbook()}
NEEDS_LATEX = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex isn't installed")
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def book():
    chapters = tuple(chapter(name, VERDICTS) for name in ("logsumexp", "log_sigmoid", "relu"))
    page = claims_page(textbook()[:3], textbook()[3:5], VERDICTS)
    return Book(chapters, page, {"markdown": "# Sheet\n", "latex": "sheet\n", "html": "<p>sheet</p>"}, "key")


def test_a_chapter_holds_facts_derivations_and_claims(book):
    smooth = book.chapters[1]
    heads = [block.text for block in smooth.blocks if isinstance(block, Heading)]
    assert heads[0] == smooth.title
    assert {"Facts", "Derivative", "Limits", "Range", "Not derived"} <= set(heads)
    assert Heading("What textbooks say of it", 2) in book.chapters[2].blocks
    assert smooth.steps > 20
    assert any(isinstance(block, Grid) for block in smooth.blocks)
    assert dict(smooth.card)["monotonicity"] == "strictly increasing"
    assert any(isinstance(block, Equalities) for block in book.chapters[0].blocks)
    assert book.chapters[0].picture is None


def test_infinitely_many_places_are_not_none():
    facts = {name: Fact(name, None, "a method", True, None) for name in ("zeros", "inverse", "joins")}
    assert [words for _, words in listing(facts, Style(x)).rows] == [
        ("infinitely many",),
        ("none",),
        ("infinitely many",),
    ]


def test_a_long_gain_refers_to_the_second_moment():
    facts = {"gain": Fact("gain", 1 / sqrt(sum(real(f"a{m}") ** m for m in range(2, 50))), "a method", True, None)}
    (((_, words),)) = listing(facts, Style(x)).rows
    assert "second moment" in words[-1]


def test_a_witness_that_is_a_long_fraction_is_shown_by_its_first_digits():
    result = SimpleNamespace(verdict=Refuted("a method", {"x": f"{10**30 + 1}/{3 * 10**30}", "y": "1/3"}))
    assert verdict_of(result).witness == "x = 0.333333333333…, y = 1/3"


def test_what_could_not_be_derived_is_said(book):
    rows = [row for block in book.chapters[1].blocks if isinstance(block, Listing) for row in block.rows]
    assert any(name == "integral" and "no antiderivative" in words[0] for name, words in rows)


def test_claims_name_functions():
    assert mentioned("tanh(x) == 2*sigmoid(2*x) - 1") == {"tanh", "sigmoid"}
    assert "sigmoid" in related("tanh")
    assert "gelu_tanh" in related("gelu")


def drawn(expr):
    return sketch(Facts(Definition("mine", expr, "Mine")))


def test_jumps_have_open_and_full_dots():
    found = drawn(Piecewise((1, x > 0), (0, True)))
    assert sorted(dot.filled for dot in found.dots if dot.order == 0) == [False, True]
    kink = drawn(Max(x, 2 * x))
    assert [dot.filled for dot in kink.dots if dot.order == 1] == [False, False]
    assert not [dot for dot in kink.dots if dot.order == 0]


def test_asymptotes_and_turning_points_are_marked():
    found = drawn(x / (1 + exp(-x)))
    assert sum(line.kind == "asymptote" for line in found.lines) == 2
    assert [label.text for label in found.labels if label.text.startswith("(")] == ["(−1.278, −0.278)"]
    assert not [line for line in drawn(x).lines if line.kind == "asymptote"]


@pytest.mark.parametrize("expr", [tanh(x), exp(x), 1000 * x, x * 0, 1 / x, Piecewise((x, x < 1), (10, True))])
def test_all_lines_stay_on_the_page(expr):
    found = drawn(expr)
    points = [point for line in found.lines for point in line.points] + [dot.at for dot in found.dots]
    assert all(0 <= across <= WIDTH and 0 <= down <= HEIGHT for across, down in points)
    root = ElementTree.fromstring(svg(found, "a < b & c"))
    assert root[0].text == "a < b & c"


def test_a_steep_curve_is_cut_at_the_edge_and_not_joined_across_a_pole():
    pole = [line for line in drawn(1 / x).lines if line.kind == "f0"]
    assert len(pole) == 2


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext isn't installed")
def test_the_graph_is_a_pdf_too(tmp_path):
    (tmp_path / "graph.pdf").write_bytes(pdf(drawn(tanh(x))))
    done = subprocess.run(["pdftotext", tmp_path / "graph.pdf", "-"], capture_output=True, text=True, check=True)
    assert "f(x)" in done.stdout


def test_files_are_the_same_every_time_and_written_only_where_they_change(book, tmp_path):
    files = markdown_files(book)
    assert files == markdown_files(book)
    folder = tmp_path / "pages"
    assert save(folder, files, source_key()) == sorted(files)
    assert fresh(folder)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    changed = replace(book, sheets={**book.sheets, "markdown": "# Another\n"})
    assert save(folder, markdown_files(changed), source_key()) == ["cheat_sheet.md"]
    after = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert {name for name in before if before[name] != after[name]} == {"cheat_sheet.md", "manifest.json"}
    fewer = replace(book, chapters=book.chapters[:2])
    assert {"relu.md", "relu.tex", "relu.svg"} < set(save(folder, markdown_files(fewer), source_key()))
    assert not (folder / "relu.md").exists()


def test_what_is_stale_is_found(book, tmp_path, monkeypatch):
    files = markdown_files(book)
    save(tmp_path, files, source_key())
    assert stale(tmp_path, files) == []
    (tmp_path / "log_sigmoid.md").write_text("edited", encoding="utf-8")
    (tmp_path / "relu.svg").unlink()
    (tmp_path / "stray.md").touch()
    assert not fresh(tmp_path)
    assert stale(tmp_path, files) == ["log_sigmoid.md", "relu.svg", "stray.md"]
    save(tmp_path, files, source_key())
    (tmp_path / "stray.md").unlink()
    assert fresh(tmp_path)
    monkeypatch.setattr(build, "source_key", lambda: "another version")
    assert not fresh(tmp_path)
    assert stale(tmp_path / "nowhere", files) == sorted(files)


def test_the_command_checks_without_working_anything_out_where_nothing_changed(book, tmp_path, capsys, monkeypatch):
    save(tmp_path, markdown_files(book), source_key())
    monkeypatch.setattr(build, "compose", None)
    assert main(["book", str(tmp_path), "--check"]) == 0
    assert main(["book", str(tmp_path)]) == 0
    assert "is fresh" in capsys.readouterr().err


def test_the_command_lists_stale_files(book, tmp_path, capsys, monkeypatch):
    save(tmp_path, markdown_files(book), source_key())
    (tmp_path / "relu.md").write_text("", encoding="utf-8")
    monkeypatch.setattr(build, "compose", lambda jobs, report: replace(book, key=source_key()))
    assert main(["book", str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().out == "relu.md\n"
    assert (tmp_path / "relu.md").read_text(encoding="utf-8") == ""
    assert main(["book", str(tmp_path)]) == 0
    assert main(["book", str(tmp_path), "--check"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [[], ["--check"], ["pages", "--check"], ["pages", "--check", "--html", "site"], ["pages", "--jobs", "0"]],
)
def test_what_makes_no_sense_is_said_in_a_line(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["book", *arguments]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_without_a_latex_engine_that_is_said(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["book", "--pdf", str(tmp_path / "book.pdf")]) == 2
    assert "no LaTeX engine" in capsys.readouterr().err


@NEEDS_LATEX
def test_the_book_compiles(book, tmp_path):
    compile_book(book, tmp_path / "book.pdf")
    assert (tmp_path / "book.pdf").read_bytes().startswith(b"%PDF")
    assert book_latex(book.chapters, book.claims).count(r"\addcontentsline") == 4


@NEEDS_LATEX
def test_a_page_compiles_by_itself_without_its_graph(book, tmp_path):
    (tmp_path / "page.tex").write_text(page_latex(book.chapters[1].blocks), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0


class Checker(HTMLParser):
    """Whether tags are closed in order; what links and images there are."""

    VOID = frozenset({"meta", "img", "input", "br", "link"})

    def __init__(self):
        super().__init__()
        self.open, self.targets, self.pictures = [], [], []

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "a":
            self.targets.append(known["href"])
        if tag == "img":
            assert known["alt"]
            self.pictures.append(known["src"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_site_is_well_formed_and_its_links_lead_somewhere(book):
    files = site_files(replace(book, sheets={"html": "<p>sheet</p>"}))
    missing = {"related"}
    for name, content in files.items():
        if name.endswith(".html"):
            checker = Checker()
            checker.feed(content.decode())
            assert checker.open == []
            assert all(picture in files for picture in checker.pictures)
            missing |= {target for target in checker.targets if target not in files}
            assert "http://" not in content.decode().replace("http://www.w3.org", "")
            assert 'src="http' not in content.decode()
    # related functions that aren't in this small book
    assert all(target == "related" or lookup(target.removesuffix(".html")) for target in missing)


def in_browser(page: Path, script: str, *options: str) -> str:
    """The page after a script has run in Chromium."""
    text = page.read_text(encoding="utf-8").replace("</body>", f"<script>{script}</script></body>")
    page.write_text(text, encoding="utf-8")
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", *options, "--dump-dom", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if not done.stdout:
        pytest.skip("Chromium doesn't start here")
    return done.stdout


@pytest.mark.skipif(BROWSER is None, reason="Chromium isn't installed")
def test_the_index_filters_in_a_browser(book, tmp_path):
    for name, content in site_files(book).items():
        (tmp_path / name).write_bytes(content)
    script = "controls[0].value = 'log_si'; filter();document.querySelector('thead button').click();"
    found = in_browser(tmp_path / "index.html", script)
    assert "1 of 3 functions" in found
    assert 'aria-sort="ascending"' in found
    assert found.count("hidden=") == 2


@pytest.mark.skipif(BROWSER is None, reason="Chromium isn't installed")
def test_on_a_phone_no_page_and_no_formula_is_wider_than_the_screen(book, tmp_path):
    page = tmp_path / "log_sigmoid.html"
    long = blocks_html([Statement((layout(Add(*(x**n / (n + 1) for n in range(12)))),))])
    page.write_text(site_files(book)[page.name].decode().replace("</main>", f"{long}</main>"), encoding="utf-8")
    script = """
    const wide = e => e.scrollWidth > e.clientWidth + 1;
    document.title = [wide(document.documentElement), ...[".formula", ".facts td", ".wide"].map(
      s => [...document.querySelectorAll(s)].filter(wide).length)].join();
    document.body.dataset.twins = [...document.querySelectorAll(".broad")].every(e => !e.offsetWidth);
    """
    found = in_browser(page, script, "--window-size=420,900")
    assert "<title>false,0,0,0</title>" in found
    assert 'data-twins="true"' in found
    assert 'class="broad"' in found


def test_a_parameter_called_like_the_constant_is_no_problem_for_a_chapter():
    assert isinstance(chapter("glu", VERDICTS), Chapter)
    assert real("z") in lookup("glu").expr.free_symbols
