#!/usr/bin/env python3
"""Has the reader parse reports of no annotation, for the heads of a smaller model to learn from.

usage: read_parses.py REPORTS.ndjson[.gz] WEIGHTS.safetensors OUT.ndjson.gz [--every N] [--longest N] [--program PROGRAM]

Of REPORTS, one {"text"} a line, every N-th is read, and of each its first --longest characters, to the end of a line where one
ends in their last third. OUT gets a line for each: its sentences with syntax and names, as `onrecord-dev parses` prints them. PROGRAM is an
`onrecord-dev` that is built already.
"""

import argparse
import gzip
import json
import subprocess
import tempfile
from pathlib import Path

import program


def beginning(text, longest):
    if len(text) <= longest:
        return text
    end = text.rfind("\n", longest * 2 // 3, longest)
    return text[: end if end > 0 else longest]


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("reports", type=Path)
    options.add_argument("weights", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--every", type=int, default=1)
    options.add_argument("--longest", type=int, default=3000)
    options.add_argument("--program")
    options = options.parse_args()
    opened = gzip.open if options.reports.suffix == ".gz" else open
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
        with opened(options.reports, "rt", encoding="utf-8") as lines:
            for nth, line in enumerate(lines):
                if nth % options.every == 0:
                    file.write(json.dumps({"text": beginning(json.loads(line)["text"], options.longest)}) + "\n")
        file.flush()
        parses = [*program.command(options.program), "parses", file.name, "--weights", str(options.weights.resolve())]
        part = options.out.with_suffix(".part")
        with gzip.open(part, "wb", 5) as out:
            with subprocess.Popen(parses, cwd=program.ROOT, stdout=subprocess.PIPE) as process:
                out.writelines(process.stdout)
        if process.returncode:
            raise SystemExit(f"{' '.join(parses)} ended with {process.returncode}")
        part.rename(options.out)


if __name__ == "__main__":
    main()
