"""Tails of gamma and beta variables by mpmath, at any parameters: series of positive terms, or quadrature outwards from the point."""
from mpmath import exp, inf, log, log1p, loggamma, mp, mpf, quad, sqrt

DIGITS = 30


class Slow(Exception):
    """The series needs too many terms."""


def series(first, ratio, limit=1500):
    term = total = first
    for k in range(1, limit):
        step = ratio(k)
        term *= step
        total += term
        if step < 1 and term < total * mp.eps * (1 - step):
            return total
    raise Slow


def outwards(log_integrand, scale, end):
    """The integral of a falling exponential from 0 to `end`, over pieces that double."""
    points = [mpf(0)] + [scale / 2**k for k in (5, 3, 1, 0, -1, -2, -3)]
    points = [p for p in points if p < end] + ([end] if end < 8 * scale else [])
    return quad(lambda v: exp(log_integrand(v)), points, maxdegree=6)


def gamma_tails(a, x):
    """(lower, upper) of a Gamma(a, 1) at x > 0; both precise."""
    a, x = mpf(a), mpf(x)
    depth = 0
    if x > a:
        depth = max(0, float(-(a * log(x) - x - loggamma(a)) / log(10))) + 5
    if x <= a or (depth < 700 and x < 3000):
        with mp.workdps(int(DIGITS + 20 + depth)):
            try:
                total = series(1 / a, lambda k: x / (a + k))
                lower = exp(a * log(x) - x - loggamma(a)) * total
                return lower, 1 - lower
            except Slow:
                pass
    with mp.workdps(DIGITS + 5):
        front = exp(a * log(x) - x - loggamma(a))
        slope = a - 1 - x
        scale = min(40 / max(abs(slope), mpf(1)), sqrt(80 / a))
        if x <= a:
            lower = front * outwards(lambda v: (a - 1) * log1p(-v) + x * v, scale, mpf(1))
            return lower, 1 - lower
        upper = front * outwards(lambda v: (a - 1) * log1p(v) - x * v, scale, inf)
        return 1 - upper, upper


def lower_beta(a, b, x, y):
    front = exp(a * log(x) + b * log(y) - loggamma(a) - loggamma(b) + loggamma(a + b))
    try:
        return front * series(1 / a, lambda k: x * (a + b + k - 1) / (a + k))
    except Slow:
        ratio = x / y
        slope = (b - 1) * ratio - (a - 1)
        scale = min(40 / max(abs(slope), mpf(1)), sqrt(80 / (a + b * ratio * ratio)))
        inner = lambda v: (a - 1) * log1p(-v) + (b - 1) * log1p(v * ratio)
        return front / y * outwards(inner, scale, mpf(1))


def beta_tails(a, b, x, y=None):
    """(lower, upper) of a Beta(a, b) at x; `y` is 1 − x where x itself is not exact."""
    with mp.workdps(DIGITS + 10):
        a, b, x = mpf(a), mpf(b), mpf(x)
        y = 1 - x if y is None else y
        if x * (a + b + 2) <= a + 1:
            lower = lower_beta(a, b, x, y)
            return lower, 1 - lower
        upper = lower_beta(b, a, y, x)
        return 1 - upper, upper
