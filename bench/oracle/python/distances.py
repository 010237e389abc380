"""Distances: scipy and numpy where they are accurate; exact fractions and 50 digits where shares are nearly equal and theirs cancel."""
from fractions import Fraction

import numpy as np
from mpmath import log, mp, mpf, sqrt
from scipy.spatial.distance import jensenshannon
from scipy.stats import energy_distance, entropy, wasserstein_distance

mp.dps = 50


def real(fraction):
    return mpf(fraction.numerator) / mpf(fraction.denominator)


def shares(p, q, pseudocount=0.0):
    """Exact shares over the cells that are not empty on both sides; None if a side is empty."""
    if p.sum() == 0 or q.sum() == 0:
        return None
    added = Fraction(float(pseudocount))
    pairs = [(Fraction(float(a)), Fraction(float(b))) for a, b in zip(p, q) if a > 0 or b > 0]
    left = sum(a + added for a, _ in pairs)
    right = sum(b + added for _, b in pairs)
    return [((a + added) / left, (b + added) / right) for a, b in pairs]


def floored(pairs, floor):
    return [(a or Fraction(floor), b or Fraction(floor)) for a, b in pairs]


def psi(p, q, pseudocount=0.0, floor=None):
    pairs = shares(p, q, pseudocount)
    if pairs is None:
        return None
    if floor is not None:
        pairs = floored(pairs, floor)
    if any(a == 0 or b == 0 for a, b in pairs):
        return None
    return {"value": sum((real(a - b) * log(real(a / b)) for a, b in pairs), mpf(0))}


def kullback_leibler(p, q, pseudocount, base):
    pairs = shares(p, q, pseudocount)
    if pairs is None or any(a > 0 and b == 0 for a, b in pairs):
        return None
    value = sum((real(a) * log(real(a / b)) for a, b in pairs if a > 0), mpf(0))
    return {"value": value / (log(2) if base == 2 else 1)}


def jensen_shannon(p, q, base):
    pairs = shares(p, q)
    if pairs is None:
        return None
    value = mpf(0)
    for a, b in pairs:
        middle = (a + b) / 2
        value += sum((real(each) * log(real(each / middle)) for each in (a, b) if each > 0), mpf(0))
    return {"value": sqrt(max(value, 0) / 2 / (log(2) if base == 2 else 1)) if value > mpf(10) ** -45 else 0}


def hellinger(p, q):
    pairs = shares(p, q)
    if pairs is None:
        return None
    return {"value": sqrt(sum(((sqrt(real(a)) - sqrt(real(b))) ** 2 for a, b in pairs), mpf(0)) / 2)}


def total_variation(p, q):
    pairs = shares(p, q)
    return None if pairs is None else {"value": real(sum(abs(a - b) for a, b in pairs) / 2)}


def l_infinity(p, q):
    pairs = shares(p, q)
    return None if pairs is None else {"value": real(max(abs(a - b) for a, b in pairs))}


def scipy_divergences(p, q):
    return {"bits": jensenshannon(p, q, base=2), "nats": jensenshannon(p, q), "kl": entropy(p, q)}


def gaps(x, y):
    """Exact gaps of the distribution functions, with the widths over which they stand."""
    x, y = np.sort(x), np.sort(y)
    values = np.unique(np.concatenate([x, y]))
    left, right = np.searchsorted(x, values, "right"), np.searchsorted(y, values, "right")
    heights = [Fraction(int(i), len(x)) - Fraction(int(j), len(y)) for i, j in zip(left, right)]
    widths = [Fraction(float(b)) - Fraction(float(a)) for a, b in zip(values, values[1:])]
    return heights, widths


def two_samples(x, y):
    heights, widths = gaps(x, y)
    return {
        "wasserstein": real(sum((abs(h) * w for h, w in zip(heights, widths)), Fraction(0))),
        "energy": sqrt(2 * real(sum((h * h * w for h, w in zip(heights, widths)), Fraction(0)))),
        "d": real(max(abs(h) for h in heights)),
    }


def scipy_samples(x, y):
    return {"wasserstein": wasserstein_distance(x, y), "energy": energy_distance(x, y)}


def normed_wasserstein(x, y):
    exact = [Fraction(float(value)) for value in x]
    mean = sum(exact) / len(exact)
    variance = sum((value - mean) ** 2 for value in exact) / len(exact)
    if variance == 0:
        return None
    heights, widths = gaps(x, y)
    return {"value": real(sum((abs(h) * w for h, w in zip(heights, widths)), Fraction(0))) / sqrt(real(variance))}


def scipy_histograms(edges, p, q):
    middles = (edges[1:] + edges[:-1]) / 2
    return {
        "wasserstein": wasserstein_distance(middles, middles, p, q),
        "energy": energy_distance(middles, middles, p, q),
    }


def bin_edges(x, rule):
    edges = np.histogram_bin_edges(x, rule)
    if x.min() == x.max():
        return {"bins": len(edges) - 1}
    return {"bins": len(edges) - 1, "low": edges[0], "first": edges[1]}


def quantile(x, p):
    return {"value": np.quantile(x, p)}
