"""Make the table of words that claims are compared with: crates/onrecord-matter/data/words.bin.

    words.py ENCODER REPORTS OUT

ENCODER is a folder with all-MiniLM-L6-v2 as `transformers` loads it, REPORTS an NDJSON file (perhaps gzipped) whose lines
have a "text". Each word that occurs in enough reports gets its weight (the logarithm of the share of reports that have it),
and, unless it is a name, the encoder's sentence vector of the word by itself, brought to 64 numbers by principal
components and to 8 bits, and a class: the commonest word that it is close to.

The file, little-endian: b"ORWORDS1", u32 words, u32 dimensions, u32 bytes of all words; for each word in byte order u32
end in the words' bytes, u8 weight (255 is the weight of a word that one report has), u8 forms (1 a past form of a verb, 2 a
third person, 4 a form in -ing that is no noun), u32 class (itself if none); the words' bytes; for each word
i8 x dimensions, all 0 for a name.
"""
import collections
import gzip
import json
import re
import struct
import sys
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

DIMENSIONS = 64
CLOSE = 0.62          # the cosine above which a word joins the class of a commoner one
WORD = re.compile(r"[^\W\d_]+")
DATA = Path(__file__).parent / "../crates/onrecord/data"


def count(path):
    reports, seen, low, high = 0, collections.Counter(), collections.Counter(), collections.Counter()
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["text"]
            reports += 1
            words = set()
            for m in WORD.finditer(text):
                word = m.group()
                if len(word) > 24:
                    continue
                words.add(word.lower())
                before = text[max(0, m.start() - 2):m.start()]
                if not word[0].isupper():
                    low[word.lower()] += 1
                elif before[-1:] == " " and before[:1] not in ".!?\"”:\n":
                    high[word.lower()] += 1
            seen.update(words)
    return reports, seen, low, high


def vectors(folder, words):
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()
    out = np.zeros((len(words), model.config.hidden_size), np.float32)
    order = sorted(range(len(words)), key=lambda i: (len(words[i]), i))
    with torch.no_grad():
        for i in range(0, len(order), 256):
            rows = order[i:i + 256]
            batch = tokenizer([words[j] for j in rows], padding=True, return_tensors="pt")
            mask = batch["attention_mask"].unsqueeze(-1).float()
            out[rows] = ((model(**batch).last_hidden_state * mask).sum(1) / mask.sum(1)).numpy()
    return out


def shortened(rows):
    rows = rows - rows.mean(0)
    values, axes = np.linalg.eigh(np.cov(rows[::3].T))
    rows = rows @ axes[:, ::-1][:, :DIMENSIONS]
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def classes(words, rows, seen):
    """The index of each word's class: commoner words lead."""
    leaders, of = [], np.zeros(len(words), np.int64)
    led = np.zeros((len(words), DIMENSIONS), np.float32)
    for i in sorted(range(len(words)), key=lambda i: (-seen[words[i]], words[i])):
        if leaders:
            close = led[:len(leaders)] @ rows[i]
            best = int(close.argmax())
            if close[best] >= CLOSE:
                of[i] = leaders[best]
                continue
        led[len(leaders)] = rows[i]
        leaders.append(i)
        of[i] = i
    return of


def table(name):
    lines = (DATA / name).open(encoding="utf-8")
    return dict(line.rstrip("\n").split("\t") for line in lines if not line.startswith("#"))


def forms(word, bases, irregular):
    """Which forms of a verb a word can be."""
    is_verb = lambda base: "v" in bases.get(base, "")
    stems = lambda end: [s for s in (word[:-len(end)], word[:-len(end)] + "e", word[:-len(end) - 1]) if word.endswith(end)]
    past = any(entry.startswith("v:") for entry in irregular.get(word, "").split(" "))
    past |= any(map(is_verb, stems("ed"))) or word.endswith("ied") and is_verb(word[:-3] + "y")
    third = word.endswith("s") and (is_verb(word[:-1]) or is_verb(word[:-2]) or is_verb(word[:-3] + "y"))
    doing = any(map(is_verb, stems("ing"))) and "n" not in bases.get(word, "")
    return past * 1 + third * 2 + doing * 4


def main():
    encoder, reports, out = sys.argv[1:]
    total, seen, low, high = count(reports)
    irregular = table("irregular.tsv")
    bases = {word: kinds for word, kinds in table("bases.tsv").items() if word.isalpha()}

    def is_word(word):
        if word in bases and high[word] <= 3 * low[word]:
            return True
        return seen[word] >= 3 and low[word] >= 2 and low[word] > 0.25 * (low[word] + high[word])

    words = sorted(word for word in seen.keys() | bases.keys() if is_word(word))
    names = sorted(word for word in seen if seen[word] >= 20 and not is_word(word))
    rows = shortened(vectors(encoder, words))
    of = classes(words, rows, seen)
    at = {word: i for i, word in enumerate(words)}
    everything = sorted(words + names, key=str.encode)
    place = {word: i for i, word in enumerate(everything)}
    weight = lambda word: round(255 * np.log(total / max(seen[word], 1)) / np.log(total))
    head, body, end = b"", b"", 0
    for word in everything:
        end += len(word.encode())
        own = place[words[of[at[word]]]] if word in at else place[word]
        head += struct.pack("<IBBI", end, weight(word), forms(word, bases, irregular), own)
        body += word.encode()
    data = b"ORWORDS1" + struct.pack("<III", len(everything), DIMENSIONS, end) + head + body
    scaled = np.zeros((len(everything), DIMENSIONS), np.int8)
    for word, i in at.items():
        scaled[place[word]] = np.round(rows[i] / np.abs(rows[i]).max() * 127)
    Path(out).write_bytes(data + scaled.tobytes())
    print(f"{len(words)} words in {len(set(of))} classes, {len(names)} names, {total} reports")


if __name__ == "__main__":
    main()
