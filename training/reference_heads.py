#!/usr/bin/env python3
"""Reads sentences with the heads in 32 bits: what the Rust engine's answers are held against.

usage: reference_heads.py ENCODER WEIGHTS.safetensors < SENTENCES

ENCODER is the folder of the tagger, WEIGHTS the file with the trained heads in it (or their part alone). SENTENCES has one
a line. Prints a line a word and an empty one after each sentence: word, tag, head (counted from 1 in its sentence, 0 the root),
relation, label of name, and the first four numbers of the row that all of these are read off. The matrices are those of
the file, their activations are not rounded.
"""

import sys

import numpy as np
import torch
from safetensors import safe_open

from train_heads import WORD, best_names, best_tree, encode, shapes


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sentences = [WORD.findall(line) for line in sys.stdin if line.strip()]
    with safe_open(sys.argv[2], "numpy") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys() if name.startswith("syntax.")}
        listed = {key: value.split(" ") for key, value in file.metadata().items() if key.startswith("syntax.")}

    def linear(name, rows):
        weight = tensors[f"syntax.{name}.weight"].astype(np.float32).transpose(0, 2, 1, 3)
        weight = weight.reshape(weight.shape[0] * 16, -1) * tensors[f"syntax.{name}.scale"][:, None]
        return rows @ weight.T + tensors[f"syntax.{name}.bias"]

    def swish(x):
        return x * np.clip(x + 3, 0, 6) / 6

    document = {"sentences": [{"words": words, "first": True} for words in sentences]}
    rows = encode(sys.argv[1], [document], [int(layer) for layer in listed["syntax.layers"]], precise=True)
    layers = rows.astype(np.float32).transpose(1, 0, 2)
    at = 0
    for words in sentences:
        rows = slice(at, at + len(words))
        at += len(words)
        hidden = swish(sum(linear(f"input.{n}", of[rows]) for n, of in enumerate(layers)) + tensors["syntax.shapes"][shapes(words)])
        for nth, reach in enumerate(map(int, listed["syntax.reaches"])):
            name = f"convolution.{nth}"
            normed = (hidden - hidden.mean(1, keepdims=True)) / hidden.std(1, keepdims=True)
            normed = normed * tensors[f"syntax.{name}.norm.weight"] + tensors[f"syntax.{name}.norm.bias"]
            padded = np.pad(normed, ((reach, reach), (0, 0)))
            taps = [padded[: len(words)], normed, padded[2 * reach :]]
            hidden = hidden + swish(sum(linear(f"{name}.{tap}", x) for tap, x in zip(("before", "here", "after"), taps)))
        tags = linear("tags", hidden)[:, : len(listed["syntax.tags"])].argmax(1)
        names = best_names(linear("names", hidden)[:, : len(listed["syntax.names"])])
        candidates = np.vstack([tensors["syntax.arc.root"], np.maximum(0, linear("arc.head", hidden))])
        products = linear("arc.product", np.maximum(0, linear("arc.dependent", hidden)))
        arcs = products @ candidates.T + candidates @ tensors["syntax.arc.prior"]
        arcs[np.arange(len(words)), np.arange(len(words)) + 1] = -1e9
        heads = best_tree(arcs)
        governing = np.vstack([tensors["syntax.relation.root"], linear("relation.head", hidden)])[heads]
        relations = linear("relation.label", np.maximum(0, linear("relation.dependent", hidden) + governing))
        relations = relations[:, : len(listed["syntax.relations"])].argmax(1)
        for nth, word in enumerate(words):
            labels = listed["syntax.tags"][tags[nth]], heads[nth], listed["syntax.relations"][relations[nth]]
            print(word, *labels, listed["syntax.names"][names[nth]], *(f"{x:.3f}" for x in hidden[nth, :4]), sep="\t")
        print()


if __name__ == "__main__":
    main()
