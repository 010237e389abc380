"""The special functions, at 60 digits."""
from mpmath import gammainc, loggamma, mp

mp.dps = 60


def log_gamma(x):
    return {"value": loggamma(x)}


def incomplete_gamma(a, x):
    lower = gammainc(a, 0, x, regularized=True)
    upper = gammainc(a, x, regularized=True)
    return {"smaller": min(lower, upper)}
