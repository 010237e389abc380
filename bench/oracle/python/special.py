"""The special functions, at at least 30 digits of the smaller tail."""
from mpmath import erf, erfc, log, log1p, loggamma, mp, mpf

from tails import beta_tails, gamma_tails

mp.dps = 60


def log_gamma(x):
    return {"value": loggamma(x)}


def log_beta(a, b):
    a, b = mpf(a), mpf(b)
    return {"value": loggamma(a) + loggamma(b) - loggamma(a + b)}


def erfs(x):
    return {"erf": erf(mpf(x)), "erfc": erfc(mpf(x))}


def both(tails):
    lower, upper = tails
    log_lower = log(lower) if lower < 0.5 else log1p(-upper)
    log_upper = log(upper) if upper < 0.5 else log1p(-lower)
    return {"lower": lower, "upper": upper, "logLower": log_lower, "logUpper": log_upper}


def incomplete_gamma(a, x):
    return both(gamma_tails(a, x))


def incomplete_beta(a, b, x):
    return both(beta_tails(a, b, x))
