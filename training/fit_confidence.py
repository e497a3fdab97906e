#!/usr/bin/env python3
"""Fits how confident the reader is of an attribution to how often it is right.

usage: fit_confidence.py POLNEAR_TRAIN.ndjson WEIGHTS.safetensors OUT.safetensors [--program PROGRAM]

Reads the first 60 of those documents of PolNeAR's training part that training leaves aside (every 14th from the fourth,
if one annotator marked it) with the reader and the WEIGHTS (`onrecord-dev confidence`), and fits a logistic regression to
the evidence for each attribution: right is one whose content and source share at least half of their joint tokens with
those of one in the gold. What is written: `confidence.weight`, `confidence.bias`, and in the metadata the names of the
features in order. `add_part.py WEIGHTS OUT` puts it into the weights. PROGRAM is an `onrecord-dev` that is built already.

The regression has a penalty on the squares of its weights, for features in units of their spread; how strong it is is
chosen by the likelihood of documents that were left out in turn (ten parts).
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

import program
from train_tagger import aside

PENALTIES = (0.1, 1.0, 3.0, 10.0, 30.0, 100.0)
PARTS = 10


def kept_aside(path):
    """The documents that training leaves aside."""
    with open(path, encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    return [documents[index] for index in sorted(aside(documents))]


def evidence(documents, weights, built):
    """Names, rows of numbers, whether each is right, and which part of the documents it is in."""
    rows, right, parts = [], [], []
    for part in range(PARTS):
        with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
            file.writelines(json.dumps(document) + "\n" for document in documents[part::PARTS])
            file.flush()
            out = subprocess.run([*program.command(built), "confidence", file.name, "--weights", str(Path(weights).resolve())], cwd=program.ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
        names, *lines = map(json.loads, out.splitlines())
        rows += [line["evidence"] for line in lines]
        right += [line["right"] for line in lines]
        parts += [part] * len(lines)
    return names["evidence"], np.array(rows), np.array(right, float), np.array(parts)


def probabilities(rows, weights):
    return 1 / (1 + np.exp(-(rows @ weights[:-1] + weights[-1])))


def fit(rows, right, penalty):
    """Weights and, last, the bias: Newton's method."""
    weights = np.zeros(rows.shape[1] + 1)
    full = np.hstack([rows, np.ones((len(rows), 1))])
    ridge = np.diag([penalty] * rows.shape[1] + [0.0])
    for _ in range(50):
        chance = probabilities(rows, weights)
        slope = full.T @ (right - chance) - ridge @ weights
        curve = (full * (chance * (1 - chance))[:, None]).T @ full + ridge
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-10:
            break
    return weights


def loss(chance, right):
    chance = np.clip(chance, 1e-9, 1 - 1e-9)
    return -np.mean(right * np.log(chance) + (1 - right) * np.log(1 - chance))


def calibration_error(chance, right):
    bins = np.minimum((chance * 10).astype(int), 9)
    return sum(abs((chance - right)[bins == nth].sum()) for nth in range(10)) / len(right)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("polnear")
    parser.add_argument("weights")
    parser.add_argument("out")
    parser.add_argument("--program")
    arguments = parser.parse_args()
    documents = kept_aside(arguments.polnear)
    names, rows, right, parts = evidence(documents, arguments.weights, arguments.program)
    mean, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    even = (rows - mean) / spread

    def left_out(penalty):
        chance = np.zeros(len(right))
        for part in range(PARTS):
            here = parts == part
            chance[here] = probabilities(even[here], fit(even[~here], right[~here], penalty))
        return chance

    penalty = min(PENALTIES, key=lambda penalty: loss(left_out(penalty), right))
    chance = left_out(penalty)
    print(f"{len(documents)} documents, {len(right)} attributions, {right.mean():.3f} of them right; penalty {penalty}")
    print(f"left out: loss {loss(chance, right):.4f} ({loss(np.full(len(right), right.mean()), right):.4f} without "
          f"evidence), calibration error {calibration_error(chance, right):.4f}")
    weights = fit(even, right, penalty)
    plain = weights[:-1] / spread
    for name, each, even_weight in zip(names, plain, weights):
        print(f"  {name:12} {each:8.3f}   in units of its spread {even_weight:6.3f}")
    tensors = {
        "confidence.weight": plain.astype(np.float32),
        "confidence.bias": np.array([weights[-1] - plain @ mean], np.float32),
    }
    save_file(tensors, arguments.out, {"confidence.features": " ".join(names)})


if __name__ == "__main__":
    main()
