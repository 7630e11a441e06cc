"""The checker of all certificates, and of records that carry one; it imports nothing that searches for a proof.

It shares with the prover what statements mean, exact numbers and fields, balls, the single steps of proofs, and the normal form
of sums and words. How a proof, a value or a counterexample was found is not shared.
"""

from __future__ import annotations

from ..proof.certificates.requirements import CertificateError
from .records import check, check_record

__all__ = ["CertificateError", "check", "check_record"]
