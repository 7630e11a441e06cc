"""Rows in float32: exponentials relative to the largest entry, without the distance from it."""

import numpy as np
import pytest

import symact

#: The widest vectors fill 64 entries; a row of 15 has none, and 200 leaves some.
SIZES = (15, 64, 200, 1024)


def rows(size, scale, start=0.0):
    return (start + scale * np.random.default_rng(size).standard_normal((50, size))).astype(np.float32)


def softmax(x):
    distance = x.astype(np.longdouble) - x.max(axis=1, keepdims=True)
    # the float64 sum of what isn't the largest, for where that is small
    return np.exp(distance) / np.exp(distance).sum(axis=1, keepdims=True)


def error(found, true):
    unit = np.maximum(np.spacing(true.astype(np.float32)), np.float32(2.0**-149))
    return float(np.max(np.abs(found - true) / unit))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("scale", "start"), [(1, 0), (3, 0), (30, 0), (3, 65000), (3, 66000), (1, -1e6), (30, 1e4), (1e-3, 5)]
)
def test_fast_ones_are_as_accurate(size, scale, start):
    x = rows(size, scale, start)
    assert error(symact.get("softmax").numpy(mode="fast")(x), softmax(x)) < 4


@pytest.mark.parametrize("low", [-1e9, -3e38, -np.inf])
def test_entries_far_below_count_nothing(low):
    x = rows(200, 3)
    x[:, ::3] = low
    found = symact.get("softmax").numpy(mode="fast")(x)
    assert np.all(found[:, ::3] == 0)
    assert error(found, softmax(x)) < 4


def test_an_entry_far_above_is_all():
    x = rows(256, 1) - 300
    x[:, 77] = 3.3
    found = symact.get("softmax").numpy(mode="fast")(x)
    assert np.all(found[:, 77] == 1)
    assert np.count_nonzero(found) == len(x)


def test_what_is_small_beside_the_largest_is_kept():
    x = rows(128, 1)
    x[:, 5] += 25
    others = np.delete(x, 5, axis=1).astype(np.longdouble) - x[:, 5:6]
    true = np.log1p(np.exp(others).sum(axis=1))
    assert error(-symact.get("log_softmax").numpy(mode="fast")(x)[:, 5], true) < 4
