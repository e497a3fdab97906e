#!/usr/bin/env python3
"""Tags reports with the PyTorch weights: what the Rust engine is held against, in quality and in speed.

usage: reference.py ENCODER REPORTS.ndjson[.gz] [--out SPANS.ndjson] [--limit N] [--batch 8] [--threads N]

ENCODER is the folder of a tagger as `train_tagger.py` writes it. REPORTS has one
{"id", "text"} a line. SPANS gets one {"id", "attributions"} a line, each attribution holding one span of one kind
(code points): the form that an attribution scorer takes for the figures that do not ask for links.

A word is a run of word characters or one other printing character; its first piece carries its label. Windows of at
most 254 pieces (or what config.json says) follow each other over whole sentences. Viterbi then runs over the document. The
Rust engine lays its windows in the same way.
"""

import argparse
import bisect
import gzip
import json
import re
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

WORD = re.compile(r"\w+|[^\w\s]")
SENTENCE_END = re.compile(r"\n+|(?<=[.!?])[\"”’')\]]*\s+(?=[\"“‘'(\[]*[A-Z0-9])")
WINDOW = 254
CLS, SEP, UNK = 101, 102, 100
OPEN, CLOSE = "“„«", "”»"
FEATURES = 8  # kinds of place that a word can stand in


def open_lines(path):
    """The lines of a file, gzipped or not."""
    opener = gzip.open if str(path).endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from (line for line in lines if line.strip())


class Pieces:
    """WordPiece of single words, each looked up once."""

    def __init__(self, folder):
        self.tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.known = {}
        # MPNet's vocabulary is BERT's after four pieces of its own.
        self.before = 4 if self.tokenizer.token_to_id("<s>") == 0 else 0

    def of(self, word):
        """The ids, in BERT's order, of a word's pieces; a word that normalises to nothing is unknown."""
        found = self.known.get(word)
        if found is None:
            ids = self.tokenizer.encode(word, add_special_tokens=False).ids
            found = [piece - self.before if piece >= self.before else UNK for piece in ids] or [UNK]
            self.known[word] = found
        return found


def features(text, words):
    """Where each word of a text stands; see `standing`."""
    ends = [0] + [end for _, end in words]
    firsts = [number == 0 or "\n" in text[ends[number] : start] for number, (start, _) in enumerate(words)]
    return standing([text[start:end] for start, end in words], firsts)


def standing(words, firsts):
    """Where each word stands: outside (0) or inside (2) of double quotation marks, or an opening (1) or closing (3) one; and 4
    more for the first word of a line (`firsts`). Quotations end with their line."""
    out, inside = [], False
    for word, first in zip(words, firsts):
        inside = inside and not first
        if word == '"' or word in OPEN or word in CLOSE:
            closes = inside and word not in OPEN
            opens = not inside and word not in CLOSE
            state = 3 if closes else 1 if opens else 2 if inside else 0
            inside = (inside or opens) and not closes
        else:
            state = 2 if inside else 0
        out.append(state + 4 * first)
    return out


def sentences(text, words):
    """Runs of word indices, one a sentence."""
    starts = [start for start, _ in words]
    cuts = sorted({bisect.bisect_left(starts, match.end()) for match in SENTENCE_END.finditer(text)} | {0, len(words)})
    return list(zip(cuts, cuts[1:]))


def windows(lengths, runs, window=WINDOW):
    """Word ranges of at most `window` pieces that follow each other: whole sentences, or words where a sentence is longer than
    that. The last two share what is left."""
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(int)
    firsts, count = [first for first, _ in runs], len(lengths)

    out, begin = [], 0
    while begin < count:
        fits = int(np.searchsorted(starts, starts[begin] + window, "right")) - 1
        whole = firsts[bisect.bisect_right(firsts, fits) - 1]
        end = count if fits == count else whole if whole > begin else fits
        out.append((begin, end))
        begin = end
    if len(out) > 1:
        (first, middle), (_, end) = out[-2:]
        shared = bisect.bisect_left(firsts, int(np.searchsorted(starts, (starts[first] + starts[end] + 1) // 2)))
        if shared < len(firsts) and firsts[shared] < middle:
            out[-2:] = [(first, firsts[shared]), (firsts[shared], end)]
    return out


def plan(text, pieces, window=WINDOW):
    """A report's words, their pieces, where they stand, and the windows to read."""
    words = [match.span() for match in WORD.finditer(text)]
    ids = [pieces.of(text[start:end])[:window] for start, end in words]
    ranges = windows([len(each) for each in ids], sentences(text, words), window)
    return words, ids, features(text, words), ranges


def emissions(model, plans, batch, labels):
    """Raw outputs, one array of words x labels a report. Windows are batched with others of like length."""
    jobs = []
    for index, (_, ids, _, ranges) in enumerate(plans):
        for start, end in ranges:
            jobs.append((sum(map(len, ids[start:end])), index, start, end))
    jobs.sort()
    scores = [np.zeros((len(words), labels), np.float32) for words, *_ in plans]
    pieces = 0
    for at in range(0, len(jobs), batch):
        group = jobs[at : at + batch]
        width = group[-1][0] + 2
        inputs = np.zeros((len(group), width), np.int64)
        standing = np.full((len(group), width), FEATURES, np.int64)
        for row, (size, index, start, end) in enumerate(group):
            ids = plans[index][1]
            inputs[row, : size + 2] = [CLS] + [piece for word in ids[start:end] for piece in word] + [SEP]
            standing[row, 1 : size + 1] = [plans[index][2][word] for word in range(start, end) for _ in ids[word]]
            pieces += size + 2
        with torch.inference_mode():
            lengths = torch.tensor([size + 2 for size, *_ in group])
            logits = model(torch.from_numpy(inputs), torch.from_numpy(standing), lengths).numpy()
        for row, (_, index, start, end) in enumerate(group):
            firsts = 1 + np.cumsum([0] + [len(word) for word in plans[index][1][start : end - 1]])
            scores[index][start:end] = logits[row, firsts]
    return scores, pieces


def viterbi(scores, transitions, labels):
    """The best label sequence; a document cannot start inside a span."""
    if not len(scores):
        return []
    best = scores[0] + np.array([-10000.0 if label.startswith("I-") else 0.0 for label in labels])
    back = []
    for row in scores[1:]:
        through = best[:, None] + transitions
        back.append(through.argmax(0))
        best = through.max(0) + row
    path = [int(best.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return path[::-1]


def spans(path, labels, words):
    """(kind, start, end) of each span, in code points."""
    out = []
    for word, label in enumerate(path):
        name = labels[label]
        if name.startswith("B-"):
            out.append([name[2:], words[word][0], words[word][1]])
        elif name.startswith("I-") and out:
            out[-1][2] = words[word][1]
    return out


def load(folder):
    """The tagger in 32 bits, its labels and its transitions."""
    import tagger  # Which is made of what is here.

    model = tagger.load(folder).eval()
    model.precise = True
    return model, list(tagger.LABELS), model.chain().detach().numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("encoder")
    parser.add_argument("reports")
    parser.add_argument("--out")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--threads", type=int)
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    model, labels, transitions = load(arguments.encoder)
    pieces, config = Pieces(arguments.encoder), model.shape
    window = config.get("window", WINDOW)
    records = [json.loads(line) for line, _ in zip(open_lines(arguments.reports), range(arguments.limit or 10**9))]
    begun = time.monotonic()
    read, out = 0, []
    for at in range(0, len(records), 64):
        group = records[at : at + 64]
        plans = [plan(record["text"], pieces, window) for record in group]
        scores, count = emissions(model, plans, arguments.batch, len(labels))
        read += count
        for record, (words, *_), rows in zip(group, plans, scores):
            found = spans(viterbi(rows, transitions, labels), labels, words)
            out.append({"id": record["id"], "attributions": [{kind: [[start, end]]} for kind, start, end in found]})
    took = time.monotonic() - begun
    print(f"{len(records)} reports, {read} pieces in {took:.1f} s: {len(records) / took:.2f} reports/s, {read / took:.0f} pieces/s")
    if arguments.out:
        for record in out:
            for attribution in record["attributions"]:
                for kind in ("source", "cue", "content"):
                    attribution.setdefault(kind, [])
        Path(arguments.out).write_text("".join(json.dumps(record) + "\n" for record in out), encoding="utf-8")


if __name__ == "__main__":
    main()
