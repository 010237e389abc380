"""Prediction quality: scikit-learn where it has the metric, else direct numpy, mpmath or exact fractions."""
from quality_binary import *  # noqa: F401,F403
