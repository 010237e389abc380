"""Sequential methods: closed forms at 50 digits, boundaries by quadrature of another kind, the betting sequence by its definition."""
import functools
import math

import mpmath
import numpy as np
from mpmath import mp, mpf
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, roots_legendre

mp.dps = 50


def rows(n, m):
    return mpf(n) + mpf(m)


def side(alternative, value):
    return -value if alternative == "less" else value


def ends(value, half, alternative):
    lower = mpf("-inf") if alternative == "less" else value - half
    upper = mpf("inf") if alternative == "greater" else value + half
    return {"lower": lower, "upper": upper}


def confidence_sequence(value, standardError, n, m, events, confidence, tunedFor, alternative):
    if events < 10 or standardError == 0:
        return None
    value, se, total = mpf(value), mpf(standardError), rows(n, m)
    alpha = 1 - mpf(confidence)
    one_sided = alternative != "two-sided"
    level = 2 * alpha if one_sided else alpha
    log = -2 * mpmath.log(min(level, mpf(99) / 100))
    rho2 = (log + mpmath.log(log + 1)) / mpf(tunedFor)
    growth = total * rho2 + 1
    variance = se**2 * total
    evidence = rho2 * value**2 * total / se**2 / (2 * growth)
    if one_sided:
        half = mpmath.sqrt(variance * 2 * growth / (total**2 * rho2) * mpmath.log(1 + mpmath.sqrt(growth) / (2 * alpha)))
        gain = mpmath.expm1(evidence)
        p = mpf(1) if side(alternative, value) <= 0 else mpmath.sqrt(growth) / (2 * gain)
    else:
        half = mpmath.sqrt(variance * 2 * growth / (total**2 * rho2) * mpmath.log(mpmath.sqrt(growth) / alpha))
        p = mpmath.sqrt(growth) * mpmath.exp(-evidence)
    return {**ends(value, half, alternative), "pValue": min(mpf(1), p)}


def msprt(value, standardError, n, m, events, confidence, mixtureVariance, alternative):
    if events < 10 or standardError == 0:
        return None
    d, v = mpf(value), mpf(standardError) ** 2
    if mixtureVariance is None:
        effective = mpf(n) if m == 0 else mpf(n) * mpf(m) / rows(n, m)
        tau2 = v * effective / 100
    else:
        tau2 = mpf(mixtureVariance)
    needed = -mpmath.log(1 - mpf(confidence))

    def two_sided(x):
        return mpmath.log(v / (v + tau2)) / 2 + tau2 * x**2 / (2 * v * (v + tau2))

    def log_ratio(x):
        if alternative == "two-sided":
            return two_sided(x)
        u = mpmath.sqrt(tau2 / (v * (v + tau2))) * x
        tail = mpmath.erfc(-u / mpmath.sqrt(2)) / 2
        return two_sided(x) + mpmath.log(2) + mpmath.log(tail)

    start = mpmath.sqrt((needed + mpmath.log((v + tau2) / v) / 2) * 2 * v * (v + tau2) / tau2)
    half = start if alternative == "two-sided" else mpmath.findroot(lambda x: log_ratio(x) - needed, start)
    log_e = log_ratio(side(alternative, d))
    return {**ends(d, half, alternative), "logE": log_e, "pValue": min(mpf(1), mpmath.exp(-log_e)), "mixtureVariance": tau2}


def log_beta(a, b):
    return mpmath.loggamma(a) + mpmath.loggamma(b) - mpmath.loggamma(a + b)


def tail(a, b, limit, alternative):
    """The mass of Beta(a, b) on a side of the limit, always as a lower tail, which mpmath sums without 1 - 1."""
    if alternative == "two-sided":
        return mpf(1)
    if alternative == "greater":
        return mpmath.betainc(b, a, 0, 1 - limit, regularized=True)
    return mpmath.betainc(a, b, 0, limit, regularized=True)


def proportion_log_e(successes, trials, limit, alternative, a, b):
    s, f, limit, a, b = mpf(successes), mpf(trials - successes), mpf(limit), mpf(a), mpf(b)
    log_e = log_beta(a + s, b + f) - log_beta(a, b) - s * mpmath.log(limit) - f * mpmath.log(1 - limit)
    inside = mpmath.log(tail(a + s, b + f, limit, alternative)) - mpmath.log(tail(a, b, limit, alternative))
    return {"logE": log_e + inside}


def proportion_sequence(successes, trials, confidence, a, b):
    if trials == 0:
        return None
    s, f, a, b = mpf(successes), mpf(trials - successes), mpf(a), mpf(b)
    constant = log_beta(a + s, b + f) - log_beta(a, b) + mpmath.log(1 - mpf(confidence))

    def rejected(p):
        return constant - (s * mpmath.log(p) if s else 0) - (f * mpmath.log(1 - p) if f else 0) > 0

    def end(outside, inside):
        if inside == outside:
            return inside
        for _ in range(400):
            middle = (inside + outside) / 2
            if outside == 0 and inside < mpf(10) ** -25:
                return mpf(0)
            if rejected(middle):
                outside = middle
            else:
                inside = middle
            if abs(inside - outside) < inside * mpf(10) ** -30:
                break
        return inside

    return {"lower": end(mpf(0), s / (s + f)), "upper": end(mpf(1), s / (s + f))}


def spent(t, alpha, family, shape):
    if t >= 1:
        return alpha
    if family == "obrien-fleming":
        return 2 * ndtr(ndtri(alpha / 2) / np.sqrt(t))
    if family == "pocock":
        return alpha * np.log(1 + (np.e - 1) * t)
    if family == "power":
        return alpha * t**shape
    return alpha * t if shape == 0 else alpha * np.expm1(-shape * t) / np.expm1(-shape)


@functools.cache
def rule(count):
    return roots_legendre(count)


def boundary(fractions, alpha, family, shape, alternative):
    """The recursion on the scale of z, with one Gauss-Legendre rule over the whole region and a bracketing root finder."""
    sides = 2 if alternative == "two-sided" else 1
    fractions = np.atleast_1d(fractions)
    steps = np.diff(np.concatenate([[0.0], fractions]))
    finest = np.sqrt((steps[1:] / fractions[1:]).min()) if len(fractions) > 1 else 1.0
    points, weights = rule(200 * math.ceil((60 + 100 / finest) / 200))
    answer = {}
    nodes = masses = None
    before = 0.0
    for k, t in enumerate(fractions):
        now = spent(t, alpha / sides, family, shape)
        if k == 0:
            z = -ndtri(now)
        elif now - before < 1e-299:
            z = 37.0
        else:
            last = fractions[k - 1]
            share, scale = np.sqrt(last / t), np.sqrt(1 - last / t)

            def excess(c, share=share, scale=scale, aim=now - before):
                return np.log(np.sum(masses * ndtr((share * nodes - c) / scale)) / aim)

            z = brentq(excess, -9.0, 13.0, xtol=1e-13, rtol=1e-14)
        answer[f"z{k}"] = z
        low = -z if sides == 2 else min(-9.0, z - 1)
        low = max(low, -9.0)
        grid = (z - low) / 2 * points + (z + low) / 2
        if k == 0:
            density = np.exp(-(grid**2) / 2) / np.sqrt(2 * np.pi)
        else:
            last = fractions[k - 1]
            share, scale = np.sqrt(last / t), np.sqrt(1 - last / t)
            apart = (grid[:, None] - share * nodes[None, :]) / scale
            density = np.exp(-(apart**2) / 2) @ masses / (scale * np.sqrt(2 * np.pi))
        nodes, masses = grid, density * weights * (z - low) / 2
        before = now
    return answer


def two_looks(first, alpha, alternative):
    """Two looks with even spending: from the double above, one Newton step on the crossing probability as an integral of 20 digits."""
    start = boundary(np.array([first, 1.0]), alpha, "power", 1.0, alternative)
    with mpmath.workdps(20):
        sides = 2 if alternative == "two-sided" else 1
        each, t, two = mpf(alpha) / sides, mpf(first), mpf(start["z1"])
        one = mpf(start["z0"])
        one += (mpmath.ncdf(-one) - each * t) / mpmath.npdf(one)
        low = -one if sides == 2 else -mpf(11)
        share, scale = mpmath.sqrt(t), mpmath.sqrt(1 - t)
        places = mpmath.linspace(low, one, 4)
        crossing = mpmath.quad(lambda x: mpmath.npdf(x) * mpmath.ncdf((share * x - two) / scale), places, method="gauss-legendre")
        inside = np.linspace(float(low), float(one), 4001)
        far = (float(share) * inside - float(two)) / float(scale)
        slope = np.trapezoid(np.exp(-(inside**2 + far**2) / 2), inside) / (2 * np.pi * float(scale))
        return {"z0": one, "z1": two + (crossing - each * (1 - t)) / slope}


def bounded_mean(values, mean, confidence, candidates):
    """The hedged capital at candidate means, value by value, and the gaps between them that are kept."""
    x = np.atleast_1d(values)
    n = len(x)
    if n == 0:
        return None
    t = np.arange(1, n + 1)
    running = (0.5 + np.cumsum(x)) / (t + 1)
    spread = (0.25 + np.cumsum((x - running) ** 2)) / (t + 1)
    before = np.concatenate([[0.25], spread[:-1]])
    bets = np.sqrt(2 * np.log(2 / (1 - confidence)) / (before * t * np.log(1 + t)))
    means = np.sin(np.pi * np.arange(candidates) / (2 * (candidates - 1))) ** 2
    rise = np.minimum(bets[None, :], 0.5 / means[:, None])
    fall = np.minimum(bets[None, :], 0.5 / (1 - means[:, None]))
    above = np.log1p(rise * (x[None, :] - means[:, None])).sum(axis=1)
    below = np.log1p(-fall * (x[None, :] - means[:, None])).sum(axis=1)
    kept = np.logaddexp(above[1:], below[:-1]) - np.log(2) < -np.log(1 - confidence)
    if not kept.any():
        return None
    inside = np.flatnonzero(kept)
    i = int(mean)
    return {
        "value": x.mean(),
        "lower": means[inside[0]],
        "upper": means[inside[-1] + 1],
        "greater": above[i],
        "less": below[i],
        "logE": np.logaddexp(above[i], below[i]) - np.log(2),
    }


def futility(fractions, alpha, beta):
    """Drift and give-up boundary with even spending of beta, by the same recursion under the drift and a bracketing root finder."""
    fractions = np.atleast_1d(fractions)
    success = list(boundary(fractions, alpha, "obrien-fleming", 0.0, "greater").values())
    points, weights = rule(200)

    def run(drift):
        nodes = masses = None
        places = []
        for k, t in enumerate(fractions):
            aim = beta * (t - (fractions[k - 1] if k else 0.0))
            if k == 0:
                below = lambda a: ndtr(a - drift * np.sqrt(t))
            else:
                last = fractions[k - 1]
                share, scale = np.sqrt(last / t), np.sqrt(1 - last / t)
                move = drift * (t - last) / np.sqrt(t)
                below = lambda a: np.sum(masses * ndtr((a - share * nodes - move) / scale))
            if k == len(fractions) - 1:
                return below(success[k]) - aim, places
            if below(success[k]) <= aim:
                return -1.0, places
            a = brentq(lambda z: below(z) - aim, -12.0, success[k], xtol=1e-13)
            places.append(a)
            grid = (success[k] - a) / 2 * points + (success[k] + a) / 2
            if k == 0:
                density = np.exp(-((grid - drift * np.sqrt(t)) ** 2) / 2) / np.sqrt(2 * np.pi)
            else:
                apart = (grid[:, None] - share * nodes[None, :] - move) / scale
                density = np.exp(-(apart**2) / 2) @ masses / (scale * np.sqrt(2 * np.pi))
            nodes, masses = grid, density * weights * (success[k] - a) / 2

    drift = brentq(lambda d: run(d)[0], 0.0, 12.0, xtol=1e-12)
    return {"drift": drift, **{f"a{k}": a for k, a in enumerate(run(drift)[1])}}
