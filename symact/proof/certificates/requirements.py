"""What the checker refuses with, and the few things that everything it reads must have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import InputError

__all__ = ["CertificateError", "mapping", "require"]


class CertificateError(InputError):
    """A certificate does not show what it claims; the message says which step fails."""


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a JSON object as it is; raise CertificateError for anything else."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise CertificateError("a certificate consists of JSON objects")
    return value


def require(condition: bool, what: str) -> None:
    """Raise CertificateError with a reason unless the condition holds."""
    if not condition:
        raise CertificateError(what)
