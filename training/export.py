#!/usr/bin/env python3
"""Quantises an encoder for the reader: a folder of PyTorch weights -> one file that is used where it lies.

usage: export.py ENCODER REPORTS.ndjson[.gz] OUT.safetensors [PART.safetensors ...]

ENCODER is the folder of a tagger as `train_tagger.py` writes it: a transformer with distances and heads of 64, its sides
divisible by 16, or one of convolutions. REPORTS, one {"text"} a line, is text of the kind it was trained on: 40 reports of it
show which inputs of a matrix are large and which go together; no label is looked at. What is written of a transformer:

* `layer.N.{qkv,context,expand,contract}.weight`: 8-bit whole numbers, rounded symmetrically with a scale for each
  output (`.scale`), packed [outputs/16][inputs/4][16][4], which is the order in which the kernels take them on every
  processor; of `qkv` each head's queries, keys and values come together; `.sum` holds each output's sum of them, `.bias`
  its bias. They are rounded input by input, each time letting the inputs that are left make up for the error (GPTQ,
  Frantar et al. 2023).
* `layer.N.{qkv,expand,contract}.input`: what inputs are multiplied by before they are rounded, and the weights divided
  by, so that a few large inputs do not take all the room of 8 bits (SmoothQuant, Xiao et al. 2023).
* `layer.N.distances`, what each head adds to its scores for each kind of distance.
* `embedding.words.{codes,scales,levels}`, pieces in three bits (`packing.py`); `embedding.positions` in 16 with a scale for each
  column, for as many as a window has; `embedding.features`, a row for each kind of place that a word can stand in. Pieces of
  scripts other than the Latin are left out, as are those that stand for nothing: words of them are unknown words.

Of convolutions:

* `convolution.N.{before,here,after}`, each packed in the same way, the scales of the three the same, for their sums are added
  before they are scaled; `embedding.words` in 8 bits with a scale for each row.

Of both:

* norms, the tagger's weights and its transitions in 32 bits; the vocabulary as text, a piece a line.

The tensors and the metadata of each PART, as other scripts here train them, are added as they are.

Activations are rounded at run time, row by row: a row's result depends on no other.
"""

import json
import sys
import unicodedata
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.numpy import load_file

import packing
import reference
import tagger

REPORTS = 40
LONGEST = 2500  # characters of each report

DENSE = "qkv", "context", "expand", "contract"


def inputs_of(model, pieces, reports):
    """For each matrix: the sum of the outer products of its inputs, and the largest size of each input."""
    torch.set_num_threads(1)  # Sums come out the same each time.
    texts = [json.loads(line)["text"][:LONGEST] for line in reference.open_lines(reports)]
    plans = [reference.plan(text, pieces, model.shape["window"]) for text in texts[:: max(1, len(texts) // REPORTS)]]
    products, sizes = {}, {}

    def watch(name):
        def hook(_, arguments):
            rows = arguments[0].reshape(-1, arguments[0].shape[-1]).double()
            products[name] = products.get(name, 0) + rows.T @ rows
            sizes[name] = torch.maximum(sizes.get(name, torch.zeros(rows.shape[1]).double()), rows.abs().amax(0))

        return hook

    for number, layer in enumerate(model.layers):
        for part in DENSE:
            layer.get_submodule(part).register_forward_pre_hook(watch(f"layer.{number}.{part}"))
    # One window at a time, for padding is no input.
    reference.emissions(model, plans, 1, len(tagger.LABELS))
    return {name: value.numpy() for name, value in products.items()}, {name: value.numpy() for name, value in sizes.items()}


def rounded(rows, products=None):
    """Rows of 8-bit whole numbers, and the scale of each."""
    scale = np.maximum(np.abs(rows).max(axis=1), 1e-12).astype(np.float32) / np.float32(127)
    if products is None:
        return np.rint(rows / scale[:, None]).astype(np.int8), scale
    left = rows.astype(np.float64)
    damped = products + np.eye(len(products)) * np.diag(products).mean() * 0.01
    order = np.argsort(-np.diag(damped))
    upper = np.linalg.cholesky(np.linalg.inv(damped[np.ix_(order, order)])).T
    left = left[:, order]
    whole = np.zeros(rows.shape, np.int8)
    for place, column in enumerate(order):
        whole[:, column] = np.clip(np.rint(left[:, place] / scale), -127, 127)
        error = (left[:, place] - whole[:, column] * scale.astype(np.float64)) / upper[place, place]
        left[:, place:] -= np.outer(error, upper[place, place:])
    return whole, scale


def smoothed(rows, sizes):
    """What to multiply inputs by: halfway between even inputs and even weights."""
    factor = np.sqrt(np.maximum(np.abs(rows).max(axis=0), 1e-4) / np.maximum(sizes, 1e-4))
    return (factor / np.exp(np.log(factor).mean())).astype(np.float32)


def packed(rows):
    """[outputs][inputs] in the order that the kernels take them."""
    outputs, inputs = rows.shape
    return np.ascontiguousarray(rows.reshape(outputs // 16, 16, inputs // 4, 4).transpose(0, 2, 1, 3))


def taps_of(name, rows, bias):
    """The tensors of a convolution's three taps, whose inputs stand side by side; their outputs have one scale."""
    tensors = {}
    whole, scale = rounded(rows)
    for tap, part in zip(("before", "here", "after"), np.split(whole, 3, axis=1)):
        tensors[f"{name}.{tap}.weight"] = packed(part)
        tensors[f"{name}.{tap}.scale"] = scale
        tensors[f"{name}.{tap}.sum"] = part.sum(axis=1, dtype=np.int32)
        tensors[f"{name}.{tap}.bias"] = bias if tap == "here" else np.zeros_like(bias)
    return tensors


def convert_convolutions(folder):
    """As `convert`, for a tagger of convolutions: its matrices are small enough to be rounded to the nearest."""
    weights = {name: value.astype(np.float32) for name, value in load_file(folder / "model.safetensors").items()}
    config = json.loads((folder / "config.json").read_text())
    crf = json.loads((folder / "transitions.json").read_text())
    tensors = {}
    tensors["embedding.words"], tensors["embedding.words.scale"] = rounded(weights["words.weight"])
    tensors["embedding.features"] = weights["features.weight"]
    for what in ("weight", "bias"):
        tensors[f"embedding.norm.{what}"] = weights[f"norm.{what}"]
        tensors[f"output.norm.{what}"] = weights[f"last.{what}"]
        tensors[f"tagger.{what}"] = weights[f"classifier.{what}"]
    for number in range(len(config["reaches"])):
        name, source = f"convolution.{number}", f"layers.{number}"
        tensors |= taps_of(name, weights[f"{source}.taps.weight"], weights[f"{source}.taps.bias"])
        for what in ("weight", "bias"):
            tensors[f"{name}.norm.{what}"] = weights[f"{source}.norm.{what}"]
    tensors["tagger.transitions"] = np.array(crf["transitions"], np.float32)
    tensors["vocabulary"] = np.frombuffer("\n".join(vocabulary_of(folder, config)).encode(), np.uint8)
    metadata = {
        "format": "onrecord-encoder/2",
        "kind": "convolution",
        "labels": " ".join(crf["labels"]),
        "reaches": " ".join(map(str, config["reaches"])),
        "window": str(config["window"]),
    }
    return tensors, metadata


def vocabulary_of(folder, config):
    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    vocabulary = vocabulary[reference.Pieces(folder).before :][: config["vocab_size"]]
    assert len(vocabulary) == config["vocab_size"] and vocabulary[reference.CLS] == "[CLS]"
    return vocabulary


def written(piece):
    """Whether a piece can stand in English news: it is no spare one, and none of another script."""
    letters = (letter for letter in piece if unicodedata.category(letter)[0] in "LM")
    return not piece.startswith("[unused") and all(unicodedata.name(letter, "").startswith(("LATIN", "COMBINING")) for letter in letters)


def coded(rows, step):
    """`embedding.words` in three bits: eight codes in three bytes, the first in the lowest bits."""
    codes, scales = packing.codes(rows, step)
    eights = codes.reshape(len(rows), -1, 8).astype(np.uint32)
    bits = (eights << (3 * np.arange(8, dtype=np.uint32))).sum(2, dtype=np.uint32)
    three = np.stack([bits >> shift & 255 for shift in (0, 8, 16)], axis=2)
    return {
        "embedding.words.codes": three.astype(np.uint8).reshape(len(rows), -1),
        "embedding.words.scales": scales,
        "embedding.words.levels": packing.LEVELS * np.float32(step),
    }


def convert(folder, reports):
    """The tensors to write and the metadata."""
    model, labels, transitions = reference.load(folder)
    if "packed" not in model.shape:
        sys.exit(f"{folder}: its piece embeddings are not rounded; train it on with --packed (train_tagger.py)")
    products, sizes = inputs_of(model, reference.Pieces(folder), reports)
    weights = {name: value.detach().numpy() for name, value in model.state_dict().items()}
    vocabulary = vocabulary_of(folder, model.shape)
    kept = [number for number, piece in enumerate(vocabulary) if written(piece)]
    tensors = coded(weights["words.weight"][kept], model.shape["packed"])

    def linear(name, rows, bias):
        inputs = products[name]
        if not name.endswith("context"):
            factor = smoothed(rows, sizes[name])
            tensors[f"{name}.input"] = factor
            rows, inputs = rows / factor, inputs * np.outer(factor, factor)
        whole, scale = rounded(rows, inputs)
        tensors[f"{name}.weight"] = packed(whole)
        tensors[f"{name}.scale"] = scale
        tensors[f"{name}.sum"] = whole.sum(axis=1, dtype=np.int32)
        tensors[f"{name}.bias"] = np.ascontiguousarray(bias)

    def by_head(rows, heads):
        """So ordered that each head's queries, keys and values come together."""
        parts = rows.reshape(3, heads, -1, *rows.shape[1:])
        return parts.swapaxes(0, 1).reshape(rows.shape)

    def norm(name, source):
        for what in ("weight", "bias"):
            tensors[f"{name}.{what}"] = weights[f"{source}.{what}"]

    positions = weights["positions.weight"][: model.shape["window"] + 2]
    scale = tensors["embedding.positions.scale"] = np.maximum(np.abs(positions).max(axis=0), 1e-12) / np.float32(32767)
    tensors["embedding.positions"] = np.rint(positions / scale).astype(np.int16)
    tensors["embedding.features"] = weights["features.weight"]
    norm("embedding.norm", "norm")
    for number, layer in enumerate(model.layers):
        name, source = f"layer.{number}", f"layers.{number}"
        assert layer.part == 64
        for part in DENSE:
            rows, bias = weights[f"{source}.{part}.weight"], weights[f"{source}.{part}.bias"]
            if part == "qkv":
                rows, bias = by_head(rows, layer.heads), by_head(bias, layer.heads)
            linear(f"{name}.{part}", rows, bias)
        tensors[f"{name}.distances"] = np.ascontiguousarray(weights[f"{source}.apart.weight"].T)
        norm(f"{name}.attended", f"{source}.attended")
        norm(f"{name}.output", f"{source}.output")
    tensors["tagger.weight"] = weights["classifier.weight"]
    tensors["tagger.bias"] = weights["classifier.bias"]
    tensors["tagger.transitions"] = transitions.astype(np.float32)
    tensors["vocabulary"] = np.frombuffer("\n".join(vocabulary[number] for number in kept).encode(), np.uint8)
    metadata = {
        "format": "onrecord-encoder/2",
        "kind": "transformer",
        "labels": " ".join(labels),
        "heads": " ".join(str(layer.heads) for layer in model.layers),
        "epsilon": str(model.shape["layer_norm_eps"]),
        "told": str(model.shape.get("told", 0)),
    }
    return tensors, metadata


def write(path, tensors, metadata):
    """A safetensors file in which all that comes in whole cache lines (64 bytes) begins on one."""
    order = sorted(tensors, key=lambda name: (tensors[name].nbytes % 64 != 0, tensors[name].nbytes % 4 != 0, name))
    names = {"float32": "F32", "int32": "I32", "int16": "I16", "int8": "I8", "uint8": "U8"}
    header, at = {"__metadata__": metadata}, 0
    for name in order:
        tensor = tensors[name]
        header[name] = {"dtype": names[str(tensor.dtype)], "shape": tensor.shape, "data_offsets": [at, at + tensor.nbytes]}
        at += tensor.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 8) % 64)
    with open(path, "wb") as out:
        out.write(len(text).to_bytes(8, "little") + text)
        for name in order:
            out.write(tensors[name].astype(tensors[name].dtype.newbyteorder("<")).tobytes())
    print(f"{path}: {at + len(text) + 8} bytes, {len(order)} tensors")


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    convolutions = "reaches" in json.loads((folder / "config.json").read_text())
    tensors, metadata = convert_convolutions(folder) if convolutions else convert(folder, sys.argv[2])
    for part in sys.argv[4:]:
        tensors.update(load_file(part))
        with safe_open(part, "numpy") as file:
            metadata |= file.metadata() or {}
    write(Path(sys.argv[3]), tensors, metadata)


if __name__ == "__main__":
    main()
