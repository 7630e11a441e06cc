import re
from html.parser import HTMLParser
from xml.etree import ElementTree

from hypothesis import HealthCheck, assume, given, settings
from render_examples import NASTY, examples, expressions
from sympy import nan, oo, zoo

from symact.catalogue import definitions
from symact.render.layout import layout
from symact.render.mathml import mathml
from symact.render.page import derivation_html, derivations_html


class Words(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_data(self, data):
        self.found.append(data)


def words(page: str) -> str:
    parser = Words()
    parser.feed(page)
    return "".join(parser.found)


def tree(page: str) -> ElementTree.Element:
    """Parse as XML, which accepts nothing left open."""
    body = re.sub(r"<!DOCTYPE html>|<meta[^>]*>|<br>", "", page)
    return ElementTree.fromstring(body)


def test_a_page_is_well_formed_and_stands_alone():
    page = derivations_html(examples(), standalone=True)
    root = tree(page)
    assert root.tag == "html"
    assert not re.search(r"<script|https?://|src=|@import|url\(", page)
    assert "prefers-color-scheme: dark" in page
    assert len(root.findall(".//article")) == len(examples())


def test_text_is_escaped():
    page = derivation_html(examples()[0])
    assert "<tag>" not in page
    assert " ".join(NASTY.split()) in words(page)
    assert "f′(x)=f(x)+α" in words(page).replace("\u2061", "")


def test_the_whole_catalogue_is_well_formed():
    for definition in definitions():
        tree(mathml(layout(definition.expr)))


#: Element → how many children it must have.
ARITY = {"mfrac": 2, "msup": 2, "msub": 2, "msubsup": 3, "munder": 2, "munderover": 3, "msqrt": 1, "mroot": 2}


@given(expressions)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_elements_have_the_children_they_need(expr):
    assume(not expr.has(nan, zoo, oo, -oo))
    for element in tree(mathml(layout(expr), display=True)).iter():
        assert len(element) == ARITY.get(element.tag, len(element)), ElementTree.tostring(element)
        assert element.tag not in {"mi", "mn", "mo", "mtext"} or (element.text and len(element) == 0)
