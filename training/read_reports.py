#!/usr/bin/env python3
"""Reads reports with one tagger or with several together, to teach another by.

usage: read_reports.py REPORTS.ndjson[.gz] OUT.npz TAGGER [TAGGER ...] [--every N] [--from K] [--limit N] [--threads N]
                       [--longest CHARACTERS]

Of REPORTS, one {"text"} a line, each --every-th is read, beginning with --from; of each its first --longest characters. OUT holds `reports` (line numbers), `longest`, `counts` (words of each), `rows`
(words x 7 raw outputs, averaged over taggers) and `chain` (7 x 7 transitions, averaged). What
is there is kept: the same command goes on where it was stopped.
"""

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
import torch

import reference
from tagger import LABELS, Report, emissions_of, load

GROUP = 32


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports")
    parser.add_argument("out")
    parser.add_argument("taggers", nargs="+")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--limit", type=int, default=10**9)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--longest", type=int, default=20000)
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    models = [load(folder).eval() for folder in arguments.taggers]
    pieces = reference.Pieces(arguments.taggers[0])
    chain = np.mean([model.chain().detach().numpy() for model in models], 0)
    numbers, rows = [], []
    if Path(arguments.out).exists():
        known = np.load(arguments.out)
        numbers = known["reports"].tolist()
        rows = np.split(known["rows"], np.cumsum(known["counts"])[:-1])

    def keep():
        part = Path(arguments.out).with_suffix(".part.npz")
        counts = np.array([len(each) for each in rows])
        np.savez(part, reports=np.array(numbers), counts=counts, rows=np.concatenate(rows), chain=chain, longest=arguments.longest)
        os.replace(part, arguments.out)

    done, begun, read, saved = set(numbers), time.monotonic(), 0, time.monotonic()
    group = []

    def flush():
        nonlocal read
        reports = [report for _, report in group]
        for (number, report), out in zip(group, emissions_of(models, reports)):
            numbers.append(number)
            rows.append(out.astype(np.float16))
            read += int(report.sizes.sum())
        group.clear()

    taken = 0
    for number, line in enumerate(reference.open_lines(arguments.reports)):
        if number < arguments.first or (number - arguments.first) % arguments.every or taken >= arguments.limit:
            continue
        taken += 1
        if number in done:
            continue
        report = Report(json.loads(line)["text"][: arguments.longest], pieces)
        if report.words:
            group.append((number, report))
        if len(group) == GROUP:
            flush()
            if len(numbers) % 320 < GROUP:
                print(f"{len(numbers)} reports, {read / (time.monotonic() - begun):.0f} pieces/s", flush=True)
            if time.monotonic() - saved > 240:
                keep()
                saved = time.monotonic()
    if group:
        flush()
    keep()
    print(f"{len(numbers)} reports, {sum(map(len, rows))} words x {len(LABELS)}")


if __name__ == "__main__":
    main()
