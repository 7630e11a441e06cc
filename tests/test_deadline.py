"""A time limit ends what takes too long, and nothing else, wherever the alarm goes off."""

import gc
import random
import signal
import time

import pytest

from symact.deadline import deadline
from symact.errors import OutOfTimeError


def spin(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_what_takes_too_long_is_ended():
    with pytest.raises(OutOfTimeError, match=r"within 0\.05 s"), deadline(0.05):
        spin(5)
    with deadline(5):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_an_alarm_in_a_destructor_is_not_the_last():
    """Python swallows what a destructor raises; no warning is shown, and the next alarm ends the block."""
    with pytest.raises(OutOfTimeError), deadline(0.05):
        slow()


def slow():
    class Slow:
        def __del__(self):
            spin(0.3)

    Slow()
    gc.collect()
    spin(5)


def test_the_shorter_of_two_counts_and_the_outer_goes_on():
    def inner(seconds, spent):
        with deadline(seconds):
            spin(spent)

    with deadline(5), pytest.raises(OutOfTimeError, match=r"0\.05"):
        inner(0.05, 5)
    with pytest.raises(OutOfTimeError, match=r"0\.2"), deadline(0.2):
        inner(5, 0.01) or spin(5)


def test_no_search_takes_it_for_a_failed_candidate():
    with pytest.raises(OutOfTimeError), deadline(0.05):
        search()


def search():
    try:
        spin(5)
    except Exception:
        pytest.fail("an exception of a candidate")


def test_an_alarm_while_the_block_is_entered_or_left_does_not_escape():
    rng, ended = random.Random(1), 0
    for _ in range(4000):
        try:
            with deadline(rng.uniform(1e-6, 4e-5)):
                for _ in range(rng.randrange(60)):
                    pass
        except OutOfTimeError:
            ended += 1
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert 0 < ended < 4000
