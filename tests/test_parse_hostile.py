"""Hostile text: whatever is typed, there is an answer or one clear line, soon, and nothing is executed."""

from __future__ import annotations

import string
import threading
import time
import warnings

import pytest
from hostile_texts import CHEAP, ENDLESS, REFUSED
from hypothesis import example, given, settings
from hypothesis import strategies as st

from symact.errors import InputError
from symact.parse import parse_assumptions, parse_claim, parse_expression, parse_function, parse_set, parse_values, work

READERS = [
    parse_expression,
    parse_function,
    parse_claim,
    parse_set,
    lambda text: parse_values([text]),
    lambda text: parse_values([f"a={text}"]),
    lambda text: parse_assumptions([text]),
    lambda text: parse_claim(f"{text} == 0"),
    lambda text: parse_claim("x == 0", [text]),
]

#: Seconds of computing; a text is answered in a hundredth of this.
SOON = 2.0


def _message(read: object, text: str) -> str:
    """Read a text, and return the message of the InputError it may raise; fail if that takes too long."""
    began = time.process_time()
    try:
        read(text)  # type: ignore[operator]
    except InputError as error:
        message = str(error)
    else:
        message = ""
    assert time.process_time() - began < SOON
    return message


def _check(message: str, text: str) -> None:
    assert message.isprintable()
    assert "\n" not in message
    assert len(message) < 300
    assert text[:61] not in message or len(text) <= 60


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: ascii(text[:24]))
def test_what_is_refused_is_refused_with_one_clear_line(text: str) -> None:
    message = _message(parse_expression, text)
    assert message
    _check(message, text)


@pytest.mark.parametrize("text", [*REFUSED, *CHEAP], ids=lambda text: ascii(text[:24]))
def test_no_reader_crashes_or_hangs(text: str) -> None:
    for read in READERS:
        _check(_message(read, text), text)


@pytest.mark.parametrize("text", CHEAP, ids=lambda text: ascii(text[:24]))
def test_large_but_harmless_text_is_read(text: str) -> None:
    assert _message(parse_expression, text) == ""


@pytest.mark.parametrize("text", ENDLESS, ids=lambda text: text[:24])
def test_endless_evaluation_is_cut_short(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "MAX_EVENTS", 400_000)
    message = _message(parse_function, text)
    assert "too complicated" in message


def test_endless_evaluation_is_cut_short_in_any_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "MAX_EVENTS", 400_000)
    messages: list[str] = []
    thread = threading.Thread(target=lambda: messages.append(_message(parse_expression, ENDLESS[0])), daemon=True)
    thread.start()
    thread.join(10)
    assert "too complicated" in messages[0]


@pytest.mark.parametrize(
    "claim",
    [
        "Sum(Sum(Sum(Sum(Sum(x, (a, 1, 30)), (b, 1, 30)), (c, 1, 30)), (d, 1, 30)), (k, 1, 30)) == 1",
        "Sum(x, (i, 1, 10**300)) == 1",
        "softmax(" * 12 + "v" + ")" * 12 + "[i] == 1",
        "softmax(" * 6 + "[x, y, a]" + ")" * 6 + "[1] == 1",
        "diff(x**2, x, 10**9) == 0",
        "diff(x**2, x, 1000) == 0",
        "smooth(x, x, 10**9)",
        "w[10**300] == 0",
        "W**1000 == W",
        "limit(x, x, 9**9**9) == 0",
        "range(x, x) == Interval(0, 9**9**9)",
        "range(x, x) == {" + ", ".join(map(str, range(17))) + "}",
        "KroneckerDelta(i, 1/2) == 0",
        "expectation(exp(exp(exp(9**60)))*z, z) == 0",
        "limit(x, x, 0, '+-+') == 0",
        "limit(x, x, 0, __import__('os')) == 0",
        "odd(x, __class__)",
        "Sum(x, (x.y, 1, 2)) == 0",
        "Sum(x, *x) == 0",
        "softmax(*[x, y])[1] == 0",
        "[x, y][1][1] == 0",
        "[[x], [y]][1] == 0",
        "v == [1, 2]",
    ],
)
def test_claims_are_bounded_too(claim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "MAX_EVENTS", 400_000)
    assume = ["v in vector(n)", "w in vector(1000000)", "W in matrix(n, n)"]
    message = _message(lambda text: parse_claim(text, assume), claim)
    assert message
    _check(message, claim)


def test_nothing_is_read_but_text() -> None:
    for thing in (None, 1, 1.5, b"x", ["x"], object()):
        with pytest.raises(InputError, match="expected text"):
            parse_expression(thing)  # type: ignore[arg-type]


_words = [
    *("x", "a", "v", "1", "0.5", "oo", "True", "lambda", "if", "and", "not", "in", "vector(n)", "(i, 1, n)"),
    *("(", ")", "[", "]", "{", "}", "+", "-", "*", "/", "**", "<", ">=", "==", "=", "&", "|", "~", "^", ":", ","),
    *("sin(", "Max(", "Piecewise((", "elu(", "alpha=", ".open", "diff(", "limit(", "Sum(", "range("),
    *("odd(", "Interval", "'+'"),
]
_texts = st.one_of(
    st.text(max_size=60),
    st.text(string.printable, max_size=60),
    st.lists(st.sampled_from(_words)).map(" ".join),
    st.lists(st.sampled_from(_words)).map("".join),
)


@settings(max_examples=120, deadline=None)
@given(_texts)
@example("1if x else 2")
@example("0x1for x in x")
@example("1or 2")
def test_random_text_never_gives_anything_but_an_input_error(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for read in READERS:
            message = _message(read, text)
            assert message.isprintable()
