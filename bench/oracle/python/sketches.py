"""What the sketches estimate, over all values; MurmurHash3_x86_128 after Austin Appleby's reference code."""
from collections import Counter

import numpy as np
from scipy import stats

QUANTILES = [0, 0.01, 0.1, 0.25, 0.5, 0.9, 0.99, 1]


def quantiles(values):
    found = np.quantile(values, QUANTILES, method="lower")
    return {f"q{q}": value for q, value in zip(QUANTILES, found)}


def ranks(values, points):
    return {f"r{i}": 1 + np.mean(values <= point) for i, point in enumerate(points)}


def ks_distance(x, y):
    return {"distance": stats.ks_2samp(x, y, method="asymp").statistic}


def distinct(values):
    return {"distinct": len(np.unique(values))}


def most_frequent(keys):
    best = sorted(Counter(keys).items(), key=lambda item: (-item[1], item[0]))[:3]
    return {name: value for i, (key, count) in enumerate(best) for name, value in ((f"key{i}", key), (f"count{i}", count))}


C = [0x239B961B, 0xAB0E9789, 0x38B34AE5, 0xA1E38B93]
ADD = [0x561CCD1B, 0x0BCAA747, 0x96CD1C35, 0x32AC3B17]
MASK = 0xFFFFFFFF


def rotated(word, turn):
    return ((word << turn) | (word >> (32 - turn))) & MASK


def mixed(word, i):
    return rotated(word * C[i] & MASK, 15 + i) * C[(i + 1) % 4] & MASK


def finalized(h):
    h ^= h >> 16
    h = h * 0x85EBCA6B & MASK
    h ^= h >> 13
    h = h * 0xC2B2AE35 & MASK
    return h ^ (h >> 16)


def combined(h):
    first = sum(h) & MASK
    return [first] + [(each + first) & MASK for each in h[1:]]


def murmur(bytes, seed):
    data = np.array(bytes, dtype=np.uint8).tobytes()
    h = [seed] * 4
    full = len(data) // 16 * 16
    words = lambda block: [int.from_bytes(block[4 * i : 4 * i + 4], "little") for i in range(4)]
    for at in range(0, full, 16):
        for i, word in enumerate(words(data[at : at + 16])):
            h[i] = (rotated(h[i] ^ mixed(word, i), [19, 17, 15, 13][i]) + h[(i + 1) % 4]) & MASK
            h[i] = (h[i] * 5 + ADD[i]) & MASK
    for i, word in enumerate(words(data[full:])):
        h[i] ^= mixed(word, i)
    h = combined([finalized(each) for each in combined([each ^ len(data) for each in h])])
    return {"first": h[0], "second": h[1]}
