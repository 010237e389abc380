"""Predicted probabilities and their calibration. -7 stands for a value that is not computable."""
import numpy as np
from scipy import optimize, stats
from sklearn import calibration, isotonic as sk_isotonic, metrics


def probabilities(scores, labels, weights, bins, binning):
    p, y, bins = scores, labels, int(bins)
    strategy = "uniform" if binning == "equal-width" else "quantile"
    observed, predicted = calibration.calibration_curve(y, p, n_bins=bins, strategy=strategy)
    edges = np.linspace(0, 1, bins + 1) if strategy == "uniform" else np.percentile(p, np.linspace(0, 1, bins + 1) * 100)

    def groups(ids):
        out = [(p[ids == each].mean(), y[ids == each].mean(), (ids == each).sum()) for each in np.unique(ids)]
        return map(np.array, zip(*out))

    q, o, n = groups(np.searchsorted(edges[1:-1], p))
    answer = {
        "bins": len(observed),
        "predicted": (predicted * np.arange(1, len(predicted) + 1)).sum(),
        "observed": (observed * np.arange(1, len(observed) + 1)).sum(),
        "ece": (n * np.abs(q - o)).sum() / len(p),
        "mce": np.abs(q - o).max(),
        "uncertainty": y.mean() * (1 - y.mean()),
        "sharpness": p.var(),
        "within": 0,
    }
    q, o, n = groups(np.unique(p, return_inverse=True)[1])
    answer["reliability"] = (n * (q - o) ** 2).sum() / len(p)
    answer["resolution"] = (n * (o - y.mean()) ** 2).sum() / len(p)
    q, o, n = groups(np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], p))
    answer["binnedReliability"] = (n * (q - o) ** 2).sum() / len(p)
    if weights is not None and weights.sum() == 0:
        return answer | {"logLoss": -7, "brier": -7}
    answer["logLoss"] = metrics.log_loss(y, p, labels=[0, 1], sample_weight=weights)
    answer["brier"] = metrics.brier_score_loss(y, p, labels=[0, 1], sample_weight=weights)
    return answer


def calibration_tests(scores, labels, bins):
    p, y, bins = np.asarray(scores, dtype=np.longdouble), labels, int(bins)
    variance = ((1 - 2 * p) ** 2 * p * (1 - p)).sum()
    z = ((y - p) * (1 - 2 * p)).sum() / np.sqrt(variance) if variance > 0 else None
    edges = np.unique(np.percentile(scores, np.linspace(0, 1, bins + 1)[1:-1] * 100))
    ids = np.searchsorted(edges, scores)
    squared, rows = np.longdouble(0), 0
    for each in np.unique(ids):
        n, share = (ids == each).sum(), y[ids == each].mean()
        if n < 2:
            continue
        squared += n * ((p[ids == each].mean() - share) ** 2 - share * (1 - share) / (n - 1))
        rows += n
    return {
        "z": -7 if z is None else z,
        "p": -7 if z is None else 2 * stats.norm.sf(abs(float(z))),
        "debiased": -7 if rows == 0 else np.sqrt(max(0, squared / rows)),
    }


def newton(x, targets, weights):
    """Logistic regression in 80-bit floats: (intercept, slope, Hessian)."""
    x, t, w = (np.asarray(values, dtype=np.longdouble) for values in (x, targets, weights))

    def sums(a, b):
        line = a + b * x
        q, rest = 1 / (1 + np.exp(-line)), 1 / (1 + np.exp(line))
        gradient, curve = w * (q * (1 - t) - t * rest), w * q * rest
        loss = (w * (np.logaddexp(0, line) - t * line)).sum()
        return loss, gradient.sum(), (gradient * x).sum(), curve.sum(), (curve * x).sum(), (curve * x * x).sum()

    a = b = np.longdouble(0)
    for _ in range(300):
        loss, ga, gb, haa, hab, hbb = sums(a, b)
        det = haa * hbb - hab * hab
        da, db = -(hbb * ga - hab * gb) / det, -(haa * gb - hab * ga) / det
        share = 1.0
        while sums(a + share * da, b + share * db)[0] > loss * (1 + 1e-17) and share > 1e-9:
            share /= 2
        a, b = a + share * da, b + share * db
        if abs(da) + abs(db) < 1e-17 * (1 + abs(a) + abs(b)):
            break
    return a, b, (haa, hab, hbb)


def recalibration(scores, labels):
    if labels.min() == labels.max():
        return None
    p = np.clip(scores, 1e-6, 1 - 1e-6)
    x = np.log(p) - np.log1p(-p)
    x0, x1 = x[labels == 0], x[labels == 1]
    if not (x1.min() < x0.max() and x0.min() < x1.max()):
        return None
    a, b, (haa, hab, hbb) = newton(x, labels, np.ones(len(x)))
    low, high, line = np.longdouble(-100), np.longdouble(100), x.astype(np.longdouble)
    for _ in range(120):
        large = (low + high) / 2
        # What is missing to the positives, less what is too much for the negatives: neither cancels.
        missing = (1 / (1 + np.exp(line + large)))[labels == 1].sum() - (1 / (1 + np.exp(-line - large)))[labels == 0].sum()
        low, high = (large, high) if missing > 0 else (low, large)
    det = haa * hbb - hab**2
    return {
        "intercept": a,
        "slope": b,
        "inTheLarge": large,
        "slopeStandardError": np.sqrt(haa / det),
        "interceptStandardError": np.sqrt(hbb / det),
    }


def isotonic(x, y, falling, places, weights):
    if weights is not None and weights.sum() == 0:
        return None
    model = sk_isotonic.IsotonicRegression(increasing=not falling, out_of_bounds="clip")
    model.fit(x, y, sample_weight=weights)
    values = np.append(model.predict(places), model.predict(x))[:300]
    return {f"v{i}": value for i, value in enumerate(values)}


def platt(scores, labels, weights):
    w = np.ones(len(scores)) if weights is None else weights
    high, low = w[labels == 1].sum(), w[labels == 0].sum()
    if high == 0 or low == 0 or len(set(scores[w > 0])) < 2:
        return None
    targets = np.where(labels == 1, (high + 1) / (high + 2), 1 / (low + 2))
    middle = float(np.mean(scores))
    intercept, slope, _ = newton(scores - middle, targets, w)
    a, b = -slope, -(intercept - slope * np.longdouble(middle))
    theirs = calibration._sigmoid_calibration(scores, labels, sample_weight=weights)
    loss = lambda a, b: float(sum(w * (np.logaddexp(0, a * scores + b) - (1 - targets) * (a * scores + b))))
    near = loss(float(a), float(b)) <= loss(*theirs) * (1 + 1e-12) and loss(*theirs) < loss(float(a), float(b)) * (1 + 1e-5)
    return {"a": a, "b": b, "first": 1 / (1 + np.exp(a * scores[0] + b)), "near": near}


def temperature(logits, actual):
    y = actual.astype(int)
    z = logits.reshape(len(y), -1)
    if actual.max() >= z.shape[1]:
        return None
    z = z - z[np.arange(len(y)), y][:, None]

    def slope(factor):
        weights = np.exp(factor * (z - z.max(1, keepdims=True)))
        return ((weights * z).sum(1) / weights.sum(1)).sum()

    if slope(0) >= 0 or (z.max(1) <= 0).all():
        return None
    high = 1e-6
    while slope(high) < 0:
        high *= 2
    return {"temperature": 1 / optimize.brentq(slope, 0, high, xtol=1e-300, rtol=1e-14)}
