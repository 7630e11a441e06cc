"""Text to a syntax tree of bounded size: what can't be meant, or is too large, is refused before anything is built."""

from __future__ import annotations

import ast
import keyword
import re
import unicodedata
from collections.abc import Iterator

from ..errors import InputError

__all__ = ["MAX_ARGUMENTS", "check_name", "shown", "syntax_tree"]

MAX_CHARACTERS = 2000
MAX_NODES = 600
MAX_DEPTH = 40
MAX_ARGUMENTS = 16
MAX_NAME = 40

#: Digits of a number, and the largest exponent, as in 1e400: a little more than a double needs.
MAX_DIGITS = 120
MAX_EXPONENT = 400

#: How much of the input an error message repeats.
SHOWN = 40

_TOKEN = re.compile(
    r"""(?P<space>[ ]+)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<direction>'(?:\+-|\+|-)'|"(?:\+-|\+|-)")
    |(?P<operator>\*\*|==|!=|<=|>=|[-+*/()\[\]{},.<>=&|~])""",
    re.VERBOSE,
)

#: Characters people type, and what to write instead.
_INSTEAD = {
    "^": "write ** for powers",
    "!": "write != for 'not equal'",
    "%": "write a/100 for percentages",
    "'": "text in quotes is only the direction of a limit, '+', '-' or '+-'",
    '"': "text in quotes is only the direction of a limit, '+', '-' or '+-'",
    "\n": "write it on one line",
    "\r": "write it on one line",
    "\t": "write spaces instead of tabs",
    "−": "write -",
    "×": "write *",
    "·": "write *",
    "÷": "write /",
    "²": "write **2",
    "³": "write **3",
    "√": "write sqrt(…)",
    "∞": "write oo",
    "π": "write pi",
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
}

_CLOSING = {")": "(", "]": "[", "}": "{"}
_ALLOWED_WORDS = {"and", "or", "not", "in", "True", "False", "None"}

#: What can't be the last token.
_OPEN_ENDED = frozenset(("+", "-", "*", "/", "**", ",", "=", "==", "!=", "<", "<=", ">", ">=", "&", "|", "~"))

#: Operators of one rank: a chain of them, left to right, is one sum or product.
_RANKS = ((ast.Add, ast.Sub), (ast.Mult, ast.Div))


def shown(text: str) -> str:
    """Return the text in quotes as a message may repeat it: short and printable."""
    cut = text if len(text) <= SHOWN else text[:SHOWN] + "…"
    return "'" + "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in cut) + "'"


def syntax_tree(text: str) -> tuple[str, ast.expr]:
    """Return the text without outer blanks and its tree, which holds at most MAX_NODES nodes, MAX_DEPTH deep.

    Nothing is evaluated. Raises InputError for anything but one expression of numbers, names and operators.
    """
    if not isinstance(text, str):
        raise InputError(f"expected text, not {type(text).__name__}")
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"the text has {len(text)} characters; at most {MAX_CHARACTERS} are read")
    text = text.strip(" \t\r\n")
    if not text:
        raise InputError("the text is empty; an expression such as x*tanh(x) was expected")
    _check_tokens(text)
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        at = max((error.offset or 1) - 1, 0)
        raise InputError(f"cannot read {shown(text)}: unexpected {_near(text, at)}{_hint(text)}") from None
    except (ValueError, MemoryError, RecursionError):
        raise InputError(f"cannot read {shown(text)}: it is nested too deeply") from None
    _check_size(tree)
    return text, tree


def _near(text: str, at: int) -> str:
    rest = text[at : at + 12]
    return f"'{rest}' at position {at + 1}" if rest.strip() else "end of the text"


def _hint(text: str) -> str:
    return "; write == for equality" if re.search(r"(?<![=!<>])=(?!=)", text) else ""


def _check_tokens(text: str) -> None:
    """Refuse unknown characters, endless numbers, unbalanced or deep brackets and runs of prefix operators."""
    open_brackets: list[str] = []
    prefixes = 0
    last = ""
    for kind, token, at in _tokens(text):
        prefixes = prefixes + 1 if token in {"-", "+", "~", "not"} else 0
        if token in _CLOSING.values():
            open_brackets.append(token)
        elif token in _CLOSING and (not open_brackets or open_brackets.pop() != _CLOSING[token]):
            raise InputError(f"cannot read {shown(text)}: '{token}' at position {at + 1} closes nothing")
        if len(open_brackets) > MAX_DEPTH or prefixes > MAX_DEPTH:
            raise InputError(f"cannot read {shown(text)}: it is nested more than {MAX_DEPTH} deep")
        if kind == "number":
            _check_number(text, token, at)
        elif kind == "name":
            check_name(token)
        last = token
    if last in _OPEN_ENDED:
        raise InputError(f"cannot read {shown(text)}: something is missing after the last '{last}'")
    if open_brackets:
        raise InputError(f"cannot read {shown(text)}: '{open_brackets[-1]}' is never closed")


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise InputError(_unexpected(text[at], at))
        kind = str(match.lastgroup)
        if kind != "space":
            yield kind, match.group(), at
        at = match.end()


def _unexpected(character: str, at: int) -> str:
    name = unicodedata.name(character, f"U+{ord(character):04X}")[:40]
    drawn = f"'{character}'" if character.isascii() and character.isprintable() else name
    greek = re.fullmatch(r"GREEK (?:SMALL|CAPITAL) LETTER (?:FINAL )?([A-Z]+)", name)
    fallback = f"write {greek[1].lower()}" if greek else "only ASCII letters, digits and operators are read"
    return f"{drawn} at position {at + 1} cannot be read: {_INSTEAD.get(character, fallback)}"


def _check_number(text: str, token: str, at: int) -> None:
    following = text[at + len(token) : at + len(token) + 1]
    if following.isalpha() or following == "_":
        raise InputError(
            f"cannot read {shown(text[at:])}: write * between a number and a name, and numbers such as 12, 0.5 or 1e-3"
        )
    if following == ".":
        raise InputError(f"cannot read {shown(text[at:])}: a number has one decimal point")
    digits, _, exponent = token.lower().partition("e")
    too_long = len(digits) > MAX_DIGITS or len(exponent) > 5
    if too_long or (exponent and abs(int(exponent)) > MAX_EXPONENT):
        raise InputError(
            f"the number {shown(token)} is too long: {MAX_DIGITS} digits and exponents up to {MAX_EXPONENT} are read"
        )


def check_name(token: str) -> None:
    """Refuse a name that is too long, private or a reserved word."""
    if len(token) > MAX_NAME:
        raise InputError(f"the name {shown(token)} is too long: at most {MAX_NAME} characters are read")
    if token.startswith("_") or "__" in token:
        raise InputError(f"the name {shown(token)} is not allowed: a name begins with a letter and has no __ inside")
    if keyword.iskeyword(token) and token not in _ALLOWED_WORDS:
        raise InputError(f"the word {shown(token)} is reserved and is not read; choose another name")


def _check_size(tree: ast.expr) -> None:
    """Count what will be built; a sum or a product of any length counts as one level."""
    count = 0
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        count += isinstance(node, ast.expr)
        if count > MAX_NODES or depth > MAX_DEPTH:
            raise InputError(f"the text is too large: at most {MAX_NODES} parts, nested {MAX_DEPTH} deep, are read")
        waiting.extend((child, depth + _deeper(node, child)) for child in ast.iter_child_nodes(node))


def _deeper(node: ast.AST, child: ast.AST) -> int:
    if isinstance(node, ast.BinOp) and isinstance(child, ast.BinOp) and child is node.left:
        return int(not any(isinstance(node.op, rank) and isinstance(child.op, rank) for rank in _RANKS))
    return 1
