"""E-processes from their definitions, at 50 digits."""
from fractions import Fraction

import numpy as np
from mpmath import exp, log, loggamma, mp, mpf

mp.dps = 50


def grid(direction):
    if direction == "harm":
        return [mpf(2 + 12 * g) / 100 for g in range(25)]
    return [-mpf(2 + 8 * g) / 100 for g in range(25)]


def log_likelihood(theta, shares, challenger, champion):
    ratio = exp(theta)
    total = mpf(0)
    for share, c, d in zip(shares, challenger, champion):
        share = mpf(float(share))
        both = share * ratio + 1 - share
        total += int(c) * log(share * ratio / both) + int(d) * log((1 - share) / both)
    return total


def log_e(direction, theta, *counts):
    start = log_likelihood(theta, *counts)
    sums = [log_likelihood(theta + step, *counts) - start for step in grid(direction)]
    largest = max(sums)
    return largest + log(sum(exp(each - largest) for each in sums) / 25)


def guardrail(direction, margin, shares, challenger, champion):
    return {"logE": log_e(direction, log(1 + mpf(float(margin))), shares, challenger, champion)}


def root(falling, start):
    """Where a falling function is 0, within 300 of the start, by bisection."""
    low = high = np.longdouble(start)
    step = np.longdouble(0.25)
    while falling(low) < 0:
        low -= step
        step *= 2
        if low < start - 300:
            return -np.inf
    step = np.longdouble(0.25)
    while falling(high) >= 0:
        high += step
        step *= 2
    for _ in range(70):
        middle = (low + high) / 2
        if falling(middle) >= 0:
            low = middle
        else:
            high = middle
    return low


def risk_ratio(confidence, shares, challenger, champion):
    """In 64-bit mantissas (mpmath would take minutes)."""
    share = shares.astype(np.longdouble)[:, None]
    events = (challenger + champion).astype(np.longdouble)[:, None]
    all_challenger, all_champion = np.longdouble(challenger.sum()), np.longdouble(champion.sum())
    if all_challenger + all_champion == 0:
        return None
    needed = np.log(2 / (1 - np.longdouble(confidence)))
    steps = {name: np.array([np.longdouble(str(each)) for each in grid(name)]) for name in ("harm", "safe")}

    def log_e_at(direction, theta):
        step = steps[direction]
        both = share * np.exp(theta) + 1 - share
        sums = all_challenger * step - (events * np.log1p(share * np.exp(theta) * np.expm1(step) / both)).sum(axis=0)
        return sums.max() + np.log(np.exp(sums - sums.max()).sum() / 25)

    def score(theta):
        odds = share * np.exp(theta)
        return all_challenger - (events * odds / (odds + 1 - share)).sum()

    if all_challenger == 0:
        best = -np.inf
    elif all_champion == 0:
        best = np.inf
    else:
        best = root(score, 0)
    start = best if np.isfinite(best) else 0
    lower = root(lambda at: log_e_at("harm", at) - needed, start)
    upper = -root(lambda at: log_e_at("safe", -at) - needed, -start)
    return {"value": np.exp(best), "lower": np.exp(lower), "upper": np.exp(upper)}


def sample_ratio(counts, shares, concentration):
    shares = [mpf(float(each)) for each in shares]
    planned = sum(shares)
    strength = mpf(float(concentration))
    units = sum(int(each) for each in counts)
    total = loggamma(strength) - loggamma(strength + units)
    for count, share in zip(counts, shares):
        share /= planned
        total += loggamma(strength * share + int(count)) - loggamma(strength * share) - int(count) * log(share)
    return {"logE": total}


def merged(eValues, weights):
    values = [Fraction(float(each)) for each in eValues]
    weights = [Fraction(float(each)) for each in weights]
    product = Fraction(1)
    for each in values:
        product *= each
    n = len(values)
    answer = {
        "average": sum(values) / n if n else 1,
        "weighted": sum(e * w for e, w in zip(values, weights)) / sum(weights) if n else 1,
        "product": product,
    }
    ranked = sorted(values, reverse=True)
    for i, value in enumerate(values):
        # The smallest level at which one of the k largest, this one among them, is rejected together with all before it.
        levels = [Fraction(n, k) / ranked[k - 1] for k in range(1, n + 1) if ranked[k - 1] <= value and ranked[k - 1] > 0]
        answer[f"adjusted{i}"] = min([Fraction(1), *levels])
    return answer
