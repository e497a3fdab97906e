"""The tagger as it is trained: a transformer, or a stack of convolutions, over windows of a report with a linear-chain
conditional random field on top.

Words, pieces and windows are those of `reference.py`. To each word's pieces is added an embedding of where the word stands
(`features`): quotation marks and line breaks, which word pieces do not show. Labels are O and B- and I- of source, cue and
content; a word's label is read off its first piece.

Dropout is drawn once for a window and a feature (Gal and Ghahramani 2016) and pieces are hidden at random: both cost a
processor nothing, where a mask for each number takes more time than the network.
"""

import functools
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import load_file, save_file
from torch import nn

import reference
from reference import CLS, FEATURES, SEP, WINDOW, features

LABELS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
FORBIDDEN = -10000.0
HIDDEN_PIECE = 103  # [MASK]


def forbidden():
    """Transitions (from, to) into the inside of a span from anything but that kind of span."""
    return torch.tensor([[label[:1] == "I" and label[2:] != before[2:] for label in LABELS] for before in LABELS])


def drop(rows, share, training):
    """Dropout, drawn once for a part of a batch and a feature."""
    if not training or not share:
        return rows
    keep = torch.rand(rows.shape[0], 1, rows.shape[2]) >= share
    return rows * (keep / (1 - share)).to(rows.dtype)


RELATIVE, FARTHEST = 32, 128  # MPNet's kinds of distance between two pieces, and from where on all are one kind


@functools.lru_cache(maxsize=32)
def distances(length):
    """The kind of distance from each of `length` pieces to each other: length x length (Raffel et al. 2020, as MPNet has it)."""
    away = torch.arange(length)[:, None] - torch.arange(length)[None]
    half = RELATIVE // 2
    near = half // 2
    far = away.abs()
    growing = near + (far.clamp(min=1).float() / near).log() / np.log(FARTHEST / near) * (half - near)
    return torch.where(far < near, far, growing.long().clamp(max=half - 1)) + half * (away < 0)


class Layer(nn.Module):
    """Attention of `heads` heads of `part` numbers each and a perceptron of `inner`; with `relative`, attention also counts how
    far apart two pieces are."""

    def __init__(self, side, heads, part, inner, epsilon, relative):
        super().__init__()
        self.heads, self.part = heads, part
        self.qkv = nn.Linear(side, 3 * heads * part)
        self.context = nn.Linear(heads * part, side)
        self.attended = nn.LayerNorm(side, eps=epsilon)
        self.expand = nn.Linear(side, inner)
        self.contract = nn.Linear(inner, side)
        self.output = nn.LayerNorm(side, eps=epsilon)
        if relative:
            self.apart = nn.Embedding(RELATIVE, heads)

    def forward(self, rows, barred, drop):
        batch, length, _ = rows.shape
        query, key, value = self.qkv(rows).view(batch, length, 3, self.heads, self.part).permute(2, 0, 3, 1, 4)
        beside = [] if barred is None else [barred]
        if hasattr(self, "apart"):
            beside.append(self.apart(distances(length)).permute(2, 0, 1).to(query.dtype))
        if self.training:
            scores = sum(beside, torch.matmul(query * self.part**-0.5, key.transpose(-1, -2)))
            mixed = torch.matmul(torch.softmax(scores, -1), value)
        else:
            mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=sum(beside) if beside else None)
        mixed = mixed.transpose(1, 2).reshape(batch, length, self.heads * self.part)
        rows = self.attended(rows + drop(self.context(mixed)))
        return self.output(rows + drop(self.contract(F.gelu(self.expand(rows)))))

    def worth(self):
        """How much the loss of the last batch would change, to first order, without each head and without each inner number:
        what a factor of one before it would have for a gradient (Molchanov et al. 2017)."""
        heads = (self.context.weight * self.context.weight.grad).sum(0).view(self.heads, self.part).sum(1)
        return heads.abs(), (self.contract.weight * self.contract.weight.grad).sum(0).abs()

    @torch.no_grad()
    def keep(self, heads, inner):
        """Leaves only these heads and inner numbers."""
        columns = (heads[:, None] * self.part + torch.arange(self.part)).flatten()
        thrice = torch.cat([columns + nth * self.heads * self.part for nth in range(3)])
        self.qkv, self.expand = cut(self.qkv, thrice, slice(None)), cut(self.expand, inner, slice(None))
        self.context, self.contract = cut(self.context, slice(None), columns), cut(self.contract, slice(None), inner)
        if hasattr(self, "apart"):
            self.apart = nn.Embedding(RELATIVE, len(heads), _weight=self.apart.weight[:, heads].clone())
        self.heads = len(heads)


def cut(linear, outputs, inputs):
    """A linear map of some of its outputs and inputs."""
    weight = linear.weight[outputs][:, inputs]
    out = nn.Linear(weight.shape[1], weight.shape[0])
    out.weight.copy_(weight)
    out.bias.copy_(linear.bias[outputs])
    return out


class Convolution(nn.Module):
    """A residual convolution over a piece and those `reach` before and after it (Strubell et al. 2017)."""

    def __init__(self, side, reach):
        super().__init__()
        self.reach = reach
        self.norm = nn.LayerNorm(side, eps=1e-12)
        self.taps = nn.Linear(3 * side, side)

    def forward(self, rows, live, drop):
        here = self.norm(rows) * live
        if torch.is_autocast_enabled("cpu"):
            here = here.to(torch.bfloat16)
        padded = F.pad(here, (0, 0, self.reach, self.reach))
        length = rows.shape[1]
        taps = torch.cat([padded[:, :length], padded[:, self.reach : self.reach + length], padded[:, 2 * self.reach :]], 2)
        return rows + drop(F.hardswish(self.taps(taps)))


class Tagger(nn.Module):
    """Emissions of windows. `shape` has hidden_size, num_attention_heads, num_hidden_layers, intermediate_size, vocab_size;
    `reaches`, one a convolution, instead of heads and layers; `model_type` "mpnet" where attention also counts how far apart
    two pieces are; `kept`, a pair of heads and inner numbers for each layer that was pruned; and `told`, the layer before which
    features come in, if it is not the first."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        side = shape["hidden_size"]
        self.words = nn.Embedding(shape["vocab_size"], side)
        self.positions = nn.Embedding(shape.get("max_position_embeddings", WINDOW + 2), side)
        self.features = nn.Embedding(FEATURES, side)
        epsilon = shape.get("layer_norm_eps", 1e-12)
        self.norm = nn.LayerNorm(side, eps=epsilon)
        inner, heads = shape["intermediate_size"], shape["num_attention_heads"]
        if "reaches" in shape:
            self.layers = nn.ModuleList(Convolution(side, reach) for reach in shape["reaches"])
            self.last = nn.LayerNorm(side, eps=1e-12)
        else:
            relative = shape.get("model_type") == "mpnet"
            kept = shape.get("kept", [(heads, inner)] * shape["num_hidden_layers"])
            self.layers = nn.ModuleList(Layer(side, *each, epsilon, relative) for each in ((of, side // heads, within) for of, within in kept))
        self.classifier = nn.Linear(side, len(LABELS))
        self.transitions = nn.Parameter(torch.zeros(len(LABELS), len(LABELS)))
        self.dropout = 0.0
        self.frozen = 0  # layers that do not learn, nor do the embeddings of pieces
        self.precise = False  # 32 bits throughout
        for module in self.modules():
            if isinstance(module, (nn.Linear, nn.Embedding)):
                nn.init.normal_(module.weight, std=0.02)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)
        nn.init.zeros_(self.features.weight)

    def drop(self, rows):
        return drop(rows, self.dropout, self.training)

    def forward(self, pieces, standing, lengths):
        """`pieces` and `standing` (a feature, or FEATURES where there is no word): batch x length. Returns batch x length x 7."""
        return self.classifier(self.rows(pieces, standing, lengths)[-1].float())

    def rows(self, pieces, standing, lengths):
        """The rows of every layer, that of the embeddings first: each batch x length x side."""
        longest = pieces.shape[1]
        table = torch.cat([self.features.weight, torch.zeros(1, self.features.weight.shape[1])])
        told = F.embedding(standing, table)
        above = self.shape.get("told", 0)
        rows = self.words(pieces) + (0 if above else told)
        past = torch.arange(longest)[None] >= lengths[:, None]
        if "reaches" in self.shape:
            beside = (~past).float()[:, :, None]
        else:
            rows = rows + self.positions.weight[:longest]
            barred = torch.zeros(past.shape, dtype=torch.float if self.precise else torch.bfloat16).masked_fill(past, -1e4)
            beside = barred[:, None, None] if past.any() else None
        every = [self.drop(self.norm(rows))]
        with torch.autocast("cpu", torch.bfloat16, enabled=not self.precise):
            for number, layer in enumerate(self.layers):
                below = every[-1] + told if number and number == above else every[-1]
                with torch.set_grad_enabled(torch.is_grad_enabled() and number >= self.frozen):
                    every.append(layer(below, beside, self.drop))
        if "reaches" in self.shape:
            every[-1] = self.last(every[-1])
        return every

    @torch.no_grad()
    def prune(self, worth, heads, inner):
        """Leaves the `heads` heads and `inner` inner numbers of all layers that are worth most beside others of their layer, and
        at least one of each in a layer. `worth` has what each layer's `worth()` gave, summed."""

        def best(of, count):
            of = [each / each.square().mean().sqrt().clamp(min=1e-12) for each in of]
            least = torch.cat(of).sort(descending=True).values[count - 1]
            return [(each >= min(least, each.max())).nonzero()[:, 0] for each in of]

        for layer, each, within, (_, of) in zip(self.layers, best([each for each, _ in worth], heads), best([each for _, each in worth], inner), worth):
            # The program reckons with inner numbers in sixteens.
            count = max(16, round(len(within) / 16) * 16)
            layer.keep(each, of.argsort(descending=True)[:count].sort().values)
        self.shape["kept"] = [(layer.heads, layer.expand.out_features) for layer in self.layers]

    def chain(self):
        """Transitions with those that cannot be."""
        return self.transitions.masked_fill(forbidden(), FORBIDDEN)


def load(folder):
    """A tagger from a folder: one that was trained here, or a BERT or MPNet (then features and transitions begin at nothing)."""
    folder = Path(folder)
    shape = json.loads((folder / "config.json").read_text())
    weights = load_file(folder / "model.safetensors")
    if shape.get("model_type") == "mpnet" and "classifier.weight" not in weights:
        weights = as_bert_has_it(weights)
        sizes = [len(weights[f"{EMBEDDINGS}{what}_embeddings.weight"]) for what in ("word", "position")]
        shape = {**shape, "vocab_size": sizes[0], "max_position_embeddings": sizes[1]}
    model = Tagger(shape)
    weights = weights if "reaches" in shape or "words.weight" in weights else renamed(weights, model)
    model.load_state_dict({name: torch.from_numpy(value.astype(np.float32)) for name, value in weights.items()}, strict=False)
    file = folder / "transitions.json"
    if file.exists():
        with torch.no_grad():
            model.transitions.copy_(torch.tensor(json.loads(file.read_text())["transitions"]).clamp(min=-20))
    return model


def as_bert_has_it(weights):
    """MPNet's weights under BERT's names, and its pieces in the order of BERT's vocabulary: it has the same ones, after four
    of its own, which stand where BERT has those that do the same."""
    parts = {"attention.attn.q": "attention.self.query", "attention.attn.k": "attention.self.key", "attention.attn.v": "attention.self.value"}
    parts |= {"attention.attn.o": "attention.output.dense", "attention.LayerNorm": "attention.output.LayerNorm"}
    out = {}
    for name, value in weights.items():
        for theirs, bert in parts.items():
            name = name.replace(f".{theirs}.", f".{bert}.")
        out[name] = value
    words = out[f"{EMBEDDINGS}word_embeddings.weight"]
    ordered = words[4:-1].copy()
    for piece, row in ((0, 1), (CLS, 0), (SEP, 2), (reference.UNK, 3), (HIDDEN_PIECE, len(words) - 1)):
        ordered[piece] = words[row]
    out[f"{EMBEDDINGS}word_embeddings.weight"] = ordered
    positions = out[f"{EMBEDDINGS}position_embeddings.weight"]
    out[f"{EMBEDDINGS}position_embeddings.weight"] = positions[2:]
    out[f"{EMBEDDINGS}token_type_embeddings.weight"] = np.zeros((1, positions.shape[1]), positions.dtype)
    return out


BERT = {
    "context": "attention.output.dense",
    "attended": "attention.output.LayerNorm",
    "expand": "intermediate.dense",
    "contract": "output.dense",
    "output": "output.LayerNorm",
}
EMBEDDINGS = "embeddings."


def renamed(weights, model):
    """BERT's names and shapes -> ours."""
    out = {"words.weight": weights[f"{EMBEDDINGS}word_embeddings.weight"]}
    if "encoder.relative_attention_bias.weight" in weights:
        for number in range(len(model.layers)):
            out[f"layers.{number}.apart.weight"] = weights["encoder.relative_attention_bias.weight"]
    out["positions.weight"] = weights[f"{EMBEDDINGS}position_embeddings.weight"] + weights[f"{EMBEDDINGS}token_type_embeddings.weight"][0]
    for what in ("weight", "bias"):
        out[f"norm.{what}"] = weights[f"{EMBEDDINGS}LayerNorm.{what}"]
        for number in range(len(model.layers)):
            source = f"encoder.layer.{number}."
            out[f"layers.{number}.qkv.{what}"] = np.concatenate([weights[f"{source}attention.self.{part}.{what}"] for part in ("query", "key", "value")])
            for ours, theirs in BERT.items():
                out[f"layers.{number}.{ours}.{what}"] = weights[f"{source}{theirs}.{what}"]
    return out


def save(model, folder, tokenizer):
    """In 16 bits. The files of pieces come from the folder `tokenizer`."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: value.detach().numpy().astype(np.float16) for name, value in model.state_dict().items() if name != "transitions"}
    save_file({name: np.ascontiguousarray(value) for name, value in weights.items()}, folder / "model.safetensors")
    shape = {**model.shape, "max_position_embeddings": len(model.positions.weight)}
    (folder / "config.json").write_text(json.dumps(shape, indent=1))
    chain = model.chain().detach().numpy().astype(float).round(4).tolist()
    (folder / "transitions.json").write_text(json.dumps({"labels": LABELS, "transitions": chain}))
    for name in ("vocab.txt", "tokenizer.json"):
        (folder / name).write_bytes((Path(tokenizer) / name).read_bytes())


class Report:
    """A report cut into words and pieces, ready for windows."""

    def __init__(self, text, pieces, window=WINDOW):
        self.window = window
        self.words = [match.span() for match in reference.WORD.finditer(text)]
        self.ids = [pieces.of(text[start:end])[:window] for start, end in self.words]
        self.sizes = np.array([len(each) for each in self.ids], int)
        self.runs = reference.sentences(text, self.words)
        self.features = np.array(features(text, self.words), int)

    def packed(self, rng):
        """Windows over whole sentences; the first is of random length, so that each pass cuts elsewhere."""
        out, begin, room = [], 0, int(rng.integers(self.window // 4, self.window + 1))
        for first, past in self.runs:
            for start in range(first, past, self.window) if past - first > self.window else (first,):
                stop = min(past, start + self.window) if past - first > self.window else past
                while self.sizes[begin:stop].sum() > room and start > begin:
                    out.append((begin, start))
                    begin, room = start, self.window
        if begin < len(self.words):
            out.append((begin, len(self.words)))
        return [cut for window in out for cut in self.clipped(*window)]

    def clipped(self, begin, end):
        """A window's parts, none of which is longer than a window."""
        while self.sizes[begin:end].sum() > self.window:
            fits = begin + max(1, int(np.searchsorted(np.cumsum(self.sizes[begin:end]), self.window, "right")))
            yield begin, fits
            begin = fits
        if begin < end:
            yield begin, end


def batch_of(jobs):
    """(report, begin, end)s as tensors: pieces, standing, lengths, and where each word's first piece is (batch x words)."""
    sizes = [int(report.sizes[begin:end].sum()) + 2 for report, begin, end in jobs]
    longest = -(-max(sizes) // 16) * 16
    most = max(end - begin for _, begin, end in jobs)
    pieces = np.zeros((len(jobs), longest), np.int64)
    standing = np.full((len(jobs), longest), FEATURES, np.int64)
    firsts = np.zeros((len(jobs), most), np.int64)
    for row, ((report, begin, end), size) in enumerate(zip(jobs, sizes)):
        pieces[row, :size] = [CLS, *(piece for word in report.ids[begin:end] for piece in word), SEP]
        standing[row, 1 : size - 1] = np.repeat(report.features[begin:end], report.sizes[begin:end])
        firsts[row, : end - begin] = 1 + np.cumsum(report.sizes[begin:end]) - report.sizes[begin:end]
    return tuple(map(torch.from_numpy, (pieces, standing, np.array(sizes), firsts)))


def of_words(emissions, firsts):
    return emissions.gather(1, firsts[:, :, None].expand(-1, -1, emissions.shape[2]))


@torch.no_grad()
def marginals(emissions, chain, counts):
    """Forward and backward: log of the sum over all labelings (batch), the share of each label at each word (batch x words x
    7), and how often each transition is expected (batch x 7 x 7). `counts` says how many words each window has. A window may
    begin inside a span."""
    batch, most, labels = emissions.shape
    emissions = emissions.double()
    top = emissions.amax(2, keepdim=True)
    weight = (emissions - top).exp()
    passing = chain.double().exp()
    live = (torch.arange(most)[None] < counts[:, None]).double()
    forward, scale = [], []
    row = weight[:, 0]
    for word in range(most):
        if word:
            row = torch.where(live[:, word, None] > 0, (forward[-1] @ passing) * weight[:, word], forward[-1])
        size = row.sum(1, keepdim=True)
        row = row / size
        forward.append(row)
        scale.append(size)
    ahead = torch.ones(batch, labels, dtype=torch.double)
    backward = [ahead]
    for word in range(most - 1, 0, -1):
        step = ((weight[:, word] * ahead) @ passing.T) / scale[word]
        ahead = torch.where(live[:, word, None] > 0, step, ahead)
        backward.append(ahead)
    forward, backward, scale = torch.stack(forward, 1), torch.stack(backward[::-1], 1), torch.stack(scale, 1)[:, :, 0]
    total = ((scale.log() + top[:, :, 0]) * live).sum(1)
    unary = forward * backward
    unary = unary / unary.sum(2, keepdim=True) * live[:, :, None]
    right = weight[:, 1:] * backward[:, 1:] / scale[:, 1:, None] * live[:, 1:, None]
    pairs = torch.einsum("bwi,bwj->bij", forward[:, :-1], right) * passing
    return total, unary, pairs


class Chain(torch.autograd.Function):
    """Cross-entropy of a chain against another that is known by its shares of labels and of transitions: exact, and what the
    likelihood of one labeling is where those are zeros and ones."""

    @staticmethod
    def forward(context, emissions, chain, counts, unary, pairs):
        total, own, owned = marginals(emissions.detach(), chain.detach(), counts)
        context.save_for_backward(own - unary, (owned - pairs).sum(0))
        known = (emissions.double() * unary).sum((1, 2)) + (chain.double().clamp(min=-50) * pairs).sum((1, 2))
        return (total - known).sum().float()

    @staticmethod
    def backward(context, gradient):
        words, pairs = context.saved_tensors
        return (gradient * words).float(), (gradient * pairs).float(), None, None, None


@torch.no_grad()
def emissions_of(models, reports, batch=16):
    """Raw outputs for each word of reports: lists of words x 7. Several models are averaged."""
    jobs = [(report, *window) for report in reports for window in reference.windows(report.sizes, report.runs, report.window)]
    order = sorted(range(len(jobs)), key=lambda job: int(jobs[job][0].sizes[jobs[job][1] : jobs[job][2]].sum()))
    scores = {id(report): np.zeros((len(report.words), len(LABELS)), np.float32) for report in reports}
    for at in range(0, len(order), batch):
        group = [jobs[job] for job in order[at : at + batch]]
        pieces, standing, lengths, firsts = batch_of(group)
        out = sum(of_words(model(pieces, standing, lengths), firsts) for model in models).numpy() / len(models)
        for row, (report, begin, end) in zip(out, group):
            scores[id(report)][begin:end] = row[: end - begin]
    return [scores[id(report)] for report in reports]
