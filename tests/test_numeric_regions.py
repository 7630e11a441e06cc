"""Where functions are defined and where they aren't: regions of the line, and what callables give in them."""

import numpy as np
import pytest

import symact

NAN = np.nan


@pytest.mark.parametrize(
    ("text", "values", "slopes"),
    [
        ("Piecewise((1, x > 0), (2, x < -1))", [2, NAN, NAN, NAN, 1, 1], [0, NAN, NAN, NAN, 0, 0]),
        ("sqrt(x**2 - 1)", [3**0.5, 0, NAN, NAN, NAN, 0], [-2 / 3**0.5, NAN, NAN, NAN, NAN, NAN]),
        ("log(x**2 - 1)", [np.log(3), NAN, NAN, NAN, NAN, NAN], [-4 / 3, NAN, NAN, NAN, NAN, NAN]),
    ],
)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_gaps_inside_the_domain_are_nan(text, values, slopes, dtype):
    gapped = symact.define("gapped", text)
    x = np.array([-2, -1, -0.5, 0, 0.5, 1], dtype)
    np.testing.assert_allclose(gapped.numpy()(x), values, rtol=1e-6)
    np.testing.assert_allclose(gapped.numpy(order=1)(x), slopes, rtol=1e-6)
