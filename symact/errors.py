"""The few kinds of error symact raises; each message is one line that says what was wrong and what would be right."""


class SymactError(Exception):
    """Base of every error symact raises on purpose."""


class InputError(SymactError, ValueError):
    """The input is wrong: unreadable text, an unknown name, a value outside its domain."""


class ContradictionError(InputError):
    """What is assumed holds for nothing."""


class NotSupportedError(SymactError):
    """The input is meaningful, but symact has no method for it."""


class UndecidedError(SymactError):
    """A method could neither establish nor exclude a fact; the message is the reason."""


class UnknownSignError(UndecidedError):
    """An answer depends on the sign of `expr`, which isn't known."""

    def __init__(self, expr: object) -> None:
        super().__init__(f"the sign of {expr} isn't known; state it as an assumption")
        self.expr = expr


class OutOfTimeError(UndecidedError):
    """A bounded computation reached its time limit."""
