#!/usr/bin/env python3
"""Trains the heads: parts of speech, dependencies and names from the layers of an encoder that stays as it is.

usage: train_heads.py ENCODER CORPORA OUT.safetensors [--cache FOLDER] [--epochs N] [--seed N] [--threads N]
                      [--layers N ...] [--reaches N ...] [--side N] [--arc N] [--sparse SHARE] [--parsed FILE ...]

ENCODER is the folder of a tagger as `train_tagger.py` writes it. CORPORA holds
`gum/gum-{train,dev}.conllu.gz` (gold: parts of speech, dependencies and entities) and
`polnear-{train,dev}.{ndjson,corenlp.ndjson.gz}` (news, by a machine: [begin, end, word, lemma, pos, ner, head, relation] a
token).

Words are what `\\w+|[^\\w\\s]` finds. A treebank's token of several words hangs from its first by `inner`; a word of several
tokens has what leads out of it. Encoded words are kept in --cache, so that a second training takes a fraction of the time.

The trunk is shared: rows of some layers and the word's shape, then residual convolutions over the sentence. GUM
teaches all heads. So does what a better reader found in news, each --parsed FILE that `read_parses.py` wrote; without any,
PolNeAR teaches names, and, through heads of its own that are not kept (its labels are of other versions), the trunk. With
--sparse this share of the convolutions' weights is left in the end (`sparse.py`). Prints scores on both dev parts; writes
matrices in 8 bits, packed as `export.py` packs them.
"""

import argparse
import collections
import gzip
import json
import random
import re
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import reference
import tagger
from export import packed, rounded, taps_of, write
from sparse import Thinning
from tagger import drop

WORD = re.compile(r"\w+|[^\w\s]")
DROPOUT = 0.2
BATCH = 1500  # words
SHAPES = 9
KINDS = ("person", "organization", "place", "group")
NAMES = ["O"] + [part + kind for kind in KINDS for part in ("B-", "I-")]
GROUPS = Path(__file__).with_name("groups.txt")


# ---- Corpora: documents are lists of sentences, a sentence a dict of lists that have an item a word.


def project(text, tokens):
    """Words of a sentence from a treebank's tokens, dicts of begin, end, pos, head (index or -1) and rel."""
    low, high = tokens[0]["begin"], max(token["end"] for token in tokens)
    words = [(low + m.start(), low + m.end()) for m in WORD.finditer(text[low:high])]
    owner, standing = [], {}
    for word, (begin, end) in enumerate(words):
        touching = [at for at, token in enumerate(tokens) if token["begin"] < end and token["end"] > begin]
        if not touching:
            return None
        owner.append(touching[0])
        standing.setdefault(touching[0], word)
    for at, token in enumerate(tokens):
        if at not in standing:
            inside = [word for word, (begin, end) in enumerate(words) if begin < token["end"] and end > token["begin"]]
            if not inside:
                return None
            standing[at] = inside[0]
    heads, relations = [], []
    for word, at in enumerate(owner):
        if standing[at] != word:
            heads.append(standing[at])
            relations.append("inner")
            continue
        for _ in tokens:  # to the token of this word that leads out of it
            head = tokens[at]["head"]
            if head < 0 or standing[head] != word:
                break
            at = head
        head = tokens[at]["head"]
        heads.append(-1 if head < 0 else standing[head])
        relations.append(tokens[at]["rel"])
    return {
        "words": [text[begin:end] for begin, end in words],
        "spans": words,
        "pos": [tokens[at]["pos"] for at in owner],
        "head": heads,
        "rel": relations,
    }


def read_gum(path):
    documents = []
    for line in gzip.open(path, "rt", encoding="utf-8"):
        line = line.rstrip("\n")
        if line.startswith("# newdoc id"):
            name = line.split("= ")[1]
            documents.append({"id": name, "genre": name.split("_")[1], "rows": [], "first": []})
            first = True
        elif line.startswith("# newpar"):
            first = True
        elif line.startswith("# sent_id"):
            documents[-1]["rows"].append([])
            documents[-1]["first"].append(first)
            first = False
        elif line and not line.startswith("#"):
            documents[-1]["rows"][-1].append(line.split("\t"))
    return [gum_document(document) for document in documents]


def gum_document(document):
    text, tokens, bounds = "", [], []
    for rows in document["rows"]:
        first, ids, joined = len(tokens), {}, None
        for row in rows:
            misc = dict(item.split("=", 1) for item in row[9].split("|") if "=" in item)
            if "." in row[0]:
                continue
            if "-" in row[0]:
                joined = int(row[0].split("-")[1]), misc.get("SpaceAfter")
                continue
            number, begin = int(row[0]), len(text)
            text += row[1]
            ids[number] = len(tokens)
            token = {"begin": begin, "end": len(text), "form": row[1], "pos": row[4], "number": int(row[6])}
            tokens.append({**token, "rel": row[7], "entity": misc.get("Entity", "")})
            space = misc.get("SpaceAfter")
            if joined and number <= joined[0]:
                space = joined[1] if number == joined[0] else "No"
            if space != "No":
                text += " "
        if not text.endswith(" "):
            text += " "
        for token in tokens[first:]:
            token["head"] = ids[token["number"]] if token["number"] else -1
        bounds.append((first, len(tokens)))
    names = gum_names(tokens)
    sentences = []
    for (first, past), opens in zip(bounds, document["first"]):
        inner = [{**token, "head": token["head"] - first if token["head"] >= 0 else -1} for token in tokens[first:past]]
        sentence = project(text, inner)
        if sentence:
            sentence["names"] = word_spans(sentence["spans"], names)
            sentence["first"] = opens
            sentences.append(sentence)
    return {"genre": document["genre"], "sentences": sentences}


def gum_mentions(tokens):
    """(first, last, type) of each mention that GUM's Entity annotation opens and closes."""
    opened, found = collections.defaultdict(list), []
    for at, token in enumerate(tokens):
        for single, opening, closing in re.findall(r"\(([^()]+)\)|\(([^()]+)|([^()]+)\)", token["entity"]):
            if single:
                found.append((at, at, single.split("-")[1]))
            elif opening:
                number, kind = opening.split("-")[:2]
                opened[number].append((at, kind))
            elif opened[closing.split("-")[0]]:
                first, kind = opened[closing.split("-")[0]].pop()
                found.append((first, at, kind))
    return found


def gum_names(tokens):
    """Names as news corpora mark them: the proper nouns about the head of a mention whose head is one, titles apart."""
    mentions = gum_mentions(tokens)
    is_name = [token["pos"] in ("NNP", "NNPS") for token in tokens]
    names = []
    for first, last, kind in mentions:
        if kind not in KINDS:
            continue
        tops = [at for at in range(first, last + 1) if not first <= tokens[at]["head"] <= last]
        tops = [at for at in tops if tokens[at]["rel"] != "punct"] or tops
        if not tops or not is_name[tops[0]]:
            continue
        begin = end = tops[0]
        others = {
            at
            for a, z, other in mentions
            if other != kind and other in KINDS and (a, z) != (first, last) and first <= a and z <= last
            for at in range(a, z + 1)
        }
        while begin > first:
            before = tokens[begin - 1]
            foreign = kind == "person" and begin - 1 in others
            if is_name[begin - 1] and before["rel"] != "nmod:desc" and not foreign:
                begin -= 1
            elif (before["pos"] == "HYPH" or before["form"] == "&") and begin - 2 >= first and is_name[begin - 2]:
                begin -= 2
            else:
                break
        starts = {a for a, _, _ in mentions}
        while end < last:
            after, then = tokens[end + 1], end + 2
            form = after["form"].lower()
            if is_name[end + 1] and after["rel"] not in ("appos", "conj"):
                end += 1
            elif kind != "person" and after["pos"] == "CD" and after["rel"] in ("flat", "nummod", "compound"):
                end += 1
            elif kind != "person" and form in ("of", "for"):
                then += then < last and tokens[then]["form"].lower() == "the"
                if then > last or not is_name[then]:
                    break
                end = then
            elif kind == "organization" and form in ("and", "&") and then <= last and is_name[then] and then not in starts:
                end = then
            elif after["pos"] == "HYPH" and then <= last and is_name[then]:
                end = then
            else:
                break
        names.append((tokens[begin]["begin"], tokens[end]["end"], kind))
    outermost, past = [], -1
    for name in sorted(names, key=lambda name: (name[0], -name[1])):
        if name[0] >= past:
            outermost.append(name)
            past = name[1]
    return outermost


def read_polnear(folder, part):
    kinds = {"PERSON": "person", "ORGANIZATION": "organization", "LOCATION": "place", "MISC": "other"}
    with open(folder / f"polnear-{part}.ndjson", encoding="utf-8") as lines:
        texts = {document["id"]: document["text"] for document in map(json.loads, lines)}
    documents = []
    for line in gzip.open(folder / f"polnear-{part}.corenlp.ndjson.gz", "rt", encoding="utf-8"):
        document = json.loads(line)
        text, sentences = texts[document["id"]], []
        for rows in document["sentences"]:
            # Offsets are that tool's: a sentence whose words do not stand where it says is left out.
            same = sum(text[row[0] : row[1]][:1].lower() == row[2][:1].lower() or not row[2][0].isalnum() for row in rows)
            tokens = [{"begin": r[0], "end": r[1], "pos": r[4], "head": r[6] - 1, "rel": r[7], "ner": r[5]} for r in rows]
            sentence = project(text, tokens) if same >= 0.9 * len(rows) else None
            if not sentence:
                continue
            names, before = [], None
            for token in tokens:
                kind = kinds.get(token["ner"])
                if kind and kind == before:
                    names[-1][1] = token["end"]
                elif kind:
                    names.append([token["begin"], token["end"], kind])
                before = kind
            sentence["names"] = word_spans(sentence["spans"], names)
            sentence["first"] = not sentences or "\n" in text[sentences[-1]["spans"][-1][1] : sentence["spans"][0][0]]
            sentences.append(sentence)
        documents.append({"genre": "polnear", "sentences": sentences})
    return documents


def read_parsed(path):
    """What `read_parses.py` wrote."""
    documents = []
    for line in gzip.open(path, "rt", encoding="utf-8"):
        sentences = json.loads(line)
        for sentence in sentences:
            sentence["head"] = [-1 if head is None else head for head in sentence["head"]]
        documents.append({"genre": "parsed", "sentences": sentences})
    return documents


def word_spans(words, names):
    """Names as half-open ranges of a sentence's words."""
    found = []
    for begin, end, kind in names:
        inside = [word for word, (at, _) in enumerate(words) if begin <= at < end]
        if inside:
            found.append((inside[0], inside[-1] + 1, kind))
    return found


# ---- Names made one: what is a title, a group, a person, whoever marked it.


class Cleaner:
    """Brings both corpora's names to one convention, with counts from their training parts alone."""

    titles = set(
        "mr mrs ms miss dr sir president professor prof senator sen rep gov governor secretary congressman mayor judge "
        "general gen col lt sgt capt rev".split()
    )
    surnames = set("will may rose mark bill grace hope jack trump young brown white black green long rich".split())
    leading = set("north south african latin native asian arab saudi".split())

    def __init__(self, gold, silver):
        listed = [word.lower() for line in open(GROUPS, encoding="utf-8") if line[0] != "#" for word in line.split()]
        self.groups = set(listed) | {w + "s" for w in listed} | {w[:-3] + "men" for w in listed if w.endswith("man")}
        self.groups -= {"philippines"}
        self.small, self.capital = collections.Counter(), collections.Counter()
        self.named, self.person, self.last = (collections.Counter() for _ in range(3))
        for document in gold + silver:
            for sentence in document["sentences"]:
                for word in sentence["words"]:
                    (self.small if word.islower() else self.capital)[word.lower()] += 1
        for document in silver:
            for sentence in document["sentences"]:
                for begin, end, kind in sentence["names"]:
                    for word in sentence["words"][begin:end]:
                        self.named[word] += 1
                        self.person[word] += kind == "person"
                    if kind == "person" and end - begin > 1:
                        self.last[sentence["words"][end - 1]] += 1

    def is_title(self, word):
        word = word.lower()
        return self.small[word] >= 8 and 2 * self.small[word] > self.capital[word] and word not in self.surnames

    def is_group(self, word):
        return word[:1].isupper() and word.lower() in self.groups

    def mostly_person(self, word):
        return 2 * self.person[word] >= self.named[word] > 0

    def clean(self, document, silver):
        surnames = {
            sentence["words"][end - 1]
            for sentence in document["sentences"]
            for begin, end, kind in sentence["names"]
            if kind == "person" and end - begin > 1
        }
        for sentence in document["sentences"]:
            sentence["names"] = sorted(self.clean_sentence(sentence, surnames, silver))

    def clean_sentence(self, sentence, surnames, silver):
        words, pos, names = sentence["words"], sentence["pos"], []
        for begin, end, kind in sentence["names"]:
            if kind == "other":
                if self.is_group(words[end - 1]):
                    names.append((self.with_leading(words, end - 1, begin), end, "group"))
                continue
            if kind == "person":
                while begin < end and (self.is_title(words[begin]) or words[begin].lower() in self.titles | {".", "-"}):
                    begin += 1
                if begin == end or self.is_title(words[end - 1]):
                    continue
            if end - begin == 1:
                word = words[begin]
                if self.is_group(word) and (not silver or pos[begin] in ("JJ", "NNPS")):
                    kind = "group"
                elif silver and self.mostly_person(word) and self.named[word] >= 15:
                    kind = "person" if word in surnames or self.last[word] >= 5 else kind
            names.append((begin, end, kind))
        taken = {at for begin, end, _ in names for at in range(begin, end)}
        proper = [p in ("NNP", "NNPS") for p in pos] + [False]
        if silver:
            # That tool overlooks surnames alone which it finds with their first names.
            for at, word in enumerate(words):
                alone = proper[at] and not proper[at + 1] and not (at and proper[at - 1])
                if at not in taken and alone and word in surnames and self.mostly_person(word):
                    names.append((at, at + 1, "person"))
            for at in range(len(words) - 1):
                if words[at : at + 2] == ["Islamic", "State"]:
                    names = [name for name in names if name[1] <= at or name[0] >= at + 2]
                    names.append((at, at + 2, "organization"))
            taken = {at for begin, end, _ in names for at in range(begin, end)}
        for at, word in enumerate(words):
            if at in taken or not self.is_group(word) or pos[at] not in ("JJ", "NNP", "NNPS", "NN", "NNS"):
                continue
            follower = words[at + 1] if at + 1 < len(words) else ""
            if proper[at + 1] and follower[:1].isupper() and at + 1 not in taken and not self.is_title(follower):
                continue  # within a name that is none of ours: "the French Open"
            begin = self.with_leading(words, at, 0)
            begin = at if taken & set(range(begin, at)) else begin
            names.append((begin, at + 1, "group"))
            taken |= set(range(begin, at + 1))
        return names

    def with_leading(self, words, at, least):
        """Where "North Korean", "African-American" begins."""
        if at - 1 >= least and words[at - 1].lower() in self.leading:
            return at - 1
        if at - 2 >= least and words[at - 1] == "-" and words[at - 2].lower() in self.leading:
            return at - 2
        return at


# ---- What goes in.


def shape(word):
    """What a word's letters look like; the same as in `heads.rs`."""
    upper = sum(c.isupper() for c in word)
    if not re.match(r"\w", word):
        return 0
    if re.fullmatch("[0-9]+", word):
        return 1
    if re.search("[0-9]", word):
        return 2
    if upper == 0:
        return 3
    if len(word) == 1:
        return 4
    if upper == len(word):
        return 5
    if word[0].isupper():
        return 6 if upper == 1 else 7
    return 8


def shapes(words):
    found, first = [], True
    for word in words:
        found.append(shape(word) + SHAPES * first)
        first = first and not re.match(r"\w", word)
    return found


class Sentences:
    """A document's sentences, ready for windows as a report is."""

    def __init__(self, sentences, pieces, window):
        words = [word for sentence in sentences for word in sentence["words"]]
        firsts = [sentence["first"] and not at for sentence in sentences for at in range(len(sentence["words"]))]
        cuts = np.cumsum([0] + [len(sentence["words"]) for sentence in sentences]).tolist()
        self.words = words
        self.ids = [pieces.of(word)[:window] for word in words]
        self.sizes = np.array([len(each) for each in self.ids], int)
        self.runs = list(zip(cuts, cuts[1:]))
        self.features = np.array(reference.standing(words, firsts), int)


def encode(folder, documents, layers, path=None, precise=False):
    """The rows of `layers` for each word's first piece, in windows of whole sentences; read from `path` if it is there."""
    count = sum(len(sentence["words"]) for document in documents for sentence in document["sentences"])
    if path and path.exists():
        rows = np.load(path, mmap_mode="r")
        assert rows.shape[:2] == (count, len(layers)), f"{path} is of other documents"
        return rows
    model, pieces = tagger.load(folder).eval(), reference.Pieces(folder)
    model.precise = precise
    window = model.shape.get("window", reference.WINDOW)
    jobs, at = [], 0
    for document in documents:
        cut = Sentences(document["sentences"], pieces, window)
        jobs += [(cut, begin, end, at) for begin, end in reference.windows(cut.sizes, cut.runs, window)]
        at += len(cut.words)
    jobs.sort(key=lambda job: int(job[0].sizes[job[1] : job[2]].sum()))
    shape_ = (count, len(layers), model.shape["hidden_size"])
    rows = np.lib.format.open_memmap(path.with_suffix(".part"), "w+", np.float16, shape_) if path else np.zeros(shape_, np.float16)
    start = time.time()
    with torch.inference_mode():
        for at in range(0, len(jobs), 16):
            group = jobs[at : at + 16]
            pieces_, standing, lengths, firsts = tagger.batch_of([job[:3] for job in group])
            hidden = model.rows(pieces_, standing, lengths)
            hidden = torch.stack([tagger.of_words(hidden[layer], firsts) for layer in layers], 2).half().numpy()
            for found, (_, begin, end, first) in zip(hidden, group):
                rows[first + begin : first + end] = found[: end - begin]
    print(f"encoded {count} words in {time.time() - start:.0f} s", flush=True)
    if path:
        rows.flush()
        path.with_suffix(".part").rename(path)
    return rows


class Corpus:
    """Sentences as numbers, and batches of them."""

    def __init__(self, documents, rows, tags, relations):
        self.rows, self.sentences, at = rows, [], 0
        index = [{label: nth for nth, label in enumerate(labels)} for labels in (tags, relations)]
        for document in documents:
            for sentence in document["sentences"]:
                count = len(sentence["words"])
                names = [0] * count
                for begin, end, kind in sentence["names"]:
                    names[begin:end] = [NAMES.index("I-" + kind)] * (end - begin)
                    names[begin] -= 1
                self.sentences.append(
                    {
                        "at": at,
                        "genre": document["genre"],
                        "shape": np.array(shapes(sentence["words"])),
                        "pos": np.array([index[0].get(label, -100) for label in sentence["pos"]]),
                        "head": np.array(sentence["head"]) + 1,
                        "rel": np.array([index[1].get(label, -100) for label in sentence["rel"]]),
                        "inner": np.array([label == "inner" for label in sentence["rel"]]),
                        "name": np.array(names),
                    }
                )
                at += count
        self.sentences = [sentence for sentence in self.sentences if len(sentence["shape"]) <= 150]

    def batches(self, dice=None):
        """Batches of sentences of like length; in another order each time if there are dice."""
        jitter = (lambda: dice.random() * 4) if dice else (lambda: 0)
        batches, batch, longest = [], [], 0
        for sentence in sorted(self.sentences, key=lambda sentence: len(sentence["shape"]) + jitter()):
            longest = max(longest, len(sentence["shape"]))
            if batch and longest * (len(batch) + 1) > BATCH:
                batches.append(batch)
                batch, longest = [], len(sentence["shape"])
            batch.append(sentence)
        batches.append(batch)
        if dice:
            dice.shuffle(batches)
        for batch in batches:
            yield self.tensors(batch)

    def stream(self, dice):
        while True:
            yield from self.batches(dice)

    def tensors(self, batch):
        longest = max(len(sentence["shape"]) for sentence in batch)
        side = (len(batch), longest)
        x = np.zeros((*side, self.rows.shape[1] * self.rows.shape[2]), np.float32)
        found = {key: np.full(side, -100) for key in ("pos", "head", "rel", "name")}
        found |= {"shape": np.zeros(side, int), "inner": np.zeros(side, bool), "mask": np.zeros(side, bool)}
        for nth, sentence in enumerate(batch):
            count, at = len(sentence["shape"]), sentence["at"]
            x[nth, :count] = self.rows[at : at + count].reshape(count, -1)
            found["mask"][nth, :count] = True
            for key in ("pos", "head", "rel", "name", "shape", "inner"):
                found[key][nth, :count] = sentence[key]
        return {"x": torch.from_numpy(x), "sentences": batch, **{key: torch.from_numpy(v) for key, v in found.items()}}


# ---- The network.


class Tree(nn.Module):
    """Arcs and their labels (Dozat and Manning 2017), the labels by a perceptron over the sum of both ends."""

    def __init__(self, side, arc, relations):
        super().__init__()
        self.dependent, self.head = nn.Linear(side, arc), nn.Linear(side, arc)
        self.product = nn.Linear(arc, arc, bias=False)
        self.prior = nn.Linear(arc, 1, bias=False)
        self.root = nn.Parameter(torch.randn(arc) * 0.1)
        self.label_dependent, self.label_head = nn.Linear(side, arc), nn.Linear(side, arc, bias=False)
        self.label_root = nn.Parameter(torch.randn(arc) * 0.1)
        self.label = nn.Linear(arc, relations)

    def arcs(self, hidden, mask):
        dependents, heads = F.relu(self.dependent(hidden)), F.relu(self.head(hidden))
        heads = torch.cat([F.relu(self.root).to(heads.dtype).expand(len(hidden), 1, -1), heads], 1)
        scores = self.product(drop(dependents, DROPOUT, self.training)) @ heads.transpose(1, 2)
        scores = (scores + self.prior(heads).transpose(1, 2)).float()
        allowed = F.pad(mask, (1, 0), value=True)[:, None]
        itself = F.pad(torch.eye(hidden.shape[1], dtype=torch.bool), (1, 0))
        return scores.masked_fill(~allowed | itself, -1e9)

    def labels(self, hidden, heads):
        governing = self.label_head(hidden)
        governing = torch.cat([self.label_root.to(governing.dtype).expand(len(hidden), 1, -1), governing], 1)
        governing = governing.gather(1, heads.clamp(min=0)[..., None].expand(-1, -1, governing.shape[2]))
        return self.label(drop(F.relu(self.label_dependent(hidden) + governing), DROPOUT, self.training)).float()


class Heads(nn.Module):
    def __init__(self, width, options, inventories):
        super().__init__()
        self.input = nn.Linear(len(options.layers) * width, options.side)
        self.shape = nn.Embedding(2 * SHAPES, options.side)
        nn.init.normal_(self.shape.weight, std=0.05)
        self.convolutions = nn.ModuleList(tagger.Convolution(options.side, reach) for reach in options.reaches)
        self.tags = nn.ModuleDict({name: nn.Linear(options.side, len(tags)) for name, (tags, _) in inventories.items()})
        self.trees = nn.ModuleDict({name: Tree(options.side, options.arc, len(relations)) for name, (_, relations) in inventories.items()})
        self.names = nn.Linear(options.side, len(NAMES))

    def trunk(self, batch):
        x = drop(batch["x"], DROPOUT / 2, self.training)
        hidden = drop(F.hardswish(self.input(x) + self.shape(batch["shape"])), DROPOUT, self.training)
        for convolution in self.convolutions:
            hidden = convolution(hidden, batch["mask"][..., None], lambda rows: drop(rows, DROPOUT, self.training))
        return hidden

    def loss(self, batch, name, weights):
        def cross(scores, gold):
            return F.cross_entropy(scores.float().flatten(0, 1), gold.flatten(), ignore_index=-100)

        hidden, tree = self.trunk(batch), self.trees[name]
        of_arcs = cross(tree.arcs(hidden, batch["mask"]), batch["head"])
        of_labels = cross(tree.labels(hidden, batch["head"]), batch["rel"])
        of_tags, of_names = cross(self.tags[name](hidden), batch["pos"]), cross(self.names(hidden), batch["name"])
        return weights["tag"] * of_tags + weights["name"] * of_names + weights["tree"] * (of_arcs + of_labels)


# ---- Decoding and scores.


def best_tree(scores):
    """Heads of the best tree with one root (Chu and Liu 1965, Edmonds 1967); `scores` has a row a word, column 0 the root."""
    count = len(scores)
    graph = np.full((count + 1, count + 1), -1e12)
    graph[1:] = scores
    graph[1:, 0] -= 1e7
    return edmonds(graph)[1:]


def edmonds(graph):
    side = len(graph)
    heads = graph.argmax(1)
    heads[0] = 0
    seen = np.zeros(side, int)
    ring = None
    for start in range(1, side):
        at = start
        while at and not seen[at]:
            seen[at] = start
            at = heads[at]
        if at and seen[at] == start:
            ring = [at]
            while heads[ring[-1]] != at:
                ring.append(heads[ring[-1]])
            break
    if ring is None:
        return heads
    rest = [node for node in range(side) if node not in ring]
    smaller = np.full((len(rest) + 1, len(rest) + 1), -1e12)
    smaller[:-1, :-1] = graph[np.ix_(rest, rest)]
    leaving = graph[np.ix_(rest, ring)]
    entering = graph[np.ix_(ring, rest)] - graph[ring, heads[ring]][:, None]
    smaller[1:-1, -1], smaller[-1, :-1] = leaving.max(1)[1:], entering.max(0)
    inner = edmonds(smaller)
    for at, node in enumerate(rest[1:], 1):
        heads[node] = ring[leaving[at].argmax()] if inner[at] == len(rest) else rest[inner[at]]
    heads[ring[entering[:, inner[-1]].argmax()]] = rest[inner[-1]]
    return heads


def best_names(scores):
    """Labels of the best sequence in which inside follows its own beginning or itself."""
    inside = np.array([name[0] == "I" for name in NAMES])
    follows = np.where(inside, -1e9, 0.0) * np.ones((len(NAMES), 1))
    for label in np.flatnonzero(inside):
        follows[[label - 1, label], label] = 0
    best, back = scores[0] + np.where(inside, -1e9, 0.0), []
    for row in scores[1:]:
        through = best[:, None] + follows
        back.append(through.argmax(0))
        best = through.max(0) + row
    labels = [int(best.argmax())]
    for step in reversed(back):
        labels.append(int(step[labels[-1]]))
    return labels[::-1]


def name_spans(labels):
    spans, at = set(), 0
    while at < len(labels):
        start, at = at, at + 1
        if labels[start]:
            while at < len(labels) and labels[at] == labels[start] + 1:
                at += 1
            spans.add((start, at, NAMES[labels[start]][2:]))
    return spans


def score(heads, corpus, name, title, genres=None):
    """Prints accuracy of tags, attachment with and without labels (`inner` apart), F1 of names exactly found."""
    right, names = collections.Counter(), collections.defaultdict(collections.Counter)
    heads.eval()
    tree = heads.trees[name]
    with torch.inference_mode():
        for batch in corpus.batches():
            hidden = heads.trunk(batch)
            arcs = tree.arcs(hidden, batch["mask"]).numpy()
            found = torch.zeros_like(batch["head"])
            for nth, sentence in enumerate(batch["sentences"]):
                count = len(sentence["shape"])
                found[nth, :count] = torch.from_numpy(best_tree(arcs[nth, :count, : count + 1]).copy())
            labels = tree.labels(hidden, found).argmax(-1)
            tags, scores = heads.tags[name](hidden).argmax(-1), heads.names(hidden).float().numpy()
            for nth, sentence in enumerate(batch["sentences"]):
                if genres and sentence["genre"] not in genres:
                    continue
                count = len(sentence["shape"])
                outer = ~sentence["inner"]
                arc = (found[nth, :count].numpy() == sentence["head"]) & outer
                right["words"] += count
                right["outer"] += outer.sum()
                right["tags"] += (tags[nth, :count].numpy() == sentence["pos"]).sum()
                right["arcs"] += arc.sum()
                right["labelled"] += (arc & (labels[nth, :count].numpy() == sentence["rel"])).sum()
                predicted, gold = name_spans(best_names(scores[nth, :count])), name_spans(list(sentence["name"]))
                for kind in KINDS:
                    of = [{span for span in spans if span[2] == kind} for spans in (predicted, gold, predicted & gold)]
                    names[kind].update(predicted=len(of[0]), gold=len(of[1]), both=len(of[2]))
    heads.train()

    def f1(counts):
        return 200 * counts["both"] / max(1, counts["predicted"] + counts["gold"])

    if not right["words"]:
        print(f"{title:14} no words", flush=True)
        return
    total = sum(names.values(), collections.Counter())
    print(
        f"{title:14} {right['words']} words: tags {100 * right['tags'] / right['words']:.2f}, "
        f"unlabelled {100 * right['arcs'] / right['outer']:.2f}, labelled {100 * right['labelled'] / right['outer']:.2f}, "
        f"{total['gold']} names {f1(total):.1f} "
        + " ".join(f"{kind} {f1(counts):.1f}" for kind, counts in names.items()),
        flush=True,
    )


# ---- What comes out.


def export(heads, options, tags, relations, path):
    tensors = {}

    def array(values):
        return values.detach().numpy().astype(np.float32)

    def matrix(name, weight, bias=None):
        weight = array(weight)
        padding = -len(weight) % 16
        weight = np.pad(weight, ((0, padding), (0, 0)))
        whole, scale = rounded(weight)
        tensors[f"syntax.{name}.weight"] = packed(whole)
        tensors[f"syntax.{name}.scale"] = scale
        tensors[f"syntax.{name}.sum"] = whole.sum(axis=1, dtype=np.int32)
        tensors[f"syntax.{name}.bias"] = np.zeros(len(weight), np.float32) if bias is None else np.pad(array(bias), (0, padding))

    for nth, part in enumerate(heads.input.weight.chunk(len(options.layers), dim=1)):
        matrix(f"input.{nth}", part)
    tensors["syntax.shapes"] = array(heads.shape.weight + heads.input.bias)
    for nth, convolution in enumerate(heads.convolutions):
        tensors |= taps_of(f"syntax.convolution.{nth}", array(convolution.taps.weight), array(convolution.taps.bias))
        tensors[f"syntax.convolution.{nth}.norm.weight"] = array(convolution.norm.weight)
        tensors[f"syntax.convolution.{nth}.norm.bias"] = array(convolution.norm.bias)
    matrix("tags", heads.tags["gum"].weight, heads.tags["gum"].bias)
    matrix("names", heads.names.weight, heads.names.bias)
    tree = heads.trees["gum"]
    matrix("arc.dependent", tree.dependent.weight, tree.dependent.bias)
    matrix("arc.head", tree.head.weight, tree.head.bias)
    matrix("arc.product", tree.product.weight)
    tensors["syntax.arc.root"] = array(F.relu(tree.root))
    tensors["syntax.arc.prior"] = array(tree.prior.weight[0])
    matrix("relation.dependent", tree.label_dependent.weight, tree.label_dependent.bias)
    matrix("relation.head", tree.label_head.weight)
    matrix("relation.label", tree.label.weight, tree.label.bias)
    tensors["syntax.relation.root"] = array(tree.label_root)
    metadata = {
        "syntax.layers": " ".join(map(str, options.layers)),
        "syntax.reaches": " ".join(map(str, options.reaches)),
        "syntax.tags": " ".join(tags),
        "syntax.relations": " ".join(relations),
        "syntax.names": " ".join(NAMES),
    }
    write(path, tensors, metadata)


def inventory(documents, key):
    counts = collections.Counter(label for d in documents for sentence in d["sentences"] for label in sentence[key])
    return sorted((label for label, count in counts.items() if count >= 10 and label not in ("_", "VERB")), key=lambda l: (-counts[l], l))


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("encoder", type=Path)
    options.add_argument("corpora", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--cache", type=Path)
    options.add_argument("--epochs", type=float, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--threads", type=int)
    options.add_argument("--layers", type=int, nargs="+", default=[1, 3, 5])
    options.add_argument("--reaches", type=int, nargs="+", default=[1, 2, 4])
    options.add_argument("--side", type=int, default=192)
    options.add_argument("--arc", type=int, default=128)
    options.add_argument("--sparse", type=float)
    options.add_argument("--parsed", type=Path, nargs="+", default=[])
    options = options.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    dice = random.Random(options.seed)

    gum = {part: read_gum(options.corpora / "gum" / f"gum-{part}.conllu.gz") for part in ("train", "dev")}
    polnear = {part: read_polnear(options.corpora, part) for part in ("train", "dev")}
    cleaner = Cleaner(gum["train"], polnear["train"])
    for documents, silver in [(gum["train"] + gum["dev"], False), (polnear["train"] + polnear["dev"], True)]:
        for document in documents:
            cleaner.clean(document, silver)
    inventories = {name: [inventory(of["train"], key) for key in ("pos", "rel")] for name, of in (("gum", gum), ("polnear", polnear))}
    if options.cache:
        options.cache.mkdir(parents=True, exist_ok=True)

    def corpus(documents, name, of):
        path = options.cache / f"{name}.npy" if options.cache else None
        return Corpus(documents, encode(options.encoder, documents, options.layers, path), *inventories[of])

    gold = corpus(gum["train"], "gum-train", "gum")
    dev = {name: corpus(of["dev"], f"{name}-dev", name) for name, of in (("gum", gum), ("polnear", polnear))}
    # Each with the heads that it teaches, and how much each of them counts.
    lessons = [(gold.stream(dice), "gum", {"tag": 1, "name": 0.7, "tree": 1})]
    for path in options.parsed:
        lessons.append((corpus(read_parsed(path), path.name, "gum").stream(dice), "gum", {"tag": 1, "name": 1, "tree": 1}))
    if not options.parsed:
        silver = corpus(polnear["train"], "polnear-train", "polnear")
        lessons.append((silver.stream(dice), "polnear", {"tag": 0.3, "name": 1, "tree": 0.5}))

    heads = Heads(gold.rows.shape[2], options, inventories)
    optimizer = torch.optim.AdamW(heads.parameters(), lr=2e-3, betas=(0.9, 0.98), weight_decay=0.01)
    thinning = Thinning(heads.convolutions, options.sparse) if options.sparse else None
    steps = int(options.epochs * sum(1 for _ in gold.batches()))
    start = time.time()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 50) * (1 - step / steps)
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            loss = sum(heads.loss(next(batches), name, weights) for batches, name, weights in lessons)
            loss.backward()
        nn.utils.clip_grad_norm_(heads.parameters(), 5.0)
        optimizer.step()
        if thinning:
            thinning.step(step / steps)
        if step % 100 == 99:
            print(f"step {step + 1} of {steps}, loss {loss.item():.3f}, {time.time() - start:.0f} s", flush=True)

    export(heads, options, *inventories["gum"], options.out)
    written = ("news", "interview", "bio", "speech", "essay", "academic", "textbook", "voyage", "court")
    score(heads, dev["gum"], "gum", "GUM dev")
    score(heads, dev["gum"], "gum", "GUM dev news", {"news"})
    score(heads, dev["gum"], "gum", "GUM dev, written", set(written))
    # Without PolNeAR among the lessons only its names mean anything.
    score(heads, dev["polnear"], "polnear", "PolNeAR dev")
    if options.cache:
        torch.save({"heads": heads.state_dict(), "inventories": inventories}, options.cache / "heads.pt")


if __name__ == "__main__":
    main()
