"""Decisions, ranks and classes: scikit-learn where it has the metric, else direct numpy or exact fractions."""
from quality_binary import *  # noqa: F401,F403
from quality_classes import *  # noqa: F401,F403
