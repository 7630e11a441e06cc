"""Greek letters: the word, the command of LaTeX and the character."""

from __future__ import annotations

__all__ = ["GREEK", "LETTERS"]

_SMALL = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega",
    "αβγδεζηθικλμνξπρστυφχψω",
)
_CAPITAL = ("Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega", "ΓΔΘΛΞΠΣΥΦΨΩ")
#: LaTeX's \epsilon and \phi are rarer shapes than those print uses.
_COMMAND = {"epsilon": r"\varepsilon", "phi": r"\varphi"}

#: Word → (LaTeX, character).
GREEK: dict[str, tuple[str, str]] = {
    word: (_COMMAND.get(word, "\\" + word), letter)
    for words, letters in (_SMALL, _CAPITAL)
    for word, letter in zip(words.split(), letters, strict=True)
}
# lambda is a keyword of Python and often spelt otherwise
GREEK |= dict.fromkeys(("lambd", "lambda_", "lamda", "lam"), GREEK["lambda"])

#: Character → LaTeX.
LETTERS: dict[str, str] = {letter: command for command, letter in GREEK.values()}
