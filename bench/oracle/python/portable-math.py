"""The elementary functions of mpmath, with enough bits for any double, rounded to the nearest one.

JSON carries large doubles without a point, which Python would read as other whole numbers: hence float().
"""
import mpmath

mpmath.mp.prec = 1300


def _one(function):
    return lambda x: {"value": float(function(mpmath.mpf(float(x))))}


exp = _one(mpmath.exp)
expm1 = _one(mpmath.expm1)
log = _one(mpmath.log)
log1p = _one(mpmath.log1p)
log2 = _one(lambda x: mpmath.log(x) / mpmath.log(2))
log10 = _one(mpmath.log10)
sin = _one(mpmath.sin)
cos = _one(mpmath.cos)
tan = _one(mpmath.tan)
asin = _one(mpmath.asin)
acos = _one(mpmath.acos)
atan = _one(mpmath.atan)
sinh = _one(mpmath.sinh)
cosh = _one(mpmath.cosh)
tanh = _one(mpmath.tanh)
cbrt = _one(lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)))


def pow(x, y):
    return {"value": float(mpmath.power(mpmath.mpf(float(x)), mpmath.mpf(float(y))))}


def atan2(x, y):
    return {"value": float(mpmath.atan2(mpmath.mpf(float(x)), mpmath.mpf(float(y))))}


def hypot(x, y):
    return {"value": float(mpmath.hypot(mpmath.mpf(float(x)), mpmath.mpf(float(y))))}
