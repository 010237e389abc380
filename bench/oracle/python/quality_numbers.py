"""Predicted numbers, distributions and ranked lists. -7 stands for a value that is not computable."""
from itertools import permutations

import numpy as np
from mpmath import mp, mpf
from sklearn import metrics

mp.dps = 40


def finite(value):
    value = float(value)
    return value if np.isfinite(value) else -7


def regression(predicted, actual, weights, quantile):
    p, y, w = predicted, actual, {"sample_weight": weights}
    bare = np.ones(len(y)) if weights is None else weights
    nothing = bare.sum() == 0
    e = p - y
    mean = lambda values: np.average(values, weights=weights)
    # Squares of values far from 0 lose digits in doubles.
    big = lambda values: np.array([mpf(float(each)) for each in values])

    def explained(centred, mass):
        if len(y) < 2 or len(set(y[mass > 0])) < 2:
            return -7
        ey, yy, m = big(e), big(y), big(mass)
        spread = sum(m * (yy - sum(m * yy) / sum(m)) ** 2)
        bias = sum(m * ey) / sum(m) if centred else 0
        return finite(1 - sum(m * (ey - bias) ** 2) / spread)

    r2 = -7 if nothing else explained(False, bare)
    n, ones = len(y), np.ones(len(y))
    answer = {
        "rows": n,
        "maxError": metrics.max_error(y, p),
        "streamedR": explained(False, ones),
        "streamedExplained": explained(True, ones),
        "streamedSquared": metrics.mean_squared_error(y, p),
        "streamedWape": np.abs(e).sum() / np.abs(y).sum() if np.abs(y).sum() else -7,
    }
    size = np.abs(p) + np.abs(y)
    weighted = {
        "meanBias": lambda: float(sum(big(e) * big(bare)) / sum(big(bare))),
        "meanAbsoluteError": lambda: metrics.mean_absolute_error(y, p, **w),
        "meanSquaredError": lambda: metrics.mean_squared_error(y, p, **w),
        "rootMeanSquaredError": lambda: metrics.root_mean_squared_error(y, p, **w),
        "medianAbsoluteError": lambda: metrics.median_absolute_error(y, p, **w),
        "meanAbsolutePercentageError": lambda: -7 if (y == 0).any() else mean(np.abs(e) / np.abs(y)),
        "symmetricMeanAbsolutePercentageError": lambda: mean(np.where(e == 0, 0, 2 * np.abs(e) / np.where(size, size, 1))),
        "weightedAbsolutePercentageError": lambda: mean(np.abs(e)) / mean(np.abs(y)) if mean(np.abs(y)) else -7,
        "rSquared": lambda: r2,
        "explainedVariance": lambda: explained(True, bare),
        "pinball": lambda: metrics.mean_pinball_loss(y, p, alpha=quantile, **w),
        "huber": lambda: mean(np.where(np.abs(e) <= 0.7, e**2 / 2, 0.7 * (np.abs(e) - 0.35))),
        "adjusted": lambda: -7 if r2 == -7 or n < 4 else 1 - (1 - r2) * (n - 1) / (n - 3),
    }
    return answer | {key: -7 if nothing else finite(value()) for key, value in weighted.items()}


def deviances(predicted, actual, weights, power):
    if weights is not None and weights.sum() == 0:
        return {key: -7 for key in ("poisson", "gamma", "tweedie", "msle", "rmsle")}
    p, y = predicted, actual

    def deviance(power):
        if power >= 2 and (y <= 0).any():
            return -7
        out = []
        for a, m in zip(map(mpf, y), map(mpf, p)):
            if power == 0:
                out.append((a - m) ** 2)
            elif power == 1:
                out.append(2 * ((a * mp.log(a / m) if a else 0) - a + m))
            elif power == 2:
                out.append(2 * (mp.log(m / a) + a / m - 1))
            else:
                one, two = 1 - mpf(power), 2 - mpf(power)
                own = a**two / (one * two) if a else mpf(0)
                out.append(2 * (own - a * m**one / one + m**two / two))
        mass = [mpf(1)] * len(y) if weights is None else [mpf(w) for w in weights]
        return sum(w * each for w, each in zip(mass, out)) / sum(mass)

    w = {"sample_weight": weights}
    return {
        "poisson": deviance(1),
        "gamma": deviance(2),
        "tweedie": deviance(power),
        "msle": metrics.mean_squared_log_error(y, p, **w),
        "rmsle": metrics.root_mean_squared_log_error(y, p, **w),
    }


def crps(members, actual, means, deviations, weights):
    if weights is not None and weights.sum() == 0:
        return {"ensemble": -7, "fair": -7, "normal": -7}
    x = members.reshape(len(actual), -1)
    m = x.shape[1]
    first = np.abs(x - actual[:, None]).mean(1)
    pairs = np.abs(x[:, :, None] - x[:, None, :]).sum((1, 2)) / 2
    normal = []
    for mu, s, y in zip(map(mpf, means), map(mpf, deviations), map(mpf, actual)):
        z = (y - mu) / s if s else None
        value = abs(y - mu) if s == 0 else s * (z * (2 * mp.ncdf(z) - 1) + 2 * mp.npdf(z) - 1 / mp.sqrt(mp.pi))
        normal.append(float(value))
    return {
        "ensemble": np.average(first - pairs / m**2, weights=weights),
        "fair": np.average(first - pairs / (m * (m - 1)), weights=weights) if m > 1 else -7,
        "normal": np.average(normal, weights=weights),
    }


def ranking(scores, relevances, sizes, k, exponential):
    k, at, means = int(k), 0, []
    for size in map(int, sizes):
        s, r = scores[at : at + size], relevances[at : at + size]
        at += size
        gains = 2**r - 1 if exponential else r
        if r.max() == 0:
            means.append(np.zeros(7))
            continue
        pad = lambda values, fill: np.append(values, [fill] * 2)[None]
        ndcg = metrics.ndcg_score(pad(gains, 0), pad(s, -1), k=k)
        dcg = metrics.dcg_score(pad(gains, 0), pad(s, -1), k=k)
        orders = [np.array(o) for o in permutations(range(size)) if all(s[a] >= s[b] for a, b in zip(o, o[1:]))]
        found = []
        for order in orders:
            hits = r[order] > 0
            top = hits[:k]
            first = np.flatnonzero(top)
            precisions = np.cumsum(top) / np.arange(1, len(top) + 1)
            found.append(
                [
                    1 / (first[0] + 1) if len(first) else 0,
                    (precisions * top).sum() / min(hits.sum(), k, size),
                    top.sum() / k,
                    top.sum() / hits.sum(),
                    top.any(),
                ]
            )
        means.append(np.array([ndcg, dcg, *np.mean(np.array(found, dtype=float), axis=0)]))
    names = ["ndcg", "dcg", "meanReciprocalRank", "meanAveragePrecision", "precision", "recall", "hitRate"]
    return dict(zip(names, np.mean(means, axis=0))) | {"queries": len(sizes)}
