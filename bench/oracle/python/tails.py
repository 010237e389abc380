"""Tails of gamma and beta variables at any parameters: series of positive terms in whole numbers, or quadrature outwards by mpmath."""
import functools

from mpmath import exp, log, log1p, loggamma, mp, mpf, sqrt
from mpmath.calculus.quadrature import GaussLegendre

DIGITS = 30
TERMS = 6000  # so many take as long as a quadrature


class Slow(Exception):
    """The series needs too many terms."""


def series(n0, n1, d0):
    """1 plus the products of (n0 + k·n1) / (d0 + k) over k = 1, then 1 and 2, and so on, to the digits of mpmath's context."""
    bits = mp.prec + 20
    one = 1 << bits
    top, top_step, bottom = int(n0 * one), int(n1 * one), int(d0 * one)
    term = total = one
    for _ in range(TERMS):
        top += top_step
        bottom += one
        term = term * top // bottom
        total += term
        if top < bottom and term * bottom < (total >> mp.prec) * (bottom - top):
            return mpf(total) / one
    raise Slow


@functools.cache
def legendre(prec):
    """48 nodes and weights on (-1, 1): more than the digits here need for a factor of e^40 within a piece."""
    return GaussLegendre(mp).calc_nodes(5, prec)


def outwards(log_integrand, scale, end):
    """The integral of a falling exponential from 0 to `end`, over pieces that double; it has fallen to e^-40 at `scale`."""
    points = [mpf(0)] + [scale / 2**k for k in (5, 3, 1, 0, -1, -2)]
    points = [p for p in points if p < end] + ([end] if end < 4 * scale else [])
    total = mpf(0)
    for low, high in zip(points, points[1:]):
        middle, half = (low + high) / 2, (high - low) / 2
        total += half * mp.fsum(w * exp(log_integrand(middle + half * x)) for x, w in legendre(mp.prec))
    return total


def gamma_tails(a, x):
    """(lower, upper) of a Gamma(a, 1) at x > 0; both precise."""
    a, x = mpf(a), mpf(x)
    depth = 0
    if x > a:
        depth = max(0, float(-(a * log(x) - x - loggamma(a)) / log(10))) + 5
    if x <= a or (depth < 700 and x < 3000):
        with mp.workdps(int(DIGITS + 20 + depth)):
            try:
                lower = exp(a * log(x) - x - loggamma(a + 1)) * series(x, 0, a)
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
        upper = front * outwards(lambda v: (a - 1) * log1p(v) - x * v, scale, mp.inf)
        return 1 - upper, upper


def lower_beta(a, b, x, y):
    front = exp(a * log(x) + b * log(y) - loggamma(a) - loggamma(b) + loggamma(a + b))
    try:
        return front / a * series(x * (a + b - 1), x, a)
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
