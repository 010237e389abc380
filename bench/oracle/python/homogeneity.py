"""Tests of two and more samples: scipy; mpmath where scipy's 1 - cdf cancels; numpy for the kernel statistics."""
import functools
import itertools
import math

import numpy as np
from mpmath import besselk, exp, gamma, mp, mpf, pi, sqrt
from scipy import stats
from scipy.stats import _hypotests


@functools.lru_cache(maxsize=None)
def cvm_limit_sf(x):
    """1 - F by the Bessel series (Csorgo and Faraway 1996, 1.2), with as many digits as the subtraction eats; ours is Smirnov's sum."""
    if x < 0.003:
        return 1.0
    mp.dps = int(40 + x * math.pi**2 / 2 / math.log(10))
    x = mpf(x)
    total = mpf(0)
    for k in itertools.count():
        y = mpf(4 * k + 1)
        q = y * y / (16 * x)
        term = gamma(k + mpf(1) / 2) / gamma(k + 1) / (pi ** mpf("1.5") * sqrt(x)) * sqrt(y) * exp(-q) * besselk(mpf(1) / 4, q)
        total += term
        if term < mpf(10) ** -mp.dps:
            return float(1 - total)


def cramer_von_mises_sf(x):
    return {"p": cvm_limit_sf(x)}


def midrank_u(x, y):
    n, m = len(x), len(y)
    ranks = stats.rankdata(np.concatenate([np.sort(x), np.sort(y)]))
    u = n * np.sum((ranks[:n] - np.arange(1, n + 1)) ** 2) + m * np.sum((ranks[n:] - np.arange(1, m + 1)) ** 2)
    return u, u / (n * m * (n + m)) - (4 * n * m - 1) / (6 * (n + m))


def cvm_exact(x, y):
    if len(set(x) | set(y)) == 1:
        return None
    if min(len(x), len(y)) == 1:  # scipy refuses one row, its recursion does not
        u, t = midrank_u(x, y)
        return {"t": t, "p": _hypotests._pval_cvm_2samp_exact(np.asarray(u), len(x), len(y))}
    found = stats.cramervonmises_2samp(x, y, method="exact")
    return {"t": found.statistic, "p": found.pvalue}


def cvm_asymptotic(x, y):
    """The statistic of scipy; the p-value of mpmath, since scipy's is 0 from 1e-16 on and wrong in its 7th decimal before."""
    if len(set(x) | set(y)) == 1:
        return None
    n, m = len(x), len(y)
    t = stats.cramervonmises_2samp(x, y, method="asymptotic").statistic
    total, k = n + m, n * m
    mean = (1 + 1 / total) / 6
    variance = (total + 1) * (4 * k * total - 3 * (n**2 + m**2) - 2 * k) / (45 * total**2 * 4 * k)
    return {"t": t, "p": cvm_limit_sf(round(1 / 6 + (t - mean) / math.sqrt(45 * variance), 14))}


def anderson(samples, midrank):
    samples = [np.atleast_1d(each) for each in samples]
    pooled = np.concatenate(samples)
    if len(pooled) < 4 or len(pooled) == len(samples) or len(set(pooled)) == 1:
        return None
    found = stats.anderson_ksamp(samples, variant="midrank" if midrank else "right")
    return {"statistic": found.statistic, "p": found.pvalue}


def epps_singleton(x, y, t):
    both = np.concatenate([x, y])
    constant = len(set(x)) == 1 and len(set(y)) == 1
    if min(len(x), len(y)) < 5 or stats.iqr(both) == 0 or constant:
        return None
    found = stats.epps_singleton_2samp(x, y, t=t)
    return {"w": found.statistic, "p": found.pvalue}


def epps_singleton_singular(x, y, t):
    """The same by numpy: scipy's pinv cuts at 1e-15 of the largest singular value, and now and then takes rounding for rank."""
    n, m = len(x), len(y)
    spread = stats.iqr(np.concatenate([x, y])) / 2
    if spread == 0 or (len(set(x)) == 1 and len(set(y)) == 1):
        return None
    gx, gy = (np.vstack([np.cos(np.outer(t / spread, z)), np.sin(np.outer(t / spread, z))]) for z in (x, y))
    covariance = (n + m) * (np.cov(gx, bias=True) / n + np.cov(gy, bias=True) / m)
    difference = gx.mean(axis=1) - gy.mean(axis=1)
    w = (n + m) * difference @ np.linalg.pinv(covariance, rcond=1e-13, hermitian=True) @ difference
    if max(n, m) < 25:
        w /= 1 + (n + m) ** -0.45 + 10.1 * (n**-1.7 + m**-1.7)
    rank = np.linalg.matrix_rank(covariance, tol=1e-13 * np.linalg.norm(covariance, 2), hermitian=True)
    return {"w": w, "p": stats.chi2.sf(w, rank)}


def energy(x, y):
    found = stats.permutation_test((x, y), stats.energy_distance, n_resamples=9999, alternative="greater")
    return {"distance": found.statistic, "statistic": found.statistic**2 * len(x) * len(y) / (len(x) + len(y)), "p": found.pvalue}


def permutation(x, y, alternative):
    found = stats.permutation_test((x, y), lambda a, b: np.median(a) - np.median(b), n_resamples=9999, alternative=alternative)
    return {"statistic": found.statistic, "p": found.pvalue}


def kernel_of(x, y, dimensions, bandwidth):
    d = int(dimensions)
    rows = np.concatenate([x.reshape(-1, d), y.reshape(-1, d)])
    square = np.sum((rows[:, None, :] - rows[None, :, :]) ** 2, axis=2)
    distances = np.sqrt(square[np.triu_indices(len(rows), 1)])
    if not np.any(distances > 0):
        return None
    if bandwidth == 0:
        bandwidth = np.median(distances)
        if bandwidth == 0:
            bandwidth = np.median(distances[distances > 0])
    return np.exp(-square / (2 * bandwidth**2)), bandwidth, len(x) // d


def unbiased(kernel, first):
    rest = np.setdiff1d(np.arange(len(kernel)), first)
    n, m = len(first), len(rest)
    a, b = kernel[np.ix_(first, first)], kernel[np.ix_(rest, rest)]
    cross = 2 * kernel[np.ix_(first, rest)].mean()
    return (a.sum() - n) / n / (n - 1) + (b.sum() - m) / m / (m - 1) - cross, a.mean() + b.mean() - cross


def mmd(x, y, dimensions, bandwidth):
    made = kernel_of(x, y, dimensions, bandwidth)
    if made is None:
        return None
    kernel, sigma, n = made
    value, biased = unbiased(kernel, np.arange(n))
    answer = {"statistic": value, "biased": biased, "bandwidth": sigma}
    if math.comb(len(kernel), n) <= 999:
        splits = [unbiased(kernel, np.array(chosen))[0] for chosen in itertools.combinations(range(len(kernel)), n)]
        answer["p"] = np.mean(np.array(splits) >= value - 1e-12)
    return answer


def mmd_linear(x, y, dimensions, bandwidth):
    made = kernel_of(x, y, dimensions, bandwidth)
    if made is None:
        return None
    kernel, sigma, n = made
    pairs = min(n, len(kernel) - n) // 2
    i = 2 * np.arange(pairs)
    h = kernel[i, i + 1] + kernel[n + i, n + i + 1] - kernel[i, n + i + 1] - kernel[i + 1, n + i]
    error = np.std(h, ddof=1) / math.sqrt(pairs)
    if np.all(h == h[0]):
        return None
    return {"statistic": np.mean(h), "standardError": error, "p": stats.norm.sf(np.mean(h) / error), "bandwidth": sigma}
