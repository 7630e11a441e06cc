"""The bound on the work for one text."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from symact.errors import InputError
from symact.parse import work
from symact.parse.work import bounded_work


def _busy(calls: int) -> int:
    return sum(len(str(n)) for n in range(calls))


def _greedy(calls: int) -> int:
    try:
        return _busy(calls)
    except Exception:
        return -1


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "MAX_EVENTS", 10_000)


def test_little_work_is_done_and_much_is_cut_short() -> None:
    with bounded_work():
        assert _busy(10) == 10
    endless = bounded_work()(lambda: [_busy(1) for _ in range(100_000)])
    with pytest.raises(InputError, match="too complicated"):
        endless()


def test_no_handler_on_the_way_swallows_the_end() -> None:
    endless = bounded_work()(lambda: [_greedy(1) for _ in range(100_000)])
    with pytest.raises(InputError, match="too complicated"):
        endless()


def test_generators_that_are_cleared_away_lose_nothing() -> None:
    def numbers(depth: int) -> Iterator[int]:
        yield depth
        if depth:
            yield from numbers(depth - 1)

    @bounded_work()
    def endless() -> None:
        while True:
            waiting = numbers(20)
            next(waiting)
            del waiting
            _busy(1)

    with pytest.raises(InputError, match="too complicated"):
        endless()


def test_an_inner_block_shares_the_bound() -> None:
    inner = bounded_work()(lambda: _busy(200))
    outer = bounded_work()(lambda: [inner() for _ in range(100)])
    inner()
    with pytest.raises(InputError, match="too complicated"):
        outer()


def test_the_block_leaves_nothing_behind() -> None:
    @bounded_work()
    def fail(error: Exception) -> None:
        assert sys.getprofile() is not None
        raise error

    with pytest.raises(ZeroDivisionError):
        fail(ZeroDivisionError())
    assert sys.getprofile() is None
    with pytest.raises(InputError, match="nested too deeply"):
        fail(RecursionError())
    assert sys.getprofile() is None


def test_a_profiler_is_left_alone() -> None:
    def profiler(*_: object) -> None:
        return None

    sys.setprofile(profiler)
    try:
        with bounded_work():
            assert sys.getprofile() is profiler
            _busy(50_000)
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(None)
