"""Judges a card by means of its own: f is evaluated with many digits on a dense sample and near every point a card names."""

from __future__ import annotations

import itertools

import mpmath as mp
from sympy import lambdify

DIGITS = 320
INFINITY = mp.inf
HALF = mp.mpf("0.5")


def evaluator(expr, x):
    """f as a function of an mpf that gives None where it has no real value."""
    plain = lambdify(
        [x],
        expr,
        modules=[
            {
                "sign": mp.sign,
                "Heaviside": lambda u: 0 if u < 0 else HALF if u == 0 else 1,
                "Max": max,
                "Min": min,
                "Abs": abs,
            },
            "mpmath",
        ],
    )

    def f(t):
        try:
            with mp.workdps(DIGITS):
                value = plain(mp.mpf(t))
                value = mp.mpmathify(value)
        except (ZeroDivisionError, ValueError, OverflowError, TypeError, mp.libmp.NoConvergence):
            return None
        if isinstance(value, mp.mpc):
            return value.real if abs(value.imag) < mp.mpf(10) ** -60 else None
        return None if mp.isnan(value) or mp.isinf(value) else value

    return f


def numbers(value):
    """The bounds of a number of a card as mpf."""
    if value in ("oo", "-oo"):
        return (INFINITY, INFINITY) if value == "oo" else (-INFINITY, -INFINITY)
    return mp.mpf(value["lower"]), mp.mpf(value["upper"])


def grid(points, count):
    """Sample points on several scales, and near the points a card names."""
    with mp.workdps(DIGITS):
        found = {mp.mpf(k) * 14 / count + mp.mpf("0.0003") for k in range(-count, count)}
        found |= {s * mp.mpf(10) ** (mp.mpf(k) / 4) for k in range(-32, 12) for s in (-1, 1)}
        found |= {p + s * mp.mpf(10) ** -k for p in points for k in (2, 4, 8, 12) for s in (-1, 1)}
    return sorted(found)


def complaints(card, f, low=-INFINITY, high=INFINITY, count=400):
    """Everything a card states that the sample contradicts."""
    facts = {
        name: fact["value"]
        for name, fact in card["facts"].items()
        if isinstance(fact, dict) and fact["status"] == "proved"
    }
    with mp.workdps(DIGITS):
        return list(_complaints(facts, f, low, high, count))


def _named(facts):
    for key in ("zeros", "inflection_points", "stationary_points", "joins"):
        for place in facts.get(key) or []:
            if isinstance(place, dict):
                low, high = numbers(place.get("x", place))
                yield (low + high) / 2


def _complaints(facts, f, low, high, count):
    named = list(_named(facts))
    sample = [(t, f(t)) for t in grid(named, count) if low < t < high]
    sample = [(t, v) for t, v in sample if v is not None]
    if not sample:
        yield "no value anywhere"
        return
    small = mp.mpf(10) ** -25
    if "range" in facts:
        (inf, _), (_, sup) = numbers(facts["range"]["inf"]), numbers(facts["range"]["sup"])
        least, most = min(v for _, v in sample), max(v for _, v in sample)
        tolerance = small * (1 + abs(least) + abs(most))
        if least < inf - tolerance or most > sup + tolerance:
            yield f"range: values {mp.nstr(least)} to {mp.nstr(most)} outside"
        for name, end, reached in (("inf", inf, least), ("sup", sup, most)):
            if (
                facts["range"][f"{name}_attained"]
                and abs(end) < INFINITY
                and abs(end - reached) > mp.mpf("0.2") * (abs(end) + most - least)
            ):
                yield f"range: {name} {mp.nstr(end)} but only {mp.nstr(reached)} is seen"
    steps = [(b - a) for (_, a), (_, b) in itertools.pairwise(sample)]
    noise = mp.mpf(10) ** -60
    word = facts.get("monotonicity")
    up, down = any(s > noise for s in steps), any(s < -noise for s in steps)
    if word in ("strictly increasing", "nondecreasing", "constant") and down:
        yield f"monotonicity: {word}, but it falls"
    if word in ("strictly decreasing", "nonincreasing", "constant") and up:
        yield f"monotonicity: {word}, but it rises"
    if word == "none" and not (up and down):
        yield "monotonicity: none, but the sample is monotonic"
    bends = _bends(sample)
    word = facts.get("convexity")
    if word in ("convex", "affine") and any(b < -noise for b in bends):
        yield f"convexity: {word}, but it bends down"
    if word in ("concave", "affine") and any(b > noise for b in bends):
        yield f"convexity: {word}, but it bends up"
    if word == "none" and not (any(b > noise for b in bends) and any(b < -noise for b in bends)):
        yield "convexity: none, but the sample is convex or concave"
    yield from _of_points(facts, f, sample)
    yield from _of_slopes(facts, f, sample)


def _bends(sample):
    found = []
    for (a, u), (b, v), (c, w) in zip(sample, sample[1:], sample[2:], strict=False):
        chord = u + (w - u) * (b - a) / (c - a)
        found.append(chord - v)
    return found


def _of_points(facts, f, sample):
    zeros = facts.get("zeros")
    if isinstance(zeros, list):
        points = [sum(numbers(z)) / 2 for z in zeros if isinstance(z, dict)]
        for p in points:
            if (v := f(p)) is not None and abs(v) > mp.mpf(10) ** -20 * (1 + abs(p)):
                yield f"zeros: f({mp.nstr(p)}) = {mp.nstr(v)}"
        flat = (
            [[mp.mpf(e) if e not in ("oo", "-oo") else numbers(e)[0] for e in z] for z in zeros if isinstance(z, list)]
            if _plain(zeros)
            else None
        )
        for (a, u), (b, v) in itertools.pairwise(sample):
            if u * v < 0 and not any(a <= p <= b for p in points) and not _broken(facts, a, b):
                yield f"zeros: a sign change between {mp.nstr(a)} and {mp.nstr(b)}"
                break
        if flat is not None:
            for t, v in sample:
                if v == 0 and abs(t) < 10 and not any(a <= t <= b for a, b in flat) and t not in points:
                    yield f"zeros: f({mp.nstr(t)}) = 0"
                    break
    stationary = facts.get("stationary_points")
    if isinstance(stationary, list):
        for place in stationary:
            if isinstance(place, list):
                continue
            p, value = sum(numbers(place["x"])) / 2, sum(numbers(place["f"])) / 2
            v = f(p)
            if v is not None and abs(v - value) > mp.mpf(10) ** -20 * (1 + abs(value)):
                yield f"stationary_points: f({mp.nstr(p)}) = {mp.nstr(v)}, not {mp.nstr(value)}"
            h = mp.mpf(10) ** -9 * max(1, abs(p))
            near = [f(p - h), f(p + h)]
            if None in near or v is None:
                continue
            # the exact point is known to about 1e-29, so differences of 1e-18 are certain
            word = "minimum" if all(w > v for w in near) else "maximum" if all(w < v for w in near) else "neither"
            if word != place["kind"] and abs(near[0] - near[1]) > mp.mpf(10) ** -50:
                yield f"stationary_points: {place['kind']} at {mp.nstr(p)}, seen {word}"


def _plain(zeros):
    return all(e in ("oo", "-oo") or _is_number(e) for z in zeros if isinstance(z, list) for e in z)


def _is_number(text):
    try:
        mp.mpf(text)
    except (ValueError, TypeError):
        return False
    return True


def _broken(facts, a, b):
    """Whether a join lies between two points."""
    return any(a <= sum(numbers(j["x"])) / 2 <= b for j in facts.get("joins") or []) or "U" in str(facts.get("domain"))


def _of_slopes(facts, f, sample):
    h = mp.mpf(10) ** -20
    slopes = []
    for t, v in sample[:: max(1, len(sample) // 200)]:
        w = f(t + h * max(1, abs(t)))
        if w is not None and not _broken(facts, t, t + h * max(1, abs(t))):
            slopes.append(abs(w - v) / (h * max(1, abs(t))))
    bound = facts.get("lipschitz")
    if bound is not None and slopes and bound != "oo":
        _, top = numbers(bound)
        if max(slopes) > top * (1 + mp.mpf(10) ** -9) + mp.mpf(10) ** -9:
            yield f"lipschitz: {mp.nstr(top)}, but a slope is {mp.nstr(max(slopes))}"
        secant = [abs(w - v) / (b - a) for (a, v), (b, w) in itertools.pairwise(sample) if b - a > mp.mpf(10) ** -6]
        if max([*slopes, *secant]) < top * mp.mpf("0.5"):
            yield f"lipschitz: {mp.nstr(top)}, but slopes are at most {mp.nstr(max(slopes))}"
