#!/usr/bin/env python3
"""Trains a tagger on annotated reports, on reports that other taggers have read, or on both.

usage: train_tagger.py START POLNEAR_TRAIN.ndjson OUT [--silver READINGS.npz REPORTS.ndjson[.gz]] [--passes N] [--rate R]
                       [--silver-reports N] [--batch N] [--seed N] [--threads N] [--all] [--no-features] [--dropout P]
                       [--hidden N --layers N --inner N] [--reaches N ...] [--first N] [--window PIECES]
                       [--frozen N] [--keep HEADS INNER] [--packed] [--sparse SHARE]

START is the folder of a BERT, an MPNet or a tagger trained here; its first --frozen layers stay as they are. With --keep so
many heads and inner numbers are left of those of all layers, those that are worth most: half of the way, in proportion, is
gone after 20 steps, the rest after 90. With --packed piece embeddings are rounded to what `packing.py` has for them, and stay
so. With --hidden the network is made anew in that shape, its piece embeddings the principal components of START's; with
--reaches it is one of convolutions; --reaches alone adds convolutions to those of START; with --first so many of those of START are
left. With --sparse this share of the weights of a network of convolutions is left in the end (`sparse.py`). --window says
how reports are cut. POLNEAR_TRAIN has one {"text", "attributions", "by_annotator"?} a line; the readings of several people are
averaged. READINGS are raw outputs, as `read_reports.py` writes them for REPORTS, which
teach through the whole distribution of labelings that they stand for (cross-entropy of one chain against another).

A pass sees every annotated report once and --silver-reports of the others, in windows cut anew. The rate rises over 100
steps and then falls to nothing. 60 reports (`aside`) teach nothing unless --all: after each pass the exact F1 on them is
printed. OUT gets the tagger, `log.tsv`, and while it trains `checkpoint.pt`, from which the same command goes on.
"""

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
import torch

import packing
import reference
from sparse import Thinning
from tagger import HIDDEN_PIECE, LABELS, Chain, Report, Tagger, batch_of, emissions_of, load, marginals, of_words, save

ASIDE = 60
MOST_READINGS = 3
WARM = 100
MASKED = 0.05
PRUNED_AT = 20, 90  # steps
SAVE_EVERY = 240  # seconds


def aside(records):
    """The reports of the training part that are kept from training, to choose by."""
    fit = [n for n, record in enumerate(records) if n % 14 == 3 and "by_annotator" not in record]
    return set(fit[:ASIDE])


def labels_of(attributions, words):
    """A label a word, from spans in code points."""
    out = np.zeros(len(words), np.int64)
    starts = np.array([start for start, _ in words])
    ends = np.array([end for _, end in words])
    for kind in ("content", "cue", "source"):
        begin = LABELS.index(f"B-{kind}")
        for attribution in attributions:
            for start, end in attribution[kind]:
                inside = np.flatnonzero((starts < end) & (ends > start))
                if len(inside):
                    out[inside] = begin + 1
                    out[inside[0]] = begin
    return out


class Gold:
    """An annotated report, with as many labelings as people read it."""

    def __init__(self, record, pieces, window):
        self.report = Report(record["text"], pieces, window)
        readings = list(record.get("by_annotator", {}).values())[:MOST_READINGS] or [record["attributions"]]
        self.labelings = [labels_of(each, self.report.words) for each in readings]

    def target(self, begin, end):
        unary, pairs = np.zeros((end - begin, 7)), np.zeros((7, 7))
        for labeling in self.labelings:
            labels = labeling[begin:end]
            unary[np.arange(end - begin), labels] += 1 / len(self.labelings)
            np.add.at(pairs, (labels[:-1], labels[1:]), 1 / len(self.labelings))
        return unary, pairs


class Silver:
    """A report and the raw outputs of those that read it."""

    def __init__(self, text, rows, chain, pieces, window):
        self.text, self.rows, self.chain, self.cut = text, rows, chain, (pieces, window)
        self.known = None

    @property
    def report(self):
        self.known = self.known or Report(self.text, *self.cut)
        return self.known

    def forget(self):
        self.known = None


def targets(jobs):
    """Shares of labels and of transitions for each window."""
    most = max(end - begin for _, begin, end in jobs)
    unary, pairs = np.zeros((len(jobs), most, 7)), np.zeros((len(jobs), 7, 7))
    silver = [row for row, (document, _, _) in enumerate(jobs) if isinstance(document, Silver)]
    if silver:
        rows = np.zeros((len(silver), most, 7), np.float32)
        counts = torch.tensor([jobs[row][2] - jobs[row][1] for row in silver])
        for place, row in enumerate(silver):
            document, begin, end = jobs[row]
            rows[place, : end - begin] = document.rows[begin:end]
        _, shares, passed = marginals(torch.from_numpy(rows), jobs[silver[0]][0].chain, counts)
        unary[silver], pairs[silver] = shares.numpy(), passed.numpy()
    for row, (document, begin, end) in enumerate(jobs):
        if isinstance(document, Gold):
            unary[row, : end - begin], pairs[row] = document.target(begin, end)
    return torch.from_numpy(unary), torch.from_numpy(pairs)


def batches(documents, size, rng):
    """Windows of like length together, in random order."""
    jobs = [(document, begin, end) for document in documents for begin, end in document.report.packed(rng)]
    rng.shuffle(jobs)
    out = []
    for at in range(0, len(jobs), size * 32):
        part = sorted(jobs[at : at + size * 32], key=lambda job: int(job[0].report.sizes[job[1] : job[2]].sum()))
        out += [part[start : start + size] for start in range(0, len(part), size)]
    rng.shuffle(out)
    return out


def hide(pieces, standing, share):
    """Hides some pieces of words."""
    lost = (torch.rand(pieces.shape) < share) & (standing < reference.FEATURES)
    return pieces.masked_fill(lost, HIDDEN_PIECE)


def score(found, gold):
    """Exact F1 of each kind, per cent; spans are (report, kind, begin, end)."""
    out = []
    for kind in ("source", "cue", "content"):
        ours, theirs = ({span for span in spans if span[1] == kind} for spans in (found, gold))
        out.append(200 * len(ours & theirs) / max(1, len(ours) + len(theirs)))
    return out


def spans_of(number, labels):
    names = [LABELS[label] for label in labels]
    return {(number, *span) for span in map(tuple, reference.spans(labels, LABELS, [(n, n) for n in range(len(names))]))}


def judge(model, held):
    """Exact F1 on annotated reports, read as the reader does."""
    model.eval()
    chain = model.chain().detach().numpy()
    found, gold = set(), set()
    for number, (document, rows) in enumerate(zip(held, emissions_of([model], [document.report for document in held]))):
        found |= spans_of(number, reference.viterbi(rows, chain, LABELS))
        gold |= spans_of(number, list(document.labelings[0]))
    return score(found, gold)


def smaller(model, hidden, layers, inner, reaches):
    """A network of another shape with the principal components of a model's piece embeddings."""
    shape = {**model.shape, "hidden_size": hidden, "num_hidden_layers": layers, "intermediate_size": inner}
    if reaches:
        shape["reaches"] = reaches
    out = Tagger({**shape, "num_attention_heads": hidden // 32, "max_position_embeddings": 256})
    with torch.no_grad():
        words = model.words.weight - model.words.weight.mean(0)
        _, vectors = torch.linalg.eigh(words.T @ words)
        parts = words @ vectors.flip(1)[:, :hidden]
        out.words.weight.copy_(parts * (0.05 / parts.std()))
    return out


def deeper(model, reaches):
    """A tagger of convolutions with more of them after those that it has; the new ones begin by adding nothing."""
    out = Tagger({**model.shape, "reaches": model.shape["reaches"] + reaches})
    out.load_state_dict(model.state_dict(), strict=False)
    for layer in out.layers[len(model.layers) :]:
        torch.nn.init.zeros_(layer.taps.weight)
    return out


def shallower(model, count):
    """A tagger of convolutions with only so many of them, the first."""
    out = Tagger({**model.shape, "reaches": model.shape["reaches"][:count]})
    out.load_state_dict(model.state_dict(), strict=False)
    return out


class Pruning:
    """Leaves less of a network in two steps, while it learns: a half of the way, in proportion, is gone after the first."""

    def __init__(self, model, heads, inner):
        self.model = model
        whole = sum(layer.heads for layer in model.layers), sum(layer.expand.out_features for layer in model.layers)
        half = tuple(int((there * wanted) ** 0.5) for there, wanted in zip(whole, (heads, inner)))
        self.plan = {PRUNED_AT[0]: half, PRUNED_AT[1]: (heads, inner)}
        self.worth = None

    def watch(self):
        now = [[each.detach() for each in layer.worth()] for layer in self.model.layers]
        self.worth = [[a + b for a, b in zip(*both)] for both in zip(self.worth, now)] if self.worth else now

    def due(self, step):
        """Whether the network was pruned; it has new parameters then."""
        if step not in self.plan:
            return False
        self.model.prune(self.worth, *self.plan[step])
        self.worth = None
        return True


def optimizer_of(model, rate):
    """What is new learns five times as fast."""
    new = ("classifier", "transitions", "features")
    fresh = [p for name, p in model.named_parameters() if name.startswith(new)]
    rest = [p for name, p in model.named_parameters() if not name.startswith(new) and p.requires_grad]
    groups = [{"params": rest, "times": 1.0}, {"params": fresh, "times": 5.0, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, weight_decay=0.01, fused=True)


def readings(file, reports, pieces, window):
    """Reports with raw outputs."""
    data = np.load(file)
    chain = torch.from_numpy(data["chain"])
    wanted, texts, longest = set(data["reports"].tolist()), {}, int(data["longest"])
    for number, line in enumerate(reference.open_lines(reports)):
        if number in wanted:
            texts[number] = json.loads(line)["text"][:longest]
    bounds = np.concatenate([[0], np.cumsum(data["counts"])])
    rows = data["rows"]
    return [Silver(texts[number], rows[bounds[at] : bounds[at + 1]], chain, pieces, window) for at, number in enumerate(data["reports"])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("start")
    parser.add_argument("polnear")
    parser.add_argument("out")
    parser.add_argument("--silver", nargs=2)
    parser.add_argument("--silver-reports", type=int, default=2000)
    parser.add_argument("--passes", type=float, default=6)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--no-features", action="store_true")
    parser.add_argument("--hidden", type=int)
    parser.add_argument("--layers", type=int)
    parser.add_argument("--inner", type=int)
    parser.add_argument("--reaches", type=int, nargs="+")
    parser.add_argument("--first", type=int)
    parser.add_argument("--frozen", type=int, default=0)
    parser.add_argument("--keep", type=int, nargs=2)
    parser.add_argument("--packed", action="store_true")
    parser.add_argument("--sparse", type=float)
    parser.add_argument("--window", type=int)
    arguments = parser.parse_args()
    if arguments.keep and arguments.frozen:
        parser.error("--keep measures what every layer is worth: leave out --frozen")
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    pieces = reference.Pieces(arguments.start)
    model = load(arguments.start)
    if arguments.first:
        model = shallower(model, arguments.first)
    elif arguments.reaches and not arguments.hidden:
        model = deeper(model, arguments.reaches)
    elif arguments.hidden:
        model = smaller(model, arguments.hidden, arguments.layers, arguments.inner, arguments.reaches)
    window = model.shape["window"] = arguments.window or model.shape.get("window", reference.WINDOW)
    model.dropout = arguments.dropout
    if arguments.frozen:
        model.frozen = model.shape["told"] = arguments.frozen
        for still in (model.words, model.positions, model.norm, *model.layers[: model.frozen]):
            still.requires_grad_(False)
    if arguments.packed:
        words = model.words.weight.detach().numpy()
        step = model.shape["packed"] = model.shape.get("packed") or packing.step_for(words)
        model.words.weight.data.copy_(torch.from_numpy(packing.numbers(*packing.codes(words, step), step)))
        model.words.requires_grad_(False)
    model.features.weight.requires_grad_(not arguments.no_features)

    records = [json.loads(line) for line in reference.open_lines(arguments.polnear)]
    kept = aside(records)
    gold = [Gold(record, pieces, window) for n, record in enumerate(records) if arguments.all or n not in kept]
    held = [Gold(record, pieces, window) for n, record in enumerate(records) if n in kept]
    silver = []
    if arguments.silver:
        silver = readings(*arguments.silver, pieces, window)

    checkpoint, first, skip, step = out / "checkpoint.pt", 0, 0, 0
    pruning = Pruning(model, *arguments.keep) if arguments.keep else None
    state = torch.load(checkpoint) if checkpoint.exists() else None
    if state and "kept" in state["shape"]:
        model.shape["kept"] = state["shape"]["kept"]
        for layer, (heads, inner) in zip(model.layers, model.shape["kept"]):
            layer.keep(torch.arange(heads), torch.arange(inner))
    optimizer = optimizer_of(model, arguments.rate)
    if state:
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        first, skip, step = state["pass"], state["batch"], state["step"]
        print(f"goes on in pass {first + 1}, batch {skip}", flush=True)
    thinning = Thinning(model.layers, arguments.sparse) if arguments.sparse else None

    def keep(passed, batch):
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "pass": passed, "batch": batch, "step": step, "shape": model.shape}
        torch.save(state, checkpoint.with_suffix(".new"))
        os.replace(checkpoint.with_suffix(".new"), checkpoint)

    last, saved = int(np.ceil(arguments.passes)), time.monotonic()
    for passed in range(first, last):
        rng = np.random.default_rng([arguments.seed, passed])
        lot = np.random.default_rng([arguments.seed, 7]).permutation(len(silver))
        taken = [silver[lot[(passed * arguments.silver_reports + n) % len(silver)]] for n in range(min(arguments.silver_reports, len(silver)))] if silver else []
        work = batches(gold + taken, arguments.batch, rng)
        if passed + 1 > arguments.passes:
            work = work[: int(len(work) * (arguments.passes - passed))]
        model.train()
        lost, seen, begun = 0.0, 0, time.monotonic()
        for number, jobs in enumerate(work):
            if number < skip:
                continue
            done = (passed + number / len(work)) / arguments.passes
            for group in optimizer.param_groups:
                group["lr"] = arguments.rate * group["times"] * min(1.0, (step + 1) / WARM) * (1 - done)
            torch.manual_seed(arguments.seed * 1_000_003 + step)
            tensors = [(document.report, begin, end) for document, begin, end in jobs]
            ids, standing, lengths, firsts = batch_of(tensors)
            ids = hide(ids, standing, MASKED)
            counts = torch.tensor([end - begin for _, begin, end in jobs])
            unary, pairs = targets(jobs)
            emissions = of_words(model(ids, standing, lengths), firsts)
            loss = Chain.apply(emissions, model.chain(), counts, unary, pairs)
            (loss / counts.sum()).backward()
            if pruning and step < PRUNED_AT[-1]:
                pruning.watch()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0 if not arguments.hidden else 5.0)
            optimizer.step()
            optimizer.zero_grad()
            if thinning:
                thinning.step(done)
            step += 1
            if pruning and pruning.due(step):
                optimizer = optimizer_of(model, arguments.rate)
            lost, seen = lost + loss.item(), seen + int(lengths.sum())
            if step % 100 == 0:
                print(f"pass {passed + 1} {number + 1}/{len(work)} loss a window {lost / (number + 1 - skip) / arguments.batch:.3f} {seen / (time.monotonic() - begun):.0f} pieces/s", flush=True)
            if time.monotonic() - saved > SAVE_EVERY:
                keep(passed, number + 1)
                saved = time.monotonic()
        skip = 0
        for document in taken:
            document.forget()
        keep(passed + 1, 0)
        figures = judge(model, held)
        line = f"{passed + 1}\t{lost / max(1, len(work)) / arguments.batch:.3f}\t" + "\t".join(f"{figure:.1f}" for figure in figures)
        with open(out / "log.tsv", "a") as log:
            log.write(line + "\n")
        print(line, flush=True)
    save(model, out, arguments.start)
    checkpoint.unlink()


if __name__ == "__main__":
    main()
