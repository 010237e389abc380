"""Many classes. -7 stands for a value that is not computable inside an answer with others."""
import numpy as np
from sklearn import metrics


def finite(value):
    value = float(value)
    return value if np.isfinite(value) else -7


def multiclass_metrics(predicted, actual, weights, extra):
    if weights is not None and weights.sum() == 0:
        return None
    p, y, w = predicted.astype(int), actual.astype(int), {"sample_weight": weights}
    labels = list(range(7)) if extra else sorted(set(p) | set(y))
    # scikit-learn takes classes whose rows weigh nothing for present: they are not.
    matrix = metrics.confusion_matrix(y, p, labels=labels, **w)
    t, c = matrix.sum(1), matrix.sum(0)
    answer = {"accuracy": metrics.accuracy_score(y, p, **w)}
    present = t > 0
    answer["balancedAccuracy"] = (np.diag(matrix)[present] / t[present]).mean()
    single = (t > 0).sum() < 2 or (c > 0).sum() < 2
    answer["mcc"] = -7 if single else metrics.matthews_corrcoef(y, p, **w)
    for key, weighting in (("kappa", None), ("linear", "linear"), ("quadratic", "quadratic")):
        answer[key] = finite(metrics.cohen_kappa_score(y, p, labels=labels, weights=weighting, **w))
    for average in ("macro", "weighted"):
        found = metrics.precision_recall_fscore_support(y, p, labels=labels, average=average, zero_division=0, **w)
        answer |= {average + "Precision": found[0], average + "Recall": found[1], average + "F1": found[2]}
    for key, score in (("skippedPrecision", metrics.precision_score), ("skippedRecall", metrics.recall_score)):
        answer[key] = score(y, p, labels=labels, average="macro", zero_division=np.nan, **w)
    answer["microF1"] = metrics.f1_score(y, p, labels=labels, average="micro", **w)
    answer["first"] = metrics.f1_score(y, p, labels=labels, average=None, zero_division=0, **w)[0]
    return answer


def multiclass_scores(scores, actual, classes, k, weights):
    classes, y = int(classes), actual.astype(int)
    labels, s = list(range(classes)), scores.reshape(-1, classes)
    answer = {}
    for key, scheme, average in (
        ("restMacro", "ovr", "macro"),
        ("restWeighted", "ovr", "weighted"),
        ("oneMacro", "ovo", "macro"),
        ("oneWeighted", "ovo", "weighted"),
    ):
        whole = set(y) == set(labels)
        answer[key] = (
            metrics.roc_auc_score(y, s, multi_class=scheme, average=average, labels=labels) if whole else -7
        )
    if weights is not None and weights.sum() == 0:
        return answer | {"logLoss": -7, "brier": -7, "topK": -7}
    w = {"sample_weight": weights}
    answer["logLoss"] = metrics.log_loss(y, s, labels=labels, **w)
    answer["brier"] = metrics.brier_score_loss(y, s, labels=labels, scale_by_half=False, **w)
    order = np.argsort(s, axis=1, kind="mergesort")[:, ::-1][:, : int(k)]
    answer["topK"] = np.average((order == y[:, None]).any(axis=1), weights=weights)
    return answer
