#!/usr/bin/env python3
"""Train the linker: which cue a content belongs to, and which source a cue has.

usage: train_linker.py POLNEAR_TRAIN.ndjson OUT.safetensors [--held-out N] [--seed N]

Input: one document a line, {"id", "text", "attributions": [{"source": [[s, e]..], "cue": [..], "content": [..]}]}, offsets
in code points. Each content chooses among the cues near it, each cue among the sources near it, or none: a softmax over
candidates, scored by a perceptron with one hidden layer over the features below. The features are computed again, in the
same order, by crates/onrecord/src/attribution/link.rs: a change here is a change there.

With --held-out N the last N documents of a fixed shuffle are kept aside and the share of right choices on them printed.
"""
import argparse
import bisect
import json
import random
import re

import numpy as np
import torch
from safetensors.torch import save_file

TOKEN = re.compile(r"\w+|[^\w\s]")
NEAR = 4  # candidates on either side
QUOTES = set("“”\"")
SEPARATORS = set(",;:—–")
SAYING = {"said", "says", "told", "say", "added", "wrote"}
AUXILIARIES = {"was", "were", "is", "are", "be", "been", "has", "have", "had"}
RELATIVES = {"who", "which", "that"}
LIGHT = {"which", "what", "who", "that", "it", "he"}


class Document:
    """Tokens and running counts of what stands between them; spans are half-open token ranges."""

    def __init__(self, text):
        spans = [m.span() for m in TOKEN.finditer(text)]
        self.starts = [s for s, _ in spans]
        self.words = [text[s:e].lower() for s, e in spans]
        n = len(spans)
        self.paragraphs, self.ends, self.quotes, self.separators = ([0] * (n + 1) for _ in range(4))
        for i, (s, e) in enumerate(spans):
            last = i + 1 == n
            gap = "\n" if last else text[e:spans[i + 1][0]]
            following = "" if last else text[spans[i + 1][0]]
            word = text[s:e]
            ends = word in ".?!" and (gap != "" or following in QUOTES or following in "’'")
            self.paragraphs[i + 1] = self.paragraphs[i] + ("\n" in gap)
            self.ends[i + 1] = self.ends[i] + ends
            self.quotes[i + 1] = self.quotes[i] + (word in QUOTES)
            self.separators[i + 1] = self.separators[i] + (word in SEPARATORS)

    def word(self, i):
        return self.words[i] if 0 <= i < len(self.words) else ""

    def tokens(self, span):
        return bisect.bisect_left(self.starts, span[0]), bisect.bisect_left(self.starts, span[1])


def capped(x, most):
    return min(x, most) / most


def between(spans, a, b, but=None):
    return sum(s[0] >= a and s[1] <= b and s != but for s in spans)


def pair_features(d, x, q, sources, cues, contents):
    """Of a span and a cue: what lies between them and how they look; twice, for after and before the cue."""
    after = x[0] >= q[1]
    a, b = (q[1], x[0]) if after else (x[1], q[0])
    b = max(a, b)
    gap = b - a
    breaks = d.paragraphs[b] - d.paragraphs[max(a - 1, 0)]
    ends = d.ends[b] - d.ends[max(a - 1, 0)]
    ends_within = d.ends[b] - d.ends[a]
    quotes = d.quotes[b] - d.quotes[a]
    separators = d.separators[b] - d.separators[a]
    n_sources, n_cues, n_contents = between(sources, a, b, x), between(cues, a, b), between(contents, a, b, x)
    opening = [d.word(i) for i in range(a, min(b, a + 6))]
    first, last = d.word(q[0]), d.word(q[1] - 1)
    base = [
        gap / (gap + 4), gap / (gap + 20), gap == 0, gap == 1, gap <= 3,
        capped(breaks, 2), breaks > 0, capped(ends, 3), ends > 0, ends_within > 0, capped(quotes, 2), separators > 0,
        capped(n_sources, 2), n_sources > 0, capped(n_cues, 2), n_cues > 0, capped(n_contents, 2), n_contents > 0,
        d.word(x[0]) in QUOTES, d.word(x[1] - 1) in QUOTES or d.word(x[1]) in QUOTES,
        d.word(a) in (",", ":"), d.word(b - 1) in (",", ":"), "that" in opening, "and" in opening or "but" in opening,
        capped(x[1] - x[0], 30), x[1] - x[0] <= 2,
        first == ":", first == "according", last == "to", last.endswith("ing"), last in SAYING, first in AUXILIARIES,
        d.word(x[0] - 1) == "by", d.word(x[0] - 1) in RELATIVES, d.word(q[0] - 1) in ("who", "which"), d.word(x[0]) in LIGHT,
    ]
    none = [0] * len(base)
    return (base + none + [1, 0]) if after else (none + base + [0, 1])


def content_features(d, x, q, sources, cues, contents):
    """Of a content and a cue: the pair's, what else the cue touches, and the contents before and after this one."""
    f = pair_features(d, x, q, sources, cues, contents)
    left = [c for c in contents if c[1] <= q[0] and c != x][-1:]
    right = [c for c in contents if c[0] >= q[1] and c != x][:1]
    f += touched(d, left[0], left[0][1], q[0], sources, cues) if left else NOTHING
    f += touched(d, right[0], q[1], right[0][0], sources, cues) if right else NOTHING
    before = [c for c in contents if c[1] <= x[0]][-1:]
    for c in before:
        f += [
            x[0] - c[1] <= 1, c[0] >= q[1], d.quotes[x[0]] - d.quotes[c[1]] > 0,
            d.paragraphs[x[0]] - d.paragraphs[c[1] - 1] > 0,
        ]
    f += [] if before else [0] * 4
    behind = [c for c in contents if c[0] >= x[1]][:1]
    for c in behind:
        f += [c[0] - x[1] <= 1, c[1] <= q[0]]
    return f + ([] if behind else [0] * 2)


NOTHING = [1, 0, 0, 0, 0]


def touched(d, c, a, b, sources, cues):
    words = sum(s[1] - s[0] for s in sources if s[0] >= a and s[1] <= b)
    other = between(cues, a, b) > 0
    return [0, b - a - words <= 2 and not other, d.ends[b] - d.ends[max(a - 1, 0)] > 0, d.word(c[0]) in QUOTES, other]


def near(x, spans):
    return [s for s in spans if s[1] <= x[0]][-NEAR:] + [s for s in spans if s[0] >= x[1]][:NEAR]


def examples(record, drop, rng):
    """Choices in one document; `drop` is the share of spans left out, as a tagger leaves some out."""
    d = Document(record["text"])
    attributions = [{k: [d.tokens(s) for s in a[k]] for k in ("source", "cue", "content")} for a in record["attributions"]]
    sources, cues, contents = (
        [s for s in sorted({s for a in attributions for s in a[k]}) if rng.random() >= drop]
        for k in ("source", "cue", "content")
    )
    cue_of = {c: a["cue"][0] for a in attributions if a["cue"] for c in a["content"]}
    source_of = {q: a["source"][0] if a["source"] else None for a in attributions for q in a["cue"]}
    of_content, of_cue = [], []
    for x in contents:
        choices = near(x, cues)
        if choices:
            rows = [content_features(d, x, q, sources, cues, contents) for q in choices]
            of_content.append((rows, choices.index(cue_of[x]) if cue_of.get(x) in choices else 2 * NEAR))
    for q in cues:
        choices = near(q, sources)
        if choices:
            rows = [pair_features(d, s, q, sources, cues, contents) for s in choices]
            of_cue.append((rows, choices.index(source_of[q]) if source_of.get(q) in choices else 2 * NEAR))
    return of_content, of_cue


def tensors(rows):
    width = len(rows[0][0][0])
    x = np.zeros((len(rows), 2 * NEAR, width), np.float32)
    there = np.zeros((len(rows), 2 * NEAR + 1), bool)
    y = np.array([y for _, y in rows])
    there[:, -1] = True
    for i, (features, _) in enumerate(rows):
        x[i, : len(features)] = features
        there[i, : len(features)] = True
    return torch.tensor(x), torch.tensor(there), torch.tensor(y)


class Scorer(torch.nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.hidden = torch.nn.Linear(width, hidden)
        self.out = torch.nn.Linear(hidden, 1, bias=False)
        self.none = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x, there):
        scores = self.out(torch.relu(self.hidden(x)))[..., 0]
        scores = torch.cat([scores, self.none.expand(len(scores), 1)], 1)
        return scores.masked_fill(~there, -1e9)


def train(rows, hidden=48, epochs=16, size=256):
    x, there, y = tensors(rows)
    model = Scorer(x.shape[2], hidden)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1, 0.02, epochs * (len(y) // size + 1))
    for _ in range(epochs):
        order = torch.randperm(len(y))
        for at in range(0, len(order), size):
            i = order[at:at + size]
            loss = torch.nn.functional.cross_entropy(model(x[i], there[i]), y[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model


def accuracy(model, rows):
    x, there, y = tensors(rows)
    with torch.no_grad():
        return float((model(x, there).argmax(1) == y).float().mean())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train")
    parser.add_argument("out")
    parser.add_argument("--held-out", type=int, default=0)
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    records = [json.loads(line) for line in open(args.train, encoding="utf-8")]
    random.Random(args.seed).shuffle(records)
    rng = random.Random(args.seed)
    kept = len(records) - args.held_out
    # Each document once as it is, and twice as a tagger might leave it, with some spans missing.
    passes = [examples(r, drop, rng) for drop in (0, 0.08, 0.08) for r in records[:kept]]
    out = {}
    for which, name in enumerate(("content", "source")):
        model = train([row for p in passes for row in p[which]])
        if args.held_out:
            held = [row for r in records[kept:] for row in examples(r, 0, rng)[which]]
            print(f"{name}: {100 * accuracy(model, held):.1f} % of {len(held)} choices right")
        weights = model.state_dict()
        out[f"link.{name}.hidden.weight"] = weights["hidden.weight"].contiguous()
        out[f"link.{name}.hidden.bias"] = weights["hidden.bias"].contiguous()
        out[f"link.{name}.out.weight"] = weights["out.weight"][0].contiguous()
        out[f"link.{name}.none"] = weights["none"].contiguous()
    save_file(out, args.out)


if __name__ == "__main__":
    main()
