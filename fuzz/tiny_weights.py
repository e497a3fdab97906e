#!/usr/bin/env python3
"""Makes a small file of weights with the tensors of a real one, random but of the right shapes: a seed for fuzzing.

usage: tiny_weights.py WEIGHTS.safetensors TINY.safetensors

Widths of 128 and more become 32, each layer keeps one head, the last layers and most of the vocabulary are left out.
"""

import json
import random
import struct
import sys
from math import prod

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "said", "##s", "he", "the", ".", "“"]
LAYERS = 3
HEAD = 64
SIZES = {"F32": 4, "I32": 4, "I16": 2, "I8": 1, "U8": 1}


def header_of(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(length))


def narrow(size):
    return size if size < 128 else 32


def shape_of(name, shape, vocabulary):
    if name == "vocabulary":
        return [len(vocabulary)]
    if name == "embedding.positions":
        return [16, 32]
    if name.startswith("embedding.words.") and not name.endswith("levels"):
        return [len(PIECES), 12 if name.endswith("codes") else 1]
    if name.endswith("distances"):
        return [1, shape[1]]
    queries = name.startswith("layer.") and ".qkv." in name and not name.endswith("input")
    if len(shape) == 4:  # Packed for the kernels: rows by 16, columns by 4.
        rows = 3 * HEAD if queries else narrow(shape[0] * 16)
        columns = HEAD if ".context." in name else narrow(shape[1] * 4)
        return [rows // 16, columns // 4, 16, 4]
    return [3 * HEAD] if queries else [narrow(size) for size in shape]


def values_of(dtype, count):
    if dtype == "F32":
        return struct.pack(f"<{count}f", *(random.uniform(-1, 1) for _ in range(count)))
    if dtype == "I32":
        return struct.pack(f"<{count}i", *(random.randint(-99, 99) for _ in range(count)))
    return random.randbytes(count * SIZES[dtype])


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    random.seed(1)
    header = header_of(sys.argv[1])
    metadata = header.pop("__metadata__")
    vocabulary = "\n".join(PIECES).encode()
    tiny, data = {"__metadata__": {**metadata, "heads": " ".join("1" * LAYERS), "told": "1", "advance": "8", "syntax.layers": "1 2 3"}}, b""
    for name, tensor in sorted(header.items(), key=lambda item: (-SIZES[item[1]["dtype"]], item[0])):
        if name.startswith("layer.") and int(name.split(".")[1]) >= LAYERS:
            continue
        shape = shape_of(name, tensor["shape"], vocabulary)
        values = vocabulary if name == "vocabulary" else values_of(tensor["dtype"], prod(shape))
        tiny[name] = {"dtype": tensor["dtype"], "shape": shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(tiny, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(sys.argv[2], "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    main()
