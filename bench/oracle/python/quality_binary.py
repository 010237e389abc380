"""Binary classification. -7 stands for a value that is not computable inside an answer with others."""
from fractions import Fraction

import numpy as np
from mpmath import mp, mpf
from scipy import stats
from sklearn import metrics

mp.dps = 50


def one_class(labels):
    return labels.min() == labels.max()


def components(scores, labels):
    """DeLong's structural components: V10 over the positives, V01 over the negatives."""
    x, y = scores[labels == 1], scores[labels == 0]
    sorted_x, sorted_y = np.sort(x), np.sort(y)
    below = np.searchsorted(sorted_y, x, "left") + np.searchsorted(sorted_y, x, "right")
    reached = np.searchsorted(sorted_x, y, "left") + np.searchsorted(sorted_x, y, "right")
    return below, 2 * len(x) - reached, len(x), len(y)


def exact_variance(counts, scale):
    """The variance of counts / scale, divisor n - 1, without rounding in between."""
    n = len(counts)
    total = int(counts.sum())
    squares = sum(int(each) ** 2 for each in counts)
    return (Fraction(squares) - Fraction(total * total, n)) / (n - 1) / scale**2


def delong(scores, labels, confidence=0.95):
    if one_class(labels) or min((labels == 1).sum(), (labels == 0).sum()) < 2:
        return None
    v10, v01, m, n = components(scores, labels)
    value = Fraction(int(v10.sum()), 2 * m * n)
    variance = exact_variance(v10, 2 * n) / m + exact_variance(v01, 2 * m) / n
    error = float(mp.sqrt(mpf(variance.numerator) / variance.denominator))
    z = stats.norm.isf((1 - confidence) / 2)
    half = z * error if 0 < value < 1 else z * z / (min(m, n) + z * z)
    value = float(value)
    return {"value": value, "standardError": error, "lower": max(0, value - half), "upper": min(1, value + half)}


def delong_paired(first, second, labels):
    if one_class(labels) or min((labels == 1).sum(), (labels == 0).sum()) < 2:
        return None
    a10, a01, m, n = components(first, labels)
    b10, b01, _, _ = components(second, labels)
    difference = Fraction(int((a10 - b10).sum()), 2 * m * n)
    variance = exact_variance(a10 - b10, 2 * n) / m + exact_variance(a01 - b01, 2 * m) / n
    if variance == 0 and difference != 0:
        return None
    error = float(mp.sqrt(mpf(variance.numerator) / variance.denominator))
    z = abs(float(difference)) / error if error else 0
    return {"difference": float(difference), "standardError": error, "pValue": 2 * stats.norm.sf(z)}


def curve(name, x, y, thresholds):
    place = lambda values: float((values * np.arange(1, len(values) + 1)).sum()) + 1
    finite = thresholds[np.isfinite(thresholds)]
    return {name + "Points": len(x), name + "X": place(x), name + "Y": place(y), name + "Thresholds": place(finite)}


def ranks(scores, labels):
    answer = {"auc": -7, "average": -7}
    if not one_class(labels):
        answer["auc"] = metrics.roc_auc_score(labels, scores)
        answer |= curve("roc", *metrics.roc_curve(labels, scores, drop_intermediate=False))
    if labels.max() == 1:
        answer["average"] = metrics.average_precision_score(labels, scores)
        precision, recall, thresholds = metrics.precision_recall_curve(labels, scores)
        answer |= curve("pr", recall[:-1][::-1], precision[:-1][::-1], thresholds[::-1])
    return answer


def confusion_metrics(scores, labels, weights, threshold, beta):
    if weights is not None and weights.sum() == 0:
        return None
    y, called, w = labels.astype(int), (scores >= threshold).astype(int), {"sample_weight": weights}
    tn, fp, fn, tp = metrics.confusion_matrix(y, called, labels=[0, 1], **w).ravel()
    nan = {"zero_division": np.nan}
    missing = lambda value: -7 if np.isnan(value) or np.isinf(value) else value
    ratio = lambda a, b: a / b if b else np.nan
    p, n, pp, pn = tp + fn, fp + tn, tp + fp, tn + fn
    recall, specificity = ratio(tp, p), ratio(tn, n)
    answer = {
        "accuracy": metrics.accuracy_score(y, called, **w),
        "precision": metrics.precision_score(y, called, **nan, **w),
        "recall": metrics.recall_score(y, called, **nan, **w),
        "specificity": metrics.recall_score(y, called, pos_label=0, **nan, **w),
        "falsePositiveRate": ratio(fp, n),
        "falseNegativeRate": ratio(fn, p),
        "negativePredictiveValue": metrics.precision_score(y, called, pos_label=0, **nan, **w),
        "f1": metrics.f1_score(y, called, **nan, **w) if 2 * tp + fp + fn else np.nan,
        "balancedAccuracy": metrics.balanced_accuracy_score(y, called, **w) if p and n else np.nan,
        "mcc": metrics.matthews_corrcoef(y, called, **w) if min(p, n, pp, pn) else np.nan,
        "kappa": metrics.cohen_kappa_score(y, called, labels=[0, 1], **w),
        "youdenJ": recall + specificity - 1,
        "markedness": ratio(tp, pp) + ratio(tn, pn) - 1,
        "positiveLikelihoodRatio": ratio(recall, ratio(fp, n)),
        "negativeLikelihoodRatio": ratio(ratio(fn, p), specificity),
        "prevalence": ratio(p, p + n),
        "fBeta": metrics.fbeta_score(y, called, beta=beta, **nan, **w) if 2 * tp + fp + fn else np.nan,
    }
    return {key: missing(value) for key, value in answer.items()}


def exact_counts(tp, fp, tn, fn):
    tp, fp, tn, fn = map(int, (tp, fp, tn, fn))
    p, n, pp, pn = tp + fn, fp + tn, tp + fp, tn + fn
    excess = tp * tn - fp * fn
    ratio = lambda a, b: mpf(a) / b if b else -7
    return {
        "mcc": excess / mp.sqrt(mpf(p) * n * pp * pn) if p * n * pp * pn else -7,
        "kappa": ratio(2 * excess, pp * n + p * pn),
        "youdenJ": ratio(excess, p * n),
        "markedness": ratio(excess, pp * pn),
        "balancedAccuracy": ratio(tp * n + tn * p, 2 * p * n),
    }


def wilson(tp, fp, confidence):
    if tp + fp == 0:
        return None
    low, high = stats.binomtest(int(tp), int(tp + fp)).proportion_ci(confidence, "wilson")
    return {"lower": low, "upper": high}


def best_threshold(scores, labels, word, fp, fn, beta, least):
    if word in ("fBeta", "recall", "precision") and labels.max() == 0 or word == "youden" and one_class(labels):
        return None
    best = []
    for threshold in np.append(np.unique(scores), np.inf):
        called = scores >= threshold
        false_calls = (called & (labels == 0)).sum()
        misses = (~called & (labels == 1)).sum()
        hits = (called & (labels == 1)).sum()
        if word == "cost":
            best.append(-(fp * false_calls + fn * misses) / len(scores))
        elif word == "fBeta":
            best.append((1 + beta**2) * hits / ((1 + beta**2) * hits + beta**2 * misses + false_calls))
        elif word == "recall":
            if hits + false_calls == 0 or hits / (hits + false_calls) >= least:
                best.append(hits / (hits + misses))
        elif word == "precision":
            if hits / (hits + misses) >= least:
                best.append(hits / (hits + false_calls))
        else:
            best.append(hits / (labels == 1).sum() - false_calls / (labels == 0).sum())
    return {"value": -max(best) if word == "cost" else max(best)}
