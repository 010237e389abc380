"""The elementary functions of mpmath, with enough bits for any double, rounded to the nearest one.

JSON carries large doubles without a point, which Python would read as other whole numbers: hence float().
"""
import math

import mpmath

mpmath.mp.prec = 1300


_functions = {
    "exp": mpmath.exp,
    "expm1": mpmath.expm1,
    "log": mpmath.log,
    "log1p": mpmath.log1p,
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "log10": mpmath.log10,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
}


def _value(function):
    return lambda x: {"value": float(function(mpmath.mpf(float(x))))}


def _units(function):
    """How many units in the last place y is from the exact result; 0 for an infinite y and one below the normal doubles."""

    def units(x, y):
        y = float(y)
        if math.isinf(y) or abs(y) < 2.2250738585072014e-308:
            return {"units": 0.0}
        return {"units": float(abs(y - function(mpmath.mpf(float(x)))) / math.ulp(y))}

    return units


for _name, _function in _functions.items():
    globals()[_name] = _value(_function)
    globals()[f"{_name}_units"] = _units(_function)


def pow(x, y):
    return {"value": float(mpmath.power(mpmath.mpf(float(x)), mpmath.mpf(float(y))))}


def atan2(x, y):
    return {"value": float(mpmath.atan2(mpmath.mpf(float(x)), mpmath.mpf(float(y))))}


def hypot(x, y):
    return {"value": float(mpmath.hypot(mpmath.mpf(float(x)), mpmath.mpf(float(y))))}
