#!/usr/bin/env python3
"""Puts a trained part into a weights file that is there already, in place of an earlier one of the same names.

usage: add_part.py WEIGHTS.safetensors PART.safetensors
"""

import sys

from safetensors import safe_open
from safetensors.numpy import load_file

from export import write


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    tensors, metadata = {}, {}
    for path in sys.argv[1:]:
        tensors |= load_file(path)
        with safe_open(path, "numpy") as file:
            metadata |= file.metadata() or {}
    write(sys.argv[1], tensors, metadata)


if __name__ == "__main__":
    main()
