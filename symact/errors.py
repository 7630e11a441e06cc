"""The few kinds of error symact raises; each message is one line that says what was wrong and what would be right."""


class SymactError(Exception):
    """Base of every error symact raises on purpose."""


class InputError(SymactError, ValueError):
    """The input is wrong: unreadable text, an unknown name, a value outside its domain."""


class NotSupportedError(SymactError):
    """The input is meaningful, but symact has no method for it."""


class UndecidedError(SymactError):
    """A method could neither establish nor exclude a fact; the message is the reason."""


class OutOfTimeError(UndecidedError):
    """A bounded computation reached its time limit."""
