"""Whatever order Python's sets have, derivations are the same to the byte."""

import os
import subprocess
import sys

import pytest


@pytest.mark.campaign
@pytest.mark.parametrize("function", ["hard_swish", "x*sigmoid(a*x)"])
def test_all_derivations_are_the_same_under_two_hash_seeds(function):
    command = [sys.executable, "-m", "symact", "derive", function, "all"]
    started = [
        subprocess.Popen(
            command, env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        for seed in ("1", "2")
    ]
    first, second = (process.communicate(timeout=120)[0] for process in started)
    assert first == second
    assert first.count(b"Result") >= 5
