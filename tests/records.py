"""Records of claims with their certificates, as they are after a journey through a file."""

import json
from functools import cache

from symact.recheck import CertificateError, check_record
from symact.worker import answer


@cache
def verdict(says, *assume):
    """The verdict on a claim, confirmed by the checker."""
    return answer((says, assume))


def record(says, *assume):
    """A record of a claim's verdict, which may be changed."""
    found = verdict(says, *assume)
    data = {"claim": says, "assume": list(assume), "verdict": found.name, "certificate": dict(found.certificate)}
    return json.loads(json.dumps(data))


def rejected(data):
    """Whether the checker refuses a record."""
    try:
        check_record(data)
    except CertificateError:
        return True
    return False
