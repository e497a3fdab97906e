"""Train the decision on pairs of propositions: crates/onrecord-matter/src/weights.rs.

    pairs.py PAIRS WEIGHTS

PAIRS is what `onrecord-dev pairs CORPORA RECORDS` prints: the topic, whether both tell of one event, and the features.
Topics of ECB+ from 28 on are kept aside. Each topic counts alike. A logistic regression by Newton's method, drawn towards
the weights that stand in WEIGHTS (written by hand at first: matters are narrower than events) by so much as 300 pairs would;
prints how well it tells the pairs kept aside, and the weights.
"""
import re
import sys

import numpy as np

ASIDE = 28
PULL = 300.0


def load(path):
    topics, labels, rows = [], [], []
    for line in open(path, encoding="utf-8"):
        topic, label, *features = line.rstrip("\n").split("\t")
        topics.append(topic)
        labels.append(int(label))
        rows.append([float(f) for f in features])
    return np.array(topics), np.array(labels, float), np.array(rows)


def area(scores, labels):
    """The area under the ROC curve."""
    order = scores.argsort()
    rank = np.empty(len(scores))
    rank[order] = np.arange(1, len(scores) + 1)
    yes = labels.sum()
    return (rank[labels == 1].sum() - yes * (yes + 1) / 2) / (yes * (len(labels) - yes))


def best_f1(scores, labels):
    order = (-scores).argsort()
    hits = labels[order].cumsum()
    f1 = 2 * hits / (np.arange(1, len(labels) + 1) + labels.sum())
    return f1.max(), scores[order][f1.argmax()]


def train(rows, labels, weight, start):
    w = start.copy()
    for _ in range(30):
        p = 1 / (1 + np.exp(-rows @ w))
        gradient = rows.T @ (weight * (p - labels)) + PULL * (w - start)
        hessian = (rows * (weight * p * (1 - p))[:, None]).T @ rows + PULL * np.eye(len(w))
        step = np.linalg.solve(hessian, gradient)
        w -= step
        if np.abs(step).max() < 1e-6:
            break
    return w


def main():
    topics, labels, rows = load(sys.argv[1])
    source = open(sys.argv[2], encoding="utf-8").read()
    table = re.findall(r"^\s*(-?[\d.]+),\s*// (.*)$", source, re.M)
    start, names = np.array([float(value) for value, _ in table]), [name for _, name in table]
    aside = np.array([topic.isdigit() and int(topic) >= ASIDE for topic in topics])
    sizes = {topic: (topics == topic).sum() for topic in set(topics)}
    weight = np.array([1 / sizes[topic] ** 0.5 for topic in topics])
    weight *= (~aside).sum() / weight[~aside].sum()
    trained = train(rows[~aside], labels[~aside], weight[~aside], start)
    for name, w in (("as they were", start), ("trained", trained)):
        scores = rows[aside] @ w
        f1, at = best_f1(scores, labels[aside])
        print(f"{name}: area {area(scores, labels[aside]):.3f}, best F1 {f1:.3f} at {at:.2f}")
    for name, before, after in zip(names, start, trained):
        print(f"    {after:.2f}, // {name}    ({before:.2f})")


if __name__ == "__main__":
    main()
