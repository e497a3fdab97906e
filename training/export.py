#!/usr/bin/env python3
"""Quantises an encoder for the reader: a folder of PyTorch weights -> one file that is used where it lies.

usage: export.py ENCODER OUT.safetensors [PART.safetensors ...]

ENCODER is the folder of a fine-tuned BertForTokenClassification (heads of 32, sides divisible by 16) with
`transitions.json` and `vocab.txt`. What is written:

* `layer.N.{qkv,context,expand,contract}.weight`: 8-bit whole numbers, rounded symmetrically with a scale for each
  output (`.scale`), packed [outputs/16][inputs/4][16][4], which is the order in which the kernels take them on every
  processor; of `qkv` each head's queries, keys and values come together; `.sum` holds each output's sum of them, `.bias` its bias.
* `embedding.words`, a row for each piece with its own `.scale`; `embedding.positions` in 32 bits, with the one segment's
  embedding added in, for as many positions as a window has.
* norms, the tagger's weights and its transitions in 32 bits; the vocabulary as text, a piece a line.

The tensors of each PART, as other scripts here train them, are added as they are.

Activations are quantised at run time, row by row, so nothing here depends on data.
"""

import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

WINDOW = 256


def rounded(rows):
    """Rows of 8-bit whole numbers, and the scale of each."""
    scale = np.maximum(np.abs(rows).max(axis=1), 1e-12) / 127
    return np.rint(rows / scale[:, None]).astype(np.int8), scale.astype(np.float32)


def packed(rows):
    """[outputs][inputs] in the order that the kernels take them."""
    outputs, inputs = rows.shape
    return np.ascontiguousarray(rows.reshape(outputs // 16, 16, inputs // 4, 4).transpose(0, 2, 1, 3))


def convert(folder):
    """The tensors to write, largest first, and the metadata."""
    weights = {name: value.astype(np.float32) for name, value in load_file(folder / "model.safetensors").items()}
    config = json.loads((folder / "config.json").read_text())
    crf = json.loads((folder / "transitions.json").read_text())
    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")[: config["vocab_size"]]
    assert len(vocabulary) == config["vocab_size"] and config["hidden_act"] == "gelu"
    tensors = {}

    def linear(name, rows, bias):
        whole, scale = rounded(rows)
        tensors[f"{name}.weight"] = packed(whole)
        tensors[f"{name}.scale"] = scale
        tensors[f"{name}.sum"] = whole.sum(axis=1, dtype=np.int32)
        tensors[f"{name}.bias"] = bias

    def by_head(source, what):
        """Queries, keys and values, so ordered that each head's come together."""
        parts = [weights[f"{source}.attention.self.{part}.{what}"] for part in ("query", "key", "value")]
        heads = [part.reshape(config["num_attention_heads"], -1, *part.shape[1:]) for part in parts]
        return np.concatenate(heads, axis=1).reshape(-1, *parts[0].shape[1:])

    def norm(name, source):
        tensors[f"{name}.weight"] = weights[f"{source}.weight"]
        tensors[f"{name}.bias"] = weights[f"{source}.bias"]

    source = "bert.embeddings"
    tensors["embedding.words"], tensors["embedding.words.scale"] = rounded(weights[f"{source}.word_embeddings.weight"])
    positions = weights[f"{source}.position_embeddings.weight"][:WINDOW]
    tensors["embedding.positions"] = positions + weights[f"{source}.token_type_embeddings.weight"][0]
    norm("embedding.norm", f"{source}.LayerNorm")
    for layer in range(config["num_hidden_layers"]):
        name, source = f"layer.{layer}", f"bert.encoder.layer.{layer}"
        linear(f"{name}.qkv", by_head(source, "weight"), by_head(source, "bias"))
        for part, dense in (("context", "attention.output"), ("expand", "intermediate"), ("contract", "output")):
            linear(f"{name}.{part}", weights[f"{source}.{dense}.dense.weight"], weights[f"{source}.{dense}.dense.bias"])
        norm(f"{name}.attended", f"{source}.attention.output.LayerNorm")
        norm(f"{name}.output", f"{source}.output.LayerNorm")
    tensors["tagger.weight"] = weights["classifier.weight"]
    tensors["tagger.bias"] = weights["classifier.bias"]
    tensors["tagger.transitions"] = np.array(crf["transitions"], np.float32)
    tensors["vocabulary"] = np.frombuffer("\n".join(vocabulary).encode(), np.uint8)
    metadata = {
        "format": "onrecord-encoder/1",
        "labels": " ".join(crf["labels"]),
        "heads": str(config["num_attention_heads"]),
        "layers": str(config["num_hidden_layers"]),
    }
    return tensors, metadata


def write(path, tensors, metadata):
    """A safetensors file in which all that comes in whole cache lines (64 bytes) begins on one."""
    order = sorted(tensors, key=lambda name: (tensors[name].nbytes % 64 != 0, tensors[name].nbytes % 4 != 0, name))
    names = {"float32": "F32", "int32": "I32", "int8": "I8", "uint8": "U8"}
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
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    tensors, metadata = convert(Path(sys.argv[1]))
    for part in sys.argv[3:]:
        tensors.update(load_file(part))
    write(Path(sys.argv[2]), tensors, metadata)


if __name__ == "__main__":
    main()
