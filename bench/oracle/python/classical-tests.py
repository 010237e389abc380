"""The classical tests: scipy where it is precise, exact rational arithmetic or mpmath where it is not."""
from fractions import Fraction
from math import comb

import numpy as np
from mpmath import erfc, log, mp, mpf, sqrt
from scipy import stats

from tails import beta_tails, gamma_tails

mp.dps = 40


def exact(value):
    return mpf(value.numerator) / value.denominator


def rows(values):
    return np.atleast_1d(np.asarray(values, dtype=float))


def largest_gaps(x, y):
    """n·m times (max F_x − F_y, max F_y − F_x), in integers."""
    n, m = len(x), len(y)
    points = np.unique(np.concatenate([x, y]))
    i = np.searchsorted(np.sort(x), points, side="right").astype(object)
    j = np.searchsorted(np.sort(y), points, side="right").astype(object)
    steps = [a * m - b * n for a, b in zip(i, j)]
    return max(max(steps), 0), max(-min(steps), 0)


def path_share(gap, n, m, both):
    """The share of lattice paths that touch i·m − j·n ≥ gap (or ≤ −gap), by counting those that do not in integers."""
    if gap <= 0:
        return Fraction(1)
    counts = [0] * (m + 1)
    for i in range(n + 1):
        for j in range(m + 1):
            at = i * m - j * n
            if i == 0 and j == 0:
                counts[j] = 1
                continue
            if at >= gap or (both and at <= -gap):
                counts[j] = 0
            else:
                counts[j] = (counts[j] if i > 0 else 0) + (counts[j - 1] if j > 0 else 0)
    return 1 - Fraction(counts[m], comb(n + m, n))


def ks(x, y, alternative):
    x, y = rows(x), rows(y)
    above, below = largest_gaps(x, y)
    gap = {"two-sided": max(above, below), "less": above, "greater": below}[alternative]
    n, m = len(x), len(y)
    return {"statistic": Fraction(gap, n * m), "p": exact(path_share(gap, n, m, alternative == "two-sided"))}


def ks_asymptotic(x, y, alternative):
    theirs = {"two-sided": "two-sided", "less": "greater", "greater": "less"}[alternative]
    result = stats.ks_2samp(rows(x), rows(y), alternative=theirs, method="asymp")
    return {"statistic": result.statistic, "p": result.pvalue}


def chi_squared(table, statistic, yates):
    """scipy's recipe (Yates' correction, G) in rational arithmetic; empty rows and columns dropped."""
    counts = [[Fraction(float(c)) for c in row] for row in table]
    counts = [row for row in counts if sum(row) > 0]
    keep = [c for c in range(len(table[0])) if sum(row[c] for row in counts) > 0] if counts else []
    counts = [[row[c] for c in keep] for row in counts]
    dof = (len(counts) - 1) * (len(keep) - 1) if counts else 0
    if dof < 1:
        return None
    total = sum(map(sum, counts))
    sums = [sum(row[c] for row in counts) for c in range(len(keep))]
    value = mpf(0)
    for row in counts:
        for c, o in enumerate(row):
            e = sum(row) * sums[c] / total
            if yates and dof == 1:
                o += max(-Fraction(1, 2), min(Fraction(1, 2), e - o))
            if statistic == "pearson":
                value += exact((o - e) ** 2 / e)
            elif o > 0:
                value += 2 * exact(o) * log(exact(o / e))
    p = gamma_tails(mpf(dof) / 2, value / 2)[1] if value > 0 else 1
    return {"statistic": value, "p": p, "dof": dof}


def goodness_of_fit(observed, expected, statistic, ddof):
    pairs = [(Fraction(float(o)), Fraction(float(e))) for o, e in zip(rows(observed), rows(expected))]
    total = sum(o for o, _ in pairs)
    plan = sum(e for _, e in pairs)
    if total == 0 or plan == 0 or any(e == 0 and o > 0 for o, e in pairs):
        return None
    pairs = [(o, e * total / plan) for o, e in pairs if e > 0]
    dof = len(pairs) - 1 - int(ddof)
    if dof < 1:
        return None
    if statistic == "pearson":
        value = exact(sum((o - e) ** 2 / e for o, e in pairs))
    else:
        value = sum(2 * exact(o) * log(exact(o / e)) for o, e in pairs if o > 0)
    return {"statistic": value, "p": gamma_tails(mpf(dof) / 2, value / 2)[1] if value > 0 else 1, "dof": dof}


def fisher(a, b, c, d, alternative):
    """All tables with these margins in integers."""
    a, b, c, d = int(a), int(b), int(c), int(d)
    least, most = max(0, a - d), min(a + b, a + c)
    weight = comb(a + c, least) * comb(b + d, a + b - least)
    weights = []
    for k in range(least, most + 1):
        weights.append(weight)
        weight = weight * (a + c - k) * (a + b - k) // ((k + 1) * (d - a + k + 1))
    here = a - least
    chosen = {
        "two-sided": lambda: sum(w for w in weights if w <= weights[here]),
        "greater": lambda: sum(weights[here:]),
        "less": lambda: sum(weights[: here + 1]),
    }[alternative]()
    return {"p": exact(Fraction(chosen, sum(weights)))}


def fisher_big(a, b, c, d, alternative):
    """One tail of a large table, the hypergeometric probabilities by mpmath."""
    a, b, c, d = (int(v) for v in (a, b, c, d))
    with mp.workdps(50):
        def log_choose(n, k):
            return mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)

        n, marked, total = a + b, a + c, a + b + c + d

        def tail(k, step):
            term = mp.exp(log_choose(marked, k) + log_choose(total - marked, n - k) - log_choose(total, n))
            value = term
            while True:
                if step > 0:
                    term = term * (marked - k) * (n - k) / ((k + 1) * (total - marked - n + k + 1))
                else:
                    term = term * k * (total - marked - n + k) / ((marked - k + 1) * (n - k + 1))
                k += step
                value += term
                if term < value * mpf(10) ** -30:
                    return value

        mean = mpf(n) * marked / total
        if alternative == "greater":
            return {"p": tail(a, 1) if a > mean else 1 - tail(a - 1, -1)}
        return {"p": tail(a, -1) if a < mean else 1 - tail(a + 1, 1)}


def mann_whitney(x, y, alternative, method, continuity):
    x, y = rows(x), rows(y)
    if np.unique(np.concatenate([x, y])).size == 1:
        return None
    result = stats.mannwhitneyu(x, y, alternative=alternative, method=method, use_continuity=bool(continuity))
    return {"statistic": result.statistic, "p": result.pvalue}


def partitions(n, m):
    """The number of orders of n and m values for each U."""
    table = [[1] + [0] * (n * m) for _ in range(n + 1)]
    for b in range(1, m + 1):
        for a in range(1, n + 1):
            fewer, same = table[a - 1], table[a]
            table[a] = [(fewer[k - b] if k >= b else 0) + same[k] for k in range(n * m + 1)]
    return table[n]


def mann_whitney_exact(x, y, alternative):
    """Untied samples, in integers."""
    x, y = rows(x), rows(y)
    n, m = len(x), len(y)
    u = int(sum((x[:, None] > y[None, :]).ravel()))
    counts = partitions(n, m)
    at = {"greater": u, "less": n * m - u, "two-sided": max(u, n * m - u)}[alternative]
    p = Fraction(sum(counts[at:]), comb(n + m, n))
    return {"statistic": u, "p": exact(min(Fraction(1), 2 * p if alternative == "two-sided" else p))}


def error_of_difference(x, y, equal):
    """(difference, its standard error squared, dof) in rationals, or None; a single row has the pooled variance."""
    a, b = ([Fraction(float(v)) for v in rows(s)] for s in (x, y))
    n, m = len(a), len(b)
    if min(n, m) < 1 or n + m < 3 or (min(n, m) < 2 and not equal):
        return None
    mean = [sum(s) / len(s) for s in (a, b)]
    squares = [sum((v - c) ** 2 for v in s) for s, c in zip((a, b), mean)]
    if sum(squares) == 0:
        return None
    if equal:
        dof = Fraction(n + m - 2)
        pooled = sum(squares) / dof
        return mean[0] - mean[1], pooled / n + pooled / m, dof
    parts = (squares[0] / (n - 1) / n, squares[1] / (m - 1) / m)
    square = sum(parts)
    return mean[0] - mean[1], square, square**2 / (parts[0] ** 2 / (n - 1) + parts[1] ** 2 / (m - 1))


def t_tail(t, v):
    return beta_tails(v / 2, mpf(1) / 2, v / (v + t * t), t * t / (v + t * t))[0] / 2 if t != 0 else mpf(1) / 2


def means(x, y, alternative, equal):
    """Means and variances in rationals, the tail by mpmath."""
    found = error_of_difference(x, y, equal)
    if found is None:
        return None
    difference, square, dof = found
    t = exact(difference) / sqrt(exact(square))
    v = exact(dof)
    tail = t_tail(abs(t), v)
    upper = tail if t >= 0 else 1 - tail
    p = {"two-sided": 2 * tail, "greater": upper, "less": tail if t < 0 else 1 - tail}[alternative]
    return {"statistic": t, "p": p, "dof": v}


def mean_interval(x, y, equal, confidence):
    """The quantile by Newton's steps at 40 digits from scipy's, which is itself good to 1e-10 only."""
    found = error_of_difference(x, y, equal)
    if found is None:
        return None
    difference, square, dof = found
    v = exact(dof)
    target = (1 - mpf(confidence)) / 2
    t = mpf(float(stats.t.isf(float(target), float(dof))))
    norm = mp.loggamma((v + 1) / 2) - mp.loggamma(v / 2) - log(v * mp.pi) / 2
    for _ in range(6):
        step = (t_tail(t, v) - target) / mp.exp(norm - (v + 1) / 2 * log(1 + t * t / v))
        t += step
        if abs(step) < t * mpf(10) ** -25:
            break
    half = t * sqrt(exact(square))
    return {"lower": exact(difference) - half, "upper": exact(difference) + half}


def two_proportions(a, n, b, m, alternative):
    a, n, b, m = (Fraction(int(v)) for v in (a, n, b, m))
    if n == 0 or m == 0 or (a + b) in (0, n + m):
        return None
    pooled = (a + b) / (n + m)
    z = exact(a / n - b / m) / sqrt(exact(pooled * (1 - pooled) * (1 / n + 1 / m)))
    upper = erfc(z / sqrt(mpf(2))) / 2
    p = {"two-sided": erfc(abs(z) / sqrt(mpf(2))), "greater": upper, "less": erfc(-z / sqrt(mpf(2))) / 2}[alternative]
    return {"statistic": z, "p": p, "difference": exact(a / n - b / m)}


def newcombe(a, n, b, m, confidence):
    """The published formula, with Wilson's ends as roots of the score equation."""
    with mp.workdps(50):
        z2 = 2 * mp.erfinv(mpf(confidence)) ** 2

        def wilson(s, t):
            s, t = mpf(s), mpf(t)
            middle = s + z2 / 2
            half = sqrt(z2 * (s * (t - s) / t + z2 / 4))
            return s / t, (middle - half) / (t + z2), (middle + half) / (t + z2)

        p, l1, u1 = wilson(a, n)
        q, l2, u2 = wilson(b, m)
        return {
            "lower": p - q - sqrt((p - l1) ** 2 + (u2 - q) ** 2),
            "upper": p - q + sqrt((u1 - p) ** 2 + (q - l2) ** 2),
        }


def mcnemar(b, c, method, continuity):
    b, c = int(b), int(c)
    if method == "exact":
        p = Fraction(2 * sum(comb(b + c, k) for k in range(min(b, c) + 1)), 2 ** (b + c))
        return {"statistic": min(b, c), "p": exact(min(Fraction(1), p))}
    if method == "midP":
        p = Fraction(2 * sum(comb(b + c, k) for k in range(min(b, c) + 1)) - comb(b + c, min(b, c)), 2 ** (b + c))
        return {"statistic": min(b, c), "p": exact(min(Fraction(1), p) if b + c else Fraction(1))}
    if b + c == 0:
        return None
    gap = max(0, abs(b - c) - (1 if continuity else 0))
    statistic = mpf(gap * gap) / (b + c)
    return {"statistic": statistic, "p": erfc(sqrt(statistic / 2))}


def adjusted(p, method):
    """Bonferroni and Holm in rationals, the other two by scipy."""
    p = rows(p)
    if method in ("bh", "by"):
        values = stats.false_discovery_control(p, method=method)
    else:
        exactly = [Fraction(float(v)) for v in p]
        count = len(exactly)
        if method == "bonferroni":
            values = [min(Fraction(1), v * count) for v in exactly]
        else:
            values = [Fraction(0)] * count
            running = Fraction(0)
            for rank, index in enumerate(sorted(range(count), key=lambda i: exactly[i])):
                running = max(running, min(Fraction(1), exactly[index] * (count - rank)))
                values[index] = running
    return {str(index): value for index, value in enumerate(values)}
