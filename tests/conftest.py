"""What the tests of the callables measured is printed at the end of the run."""

import os

import pytest
from hypothesis import settings

# the same examples in every run, so that a gate can't fail by chance; HYPOTHESIS_PROFILE=default looks for new ones
settings.register_profile("steady", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

MEASURED = pytest.StashKey[dict]()


def pytest_configure(config):
    config.stash[MEASURED] = {}


@pytest.fixture
def report_error(request):
    """report_error(case, dtype, ulp, x): remember the largest error of a case in units in the last place."""

    def remember(case, dtype, ulp, x):
        request.config.stash[MEASURED][case, dtype] = (ulp, x)

    return remember


def pytest_terminal_summary(terminalreporter, config):
    measured = config.stash[MEASURED]
    for dtype in sorted({dtype for _, dtype in measured}):
        worst = sorted(((ulp, case, x) for (case, d), (ulp, x) in measured.items() if d == dtype), reverse=True)
        terminalreporter.section(f"largest errors of {len(worst)} callables, {dtype}, in ulp against 80-digit values")
        for ulp, case, x in worst[:8]:
            terminalreporter.write_line(f"{ulp:8.2f}  {case}  at x = {x!r}")
