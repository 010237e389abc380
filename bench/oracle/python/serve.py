"""Answers comparisons: reads one JSON list of {peer, inputs} from standard input, writes one JSON list of answers.

Each family is a module beside this file whose public functions take the inputs as keyword arguments (lists come as numpy
arrays of doubles) and return a dict of numbers, or None where there is no value. NaN and infinities travel as texts.
"""
import importlib
import json
import math
import sys
import traceback
import warnings

import numpy as np

SPECIAL = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def decoded(value):
    if isinstance(value, dict):
        if set(value) == {"special"}:
            return SPECIAL[value["special"]]
        return {key: decoded(each) for key, each in value.items()}
    if isinstance(value, list):
        items = [decoded(each) for each in value]
        if all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in items):
            return np.array(items, dtype=float)
        return items
    return value


def encoded(number):
    number = float(number)
    if math.isnan(number):
        return {"special": "nan"}
    if math.isinf(number):
        return {"special": "inf" if number > 0 else "-inf"}
    return number


def main():
    family = importlib.import_module(sys.argv[1])
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    answers = []
    for request in json.load(sys.stdin):
        inputs = {key: decoded(value) for key, value in request["inputs"].items()}
        try:
            answer = getattr(family, request["peer"])(**inputs)
            answers.append(None if answer is None else {key: encoded(value) for key, value in answer.items()})
        except Exception:
            answers.append({"raised": traceback.format_exc()})
    json.dump(answers, sys.stdout)


main()
