"""Effects, posteriors and power by scipy, and by direct formulas in numpy where scipy has none."""
import math
from fractions import Fraction

import mpmath
import numpy as np
from scipy import integrate, special, stats


def completed(value, se, dof, alternative, confidence):
    if se == 0:
        return None
    t = value / se
    two = alternative == "two-sided"
    q = stats.t.isf((1 - confidence) / (2 if two else 1), dof)
    p = 2 * stats.t.sf(abs(t), dof) if two else stats.t.sf(t if alternative == "greater" else -t, dof)
    lower = -math.inf if alternative == "less" else value - q * se
    upper = math.inf if alternative == "greater" else value + q * se
    return {"value": value, "standardError": se, "lower": lower, "upper": upper, "pValue": p, "dof": dof}


def arms(c, vc, n, t, vt, m, effect, alternative, confidence):
    if effect == "relative":
        if c == 0:
            return None
        parts = [vc * t**2 / c**4, vt / c**2]
        value = (t - c) / abs(c)
    else:
        parts = [vc, vt]
        value = t - c
    if sum(parts) == 0:
        return None
    dof = sum(parts) ** 2 / (parts[0] ** 2 / (n - 1) + parts[1] ** 2 / (m - 1))
    return completed(value, math.sqrt(sum(parts)), dof, alternative, confidence)


def mean_effect(control, treatment, effect, alternative, confidence):
    n, m = len(control), len(treatment)
    # In 80-bit floats: the difference of nearly equal means would otherwise be rounding for the most part.
    c, vc = long_moments(control)
    t, vt = long_moments(treatment)
    if effect == "absolute" and vc + vt > 0:
        parts = [vc / n, vt / m]
        dof = sum(parts) ** 2 / (parts[0] ** 2 / (n - 1) + parts[1] ** 2 / (m - 1))
        return completed(float(t - c), math.sqrt(sum(parts)), float(dof), alternative, confidence)
    return arms(float(c), float(vc / n), n, float(t), float(vt / m), m, effect, alternative, confidence)


def long_moments(rows):
    rows = rows.astype(np.longdouble)
    return rows.mean(), rows.var(ddof=1)


def proportion_effect(a, n, b, m, effect, alternative, confidence):
    c, t = a / n, b / m
    return arms(c, c * (1 - c) / n, n, t, t * (1 - t) / m, m, effect, alternative, confidence)


def ratio(arm):
    # The delta method as a linearised mean: the residuals y − R x over the mean of x.
    r = arm["y"].mean() / arm["x"].mean()
    residuals = (arm["y"] - r * arm["x"]) / arm["x"].mean()
    return r, residuals.var(ddof=1) / len(residuals), len(residuals)


def ratio_effect(control, treatment, effect, alternative, confidence):
    if control["x"].mean() == 0 or treatment["x"].mean() == 0:
        return None
    return arms(*ratio(control), *ratio(treatment), effect, alternative, confidence)


def cuped_effect(control, treatment, effect, alternative, confidence):
    xs = [control["x"] - control["x"].mean(), treatment["x"] - treatment["x"].mean()]
    ys = [control["y"] - control["y"].mean(), treatment["y"] - treatment["y"].mean()]
    within = sum((x * x).sum() for x in xs)
    theta = 0.0 if within == 0 else sum((x * y).sum() for x, y in zip(xs, ys)) / within
    rest = [(y - theta * x).var(ddof=1) / len(x) for x, y in zip(xs, ys)]
    plain = sum(y.var(ddof=1) / len(y) for y in ys)
    if sum(rest) == 0:
        return None
    delta = (treatment["y"].mean() - theta * treatment["x"].mean()) - (control["y"].mean() - theta * control["x"].mean())
    dof = sum(rest) ** 2 / sum(v**2 / (len(x) - 1) for v, x in zip(rest, xs))
    value, variance = delta, sum(rest)
    if effect == "relative":
        c = control["y"].mean()
        # By the gradient of Δ/ȳ in the control's (x̄, ȳ) and the treatment's, with their covariance matrices.
        g_c = np.array([theta / c, -1 / c - delta / c**2])
        g_t = np.array([-theta / c, 1 / c])
        s_c = np.cov(control["x"], control["y"]) / len(xs[0])
        s_t = np.cov(treatment["x"], treatment["y"]) / len(xs[1])
        value, variance = delta / abs(c), g_c @ s_c @ g_c + g_t @ s_t @ g_t
    answer = completed(value, math.sqrt(variance), dof, alternative, confidence)
    answer.update(theta=theta, varianceReduction=max(0.0, 1 - sum(rest) / plain))
    return answer


STATISTICS = {
    "mean": lambda x: x.mean(),
    "maximum": lambda x: x.max() + x.mean(),
    "difference": lambda x, y: y.mean() - x.mean(),
    "ratio": lambda x, y: y.mean() / (3 + x.mean() ** 2),
}


def bootstrap(samples, statistic, method, seed, confidence, resampled):
    if len(resampled) == 0:
        return None
    samples = [np.asarray(sample) for sample in samples]

    class Previous:
        bootstrap_distribution = resampled

    names = {"bca": "BCa", "percentile": "percentile", "basic": "basic"}
    found = stats.bootstrap(
        samples, STATISTICS[statistic], n_resamples=0, bootstrap_result=Previous, method=names[method],
        confidence_level=confidence, vectorized=False,
    )
    low, high = found.confidence_interval
    return {"lower": low, "upper": high, "standardError": found.standard_error}


def proportion_posterior(successes, trials, a, b, confidence):
    beta = stats.beta(a + successes, b + trials - successes)
    tail = (1 - confidence) / 2
    return {"value": beta.mean(), "lower": beta.ppf(tail), "upper": beta.isf(tail)}


def mean_posterior(values, prior, confidence):
    n, mean, squares = len(values), values.mean(), ((values - values.mean()) ** 2).sum()
    if prior is None:
        loc, rows, dof, total = mean, n, n - 1, squares
    else:
        rows, dof = prior["rows"] + n, prior["dof"] + n
        loc = (prior["rows"] * prior["mean"] + n * mean) / rows
        total = prior["dof"] * prior["variance"] + squares + prior["rows"] * n / rows * (prior["mean"] - mean) ** 2
    if total == 0:
        return None
    scale = math.sqrt(total / dof / rows)
    t = stats.t(dof, loc, scale)
    tail = (1 - confidence) / 2
    return {"value": loc, "lower": t.ppf(tail), "upper": t.isf(tail), "scale": scale, "dof": dof}


def better(a, b, c, d):
    """P(Beta(c, d) > Beta(a, b)) for whole c, exactly (E. Miller, "Formulas for Bayesian A/B testing")."""
    with mpmath.workdps(40):
        a, b, d = mpmath.mpf(a), mpmath.mpf(b), mpmath.mpf(d)
        term = mpmath.exp(mpmath.loggamma(b + d) + mpmath.loggamma(a + b) - mpmath.loggamma(a + b + d) - mpmath.loggamma(b))
        total = mpmath.mpf(0)
        for i in range(c):
            total += term
            term *= (a + i) * (d + i) / ((a + b + d + i) * (1 + i))
        return total


def best_of_two(arms, best):
    (a, b), (c, d) = arms
    with mpmath.workdps(40):
        second = better(a, b, int(c), d) if best == "highest" else better(c, d, int(a), b)
        return {"arm0": float(1 - second), "arm1": float(second)}


def density(a, b):
    """Beta(a, b) of whole shapes as a polynomial with rational coefficients, lowest power first."""
    norm = Fraction(math.factorial(a + b - 1), math.factorial(a - 1) * math.factorial(b - 1))
    return [Fraction(0)] * (a - 1) + [norm * math.comb(b - 1, k) * (-1) ** k for k in range(b)]


def product(p, q):
    out = [Fraction(0)] * (len(p) + len(q) - 1)
    for i, x in enumerate(p):
        for j, y in enumerate(q):
            out[i + j] += x * y
    return out


def best_of_many(arms, best):
    shapes = [(int(a), int(b)) for a, b in arms]
    shares = {}
    for i, own in enumerate(shapes):
        whole = density(*own)
        for j, other in enumerate(shapes):
            if j != i:
                below = [Fraction(0)] + [c / (k + 1) for k, c in enumerate(density(*other))]
                above = [Fraction(1) - below[0]] + [-c for c in below[1:]]
                whole = product(whole, below if best == "highest" else above)
        shares[f"arm{i}"] = sum(c / (k + 1) for k, c in enumerate(whole))
    return shares


def tail(t, dof, delta):
    peer = stats.nct.sf(t, dof, delta)
    if math.isfinite(peer):
        return peer
    chi = stats.chi(dof)
    middle, spread = chi.mean(), chi.std()
    edges = np.linspace(max(0, middle - 12 * spread), middle + 12 * spread, 200)
    inside = lambda x: stats.norm.sf(t * x / math.sqrt(dof) - delta) * chi.pdf(x)
    return sum(integrate.fixed_quad(inside, a, b, n=10)[0] for a, b in zip(edges, edges[1:]))


def mean_power(difference, n, m, alpha, alternative):
    dof, delta = n + m - 2, difference * math.sqrt(n * m / (n + m))
    if alternative == "two-sided":
        t = stats.t.isf(alpha / 2, dof)
        return {"power": tail(t, dof, delta) + tail(t, dof, -delta)}
    t = stats.t.isf(alpha, dof)
    return {"power": tail(t, dof, delta if alternative == "greater" else -delta)}


def proportion_power(control, treatment, n, m, alpha, alternative):
    p, q = control, treatment
    pooled = (n * p + m * q) / (n + m)
    under = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    error = math.sqrt(p * (1 - p) / n + q * (1 - q) / m)
    z = stats.norm.isf(alpha / 2 if alternative == "two-sided" else alpha) * under
    above, below = stats.norm.sf((z - (q - p)) / error), stats.norm.sf((z + (q - p)) / error)
    return {"power": above + below if alternative == "two-sided" else above if alternative == "greater" else below}
