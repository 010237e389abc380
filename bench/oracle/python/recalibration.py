"""Cox's calibration line by scipy's optimizers: a trust region on the likelihood, then a root of its gradient."""
import numpy as np
from scipy import optimize, special, stats
from sklearn.linear_model import LogisticRegression


def loss(theta, x, y, offset):
    line = x @ theta + offset
    return (np.logaddexp(0, line) - y * line).sum()


def gradient(theta, x, y, offset):
    line = x @ theta + offset
    # Without cancellation where a prediction is nearly certain.
    return x.T @ np.where(y == 1, -special.expit(-line), special.expit(line))


def hessian(theta, x, y, offset):
    line = x @ theta + offset
    return (x * (special.expit(line) * special.expit(-line))[:, None]).T @ x


def most_likely(x, y, offset):
    rest = (x, y, offset)
    start = np.zeros(x.shape[1])
    found = optimize.minimize(loss, start, args=rest, jac=gradient, hess=hessian, method="trust-exact", options={"gtol": 1e-10, "maxiter": 5000})
    root = optimize.root(gradient, found.x, args=rest, jac=hessian, method="hybr", options={"xtol": 1e-15})
    better = np.abs(gradient(root.x, *rest)).max() <= np.abs(gradient(found.x, *rest)).max()
    return root.x if better else found.x


def slope_and_intercept(p, y):
    if y.min() == y.max():
        return None
    clipped = np.clip(p, 1e-12, 1 - 1e-12)
    logit = np.log(clipped) - np.log1p(-clipped)
    zeros, ones = logit[y == 0], logit[y == 1]
    # Albert and Anderson, 1984: finite only where neither order separates the classes, not even touching.
    if zeros.max() <= ones.min() or ones.max() <= zeros.min():
        return None
    # The fit on logits of spread 1 around 0, which is only another scale.
    middle, scale = logit.mean(), logit.std()
    x = np.column_stack([np.ones(len(y)), (logit - middle) / scale])
    theta = most_likely(x, y, 0.0)
    covariance = np.linalg.inv(hessian(theta, x, y, 0.0))
    back = np.array([[1, -middle / scale], [0, 1 / scale]])
    intercept, slope = back @ theta
    se_intercept, se_slope = np.sqrt(np.diag(back @ covariance @ back.T))
    z = stats.norm.ppf(0.975)
    large = most_likely(np.ones((len(y), 1)), y, logit)[0]
    theirs = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10, max_iter=1000).fit(x[:, 1:], y)
    skl = loss(np.array([theirs.intercept_[0], theirs.coef_[0, 0]]), x, y, 0.0)
    own = loss(theta, x, y, 0.0)
    return {
        "slope": slope,
        "slopeLower": slope - z * se_slope,
        "slopeUpper": slope + z * se_slope,
        "intercept": intercept,
        "interceptLower": intercept - z * se_intercept,
        "interceptUpper": intercept + z * se_intercept,
        "inTheLarge": large,
        "likelyAsScikit": 1 if own <= skl * (1 + 1e-12) and skl <= own * (1 + 1e-6) else 0,
    }
