"""Tails and quantiles of the distributions, by mpmath from exact parameters; Kolmogorov's by its series, KS against scipy and exactly."""
import functools

from mpmath import erfc, exp, log, log1p, loggamma, mp, mpf, pi, sqrt
from scipy import stats

from tails import beta_tails, gamma_tails

mp.dps = 40


def normal(z):
    sf = erfc(mpf(z) / sqrt(mpf(2))) / 2
    cdf = erfc(-mpf(z) / sqrt(mpf(2))) / 2
    return {"sf": sf, "cdf": cdf, "logSf": log(sf) if z > 0 else log1p(-cdf)}


def normal_isf(upper):
    """z by Newton in plain z, from scipy's start."""
    tail = mpf(upper)
    z = mpf(float(stats.norm.isf(upper)))
    for _ in range(12):
        value = erfc(z / sqrt(mpf(2))) / 2
        step = (log(value) - log(tail)) * value * sqrt(2 * pi) * exp(z * z / 2)
        z += step
        if abs(step) < mpf(10) ** -25:
            break
    return {"value": z}


def t_tail(t, dof):
    t, dof = mpf(t), mpf(dof)
    x = dof / (dof + t * t)
    return beta_tails(dof / 2, mpf(1) / 2, x, t * t / (dof + t * t))[0] / 2


def student_t(t, dof):
    tail = t_tail(abs(t), dof)
    return {"sf": tail, "cdf": 1 - tail} if t >= 0 else {"sf": 1 - tail, "cdf": tail}


def student_t_residual(upper, dof, t):
    """The relative error of t itself: the error of its tail over the tail's slope in ln t."""
    tail = mpf(upper)
    sign = 1
    if tail > mpf(1) / 2:
        tail, sign = 1 - tail, -1
    t, dof = sign * mpf(t), mpf(dof)
    log_density = loggamma((dof + 1) / 2) - loggamma(dof / 2) - log(dof * pi) / 2 - (dof + 1) / 2 * log(1 + t * t / dof)
    return {"value": sign * (t + (t_tail(t, dof) - tail) / exp(log_density))}


def f(f, dof1, dof2):
    f, a, b = mpf(f), mpf(dof2) / 2, mpf(dof1) / 2
    x = dof2 / (dof2 + dof1 * f)
    lower, upper = beta_tails(a, b, x, dof1 * f / (dof2 + dof1 * f))
    return {"sf": lower, "cdf": upper}


def f_refined(upper, dof1, dof2, found):
    """One Newton step from what was found: the root to twice its digits."""
    f, a, b = mpf(found), mpf(dof2) / 2, mpf(dof1) / 2
    x, y = dof2 / (dof2 + dof1 * f), dof1 * f / (dof2 + dof1 * f)
    low, high = beta_tails(a, b, x, y)
    density = exp(a * log(x) + b * log(y) - loggamma(a) - loggamma(b) + loggamma(a + b))
    error = low - mpf(upper) if upper <= 0.5 else (1 - mpf(upper)) - high
    return {"value": f * (1 + error / density)}


def chi_squared(x, dof):
    lower, upper = gamma_tails(mpf(dof) / 2, mpf(x) / 2)
    return {"sf": upper, "cdf": lower}


def gamma_refined(upper, shape, found):
    x, a = mpf(found), mpf(shape)
    low, high = gamma_tails(a, x)
    density = exp(a * log(x) - x - loggamma(a))
    error = high - mpf(upper) if upper <= 0.5 else (1 - mpf(upper)) - low
    return {"value": x * (1 + error / density)}


def beta_refined(p, a, b, found):
    x, a, b = mpf(found), mpf(a), mpf(b)
    low, high = beta_tails(a, b, x)
    density = exp((a - 1) * log(x) + (b - 1) * log(1 - x) - loggamma(a) - loggamma(b) + loggamma(a + b))
    error = mpf(p) - low if p <= 0.5 else high - (1 - mpf(p))
    return {"value": x + error / density}


def kolmogorov_sf(x):
    x = mpf(x)
    if x > mpf("0.3"):
        upper = 2 * sum((-1) ** (k - 1) * exp(-2 * k * k * x * x) for k in range(1, 40))
        with mp.workdps(60):
            lower = 1 - upper if x > 1 else sqrt(2 * pi) / x * sum(exp(-(2 * k - 1) ** 2 * pi**2 / (8 * x * x)) for k in range(1, 60))
    else:
        lower = sqrt(2 * pi) / x * sum(exp(-(2 * k - 1) ** 2 * pi**2 / (8 * x * x)) for k in range(1, 60))
        upper = 1 - lower
    return {"sf": upper, "cdf": lower}


def binomial(k, n, p):
    k, n = int(k), int(n)
    pm, q = mpf(p), 1 - mpf(p)
    pmf = exp(loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1) + k * log(pm) + (n - k) * log(q))
    if k == n:
        return {"pmf": pmf, "sf": 0, "cdf": 1}
    lower, upper = beta_tails(k + 1, n - k, p)
    return {"pmf": pmf, "sf": lower, "cdf": upper}


def poisson(k, mean):
    k = int(k)
    pmf = exp(k * log(mpf(mean)) - mpf(mean) - loggamma(k + 1))
    lower, upper = gamma_tails(k + 1, mean)
    return {"pmf": pmf, "sf": lower, "cdf": upper}


def ks_one_sample(d, n):
    """scipy, whose method ours follows beyond 140 values; how far both are from exact, `ks_exact` tells."""
    return {"sf": stats.kstwo.sf(d, n)}


def ks_exact(d, n):
    """Exactly, to an absolute 1e-50: values arrive as a Poisson process, as many as n by n; the chances of each number of arrivals within the band
    are the slots of one whole number, and the arrivals of a stretch multiply them like polynomials."""
    n = int(n)
    bits = 192
    slot, one = 2 * bits + 16, 1 << bits
    with mp.workdps(70):
        reach = n * mpf(d)
        whole = int(reach)
        part = reach - whole
        stops = sorted([(m + part, 0, m) for m in range(n)] + [(m + 1 - part, 1, m) for m in range(n)], key=lambda s: s[0])
        low = (1 << bits + 16) - 1
        keep = sum(low << slot * i for i in range(n + 1))

        @functools.cache
        def arrivals(stretch):
            chance, slots = exp(-stretch), 0
            for i in range(n + 1):
                slots |= int(chance * one) << slot * i
                chance *= stretch / (i + 1)
                if chance * one < 1:
                    break
            return slots

        inside, first, at = one, 0, mpf(0)  # slot i is the chance of `first` + i arrivals
        for t, above, m in [s for s in stops if s[0] < n] + [(mpf(n), 1, n)]:
            if t > at:
                inside = (inside * arrivals(t - at) >> bits) & keep
                at = t
            if above:
                inside &= (1 << slot * (m + whole + 1 - first)) - 1
            elif m - whole + 1 > first:
                inside >>= slot * (m - whole + 1 - first)
                first = m - whole + 1
        last = mpf((inside >> slot * (n - first)) & low) / one
        return {"sf": 1 - last / exp(n * log(n) - n - loggamma(n + 1))}
