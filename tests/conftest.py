"""What the tests of the callables measured is printed at the end of the run."""

import os

import pytest
from hypothesis import settings

# the same examples in every run, and no limit on their time, so that a gate can't fail by chance or on a busy machine;
# HYPOTHESIS_PROFILE=default looks for new ones
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture
def report_error(record_property):
    """report_error(case, dtype, ulp, x): remember the largest error of a case in units in the last place."""

    def remember(case, dtype, ulp, x):
        record_property("error", (dtype, float(ulp), case, repr(x)))

    return remember


def pytest_terminal_summary(terminalreporter):
    reports = [*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())]
    errors = [value for report in reports for name, value in report.user_properties if name == "error"]
    for kind in sorted({dtype for dtype, *_ in errors}):
        worst = sorted((rest for dtype, *rest in errors if dtype == kind), reverse=True)
        terminalreporter.section(f"largest errors of {len(worst)} callables, {kind}, in ulp against 80-digit values")
        for ulp, case, x in worst[:8]:
            terminalreporter.write_line(f"{ulp:8.2f}  {case}  at x = {x}")
