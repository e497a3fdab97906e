"""Piece embeddings in three bits: what they are rounded to, in training and in the file that the program reads."""

import numpy as np

GROUP = 32  # numbers that share a scale
# What eight levels a normal distribution is rounded to with the least error (Max 1960), its deviation taken for one.
LEVELS = np.array([-2.15195, -1.34391, -0.75601, -0.24509, 0.24509, 0.75601, 1.34391, 2.15195], np.float32)
BETWEEN = (LEVELS[1:] + LEVELS[:-1]) / 2


def codes(rows, step):
    """Three-bit codes (as `rows`) and the scale of each group in multiples of `step` (rows x groups, 1 to 255). Scales are those
    of least error; numbers that are rounded already keep their codes."""
    groups = rows.astype(np.float32).reshape(-1, GROUP)
    deviation = np.sqrt((groups**2).mean(1))
    best = np.full(len(groups), np.inf, np.float32)
    scales, found = np.ones(len(groups), np.uint8), np.zeros(groups.shape, np.uint8)
    tried = np.zeros(len(groups), np.uint8)
    for share in np.geomspace(0.6, 1.5, 64):
        scale = np.clip(np.rint(deviation * share / step), 1, 255).astype(np.uint8)
        (new,) = np.nonzero(scale != tried)
        tried = scale
        for at in range(0, len(new), 1 << 16):
            part = new[at : at + (1 << 16)]
            of = scale[part, None] * np.float32(step)
            code = np.searchsorted(BETWEEN, groups[part] / of).astype(np.uint8)
            error = ((LEVELS[code] * of - groups[part]) ** 2).sum(1)
            (better,) = np.nonzero(error < best[part])
            best[part[better]], scales[part[better]], found[part[better]] = error[better], scale[part[better]], code[better]
    return found.reshape(rows.shape), scales.reshape(len(rows), -1)


def numbers(found, scales, step):
    """What codes and scales stand for."""
    return LEVELS[found] * np.repeat(scales * np.float32(step), GROUP, axis=1)


def step_for(rows):
    """A step with which every scale fits: a power of two, so that rounding again finds the same."""
    most = np.sqrt((rows.reshape(-1, GROUP) ** 2).mean(1)).max() * 1.5 / 255
    return float(2.0 ** np.ceil(np.log2(most)))
