"""The reader as torch trains it: the encoder of multilingual-e5-small, and heads after some of its layers."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.e5_wheel import widen
from training.reader_batches import MAX_SENTENCES, PADDING

WIDTH, HEADS, LAYERS, INNER = 384, 12, 12, 1536
EXITS = (3, 4, 6, 12)  # layers after which all is scored
SHIPPED_EXITS = (4, 12)
WEIGHT_STEPS = 63  # of 7 bits, on each side of zero
COLUMNS = 5  # of a head: none (first token), marker, mean, first and last of the value


class Scores(NamedTuple):
    """Of N windows."""

    sentences: Tensor  # (N, S), -inf where there is none
    none: Tensor  # (N,)
    first: Tensor  # (N, T)
    last: Tensor


def apply_rounded(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Return ``x @ weight.T + bias`` of rounded values, with the gradient of unrounded ones (Jacob et al. 2018)."""
    with torch.no_grad():
        step = weight.abs().amax(1, keepdim=True).clamp(min=1e-8) / WEIGHT_STEPS
        weight_error = torch.round(weight / step) * step - weight
        low = x.amin((1, 2), keepdim=True).clamp(max=0)
        step = ((x.amax((1, 2), keepdim=True).clamp(min=0) - low) / 255).clamp(min=1e-8)
        error = (torch.round(x / step) * step - x).to(x.dtype)
    return functional.linear(x + error, weight + weight_error, bias)


def normalise(norm: nn.LayerNorm, x: Tensor) -> Tensor:
    """Layer normalisation that keeps states in 16 bits where they are in 16 bits."""
    with torch.autocast(x.device.type, enabled=False):
        return functional.layer_norm(
            x, (WIDTH,), norm.weight.to(x.dtype), norm.bias.to(x.dtype), norm.eps
        )


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
    """Scaled dot-product attention; on a processor by two products, which is faster there than torch's own."""
    if q.device.type != "cpu":
        return functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    n, heads, t, width = q.shape
    flat = [each.reshape(n * heads, t, width) for each in (q * width**-0.5, k, v)]
    weights = torch.bmm(flat[0], flat[1].transpose(1, 2)).view(n, heads, t, t)
    weights = weights + (~mask) * torch.tensor(-30000.0, dtype=weights.dtype)
    weights = torch.softmax(weights, -1, dtype=weights.dtype).view(n * heads, t, t)
    return torch.bmm(weights, flat[2]).view(n, heads, t, width)


class Layer(nn.Module):
    """A transformer layer, normalised after each half (Vaswani et al. 2017)."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor, dropped: float, rounded: bool = False) -> Tensor:
        """``rounded``: as it computes in 8 bits."""
        linear = apply_rounded if rounded else functional.linear
        n, t, _ = x.shape
        qkv = linear(x, self.qkv.weight, self.qkv.bias)
        q, k, v = qkv.view(n, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = attend(q, k, v, mask)
        seen = seen.transpose(1, 2).reshape(n, t, WIDTH)
        seen = linear(seen, self.out.weight, self.out.bias)
        x = normalise(self.norm1, x + functional.dropout(seen, dropped, self.training))
        inner = functional.gelu(linear(x, self.up.weight, self.up.bias), approximate="tanh")
        inner = linear(inner, self.down.weight, self.down.bias)
        return normalise(self.norm2, x + functional.dropout(inner, dropped, self.training))


class ReaderNet(nn.Module):
    """Token ids into scores after each exit."""

    def __init__(self) -> None:
        super().__init__()
        self.positions = nn.Parameter(torch.zeros(512, WIDTH))
        self.kind = nn.Parameter(torch.zeros(WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.heads = nn.ModuleList(nn.Linear(WIDTH, COLUMNS) for _ in EXITS)
        self.dropped = 0.1
        self.rounded = False
        self.half_states = False  # computes in 16 bits
        self.exits = EXITS  # that are trained
        for head in self.heads:
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def load_wheel(self, tensors: dict[str, Any]) -> None:
        """Begin with the published weights."""

        def get(name: str) -> Tensor:
            value = tensors[name]
            return torch.tensor(widen(value) if value.dtype.name == "uint8" else value.copy())

        with torch.no_grad():
            self.positions.copy_(get("emb.pos").view(512, WIDTH))
            self.kind.copy_(get("emb.type").view(-1, WIDTH)[0])
            self.norm.weight.copy_(get("emb.ln.w"))
            self.norm.bias.copy_(get("emb.ln.b"))
            for at, layer in enumerate(self.layers):
                for part in ("w", "b"):
                    name = {"w": "weight", "b": "bias"}[part]
                    joined = torch.cat([get(f"l{at}.{which}.{part}") for which in "qkv"])
                    getattr(layer.qkv, name).copy_(joined)
                    for own, which in (
                        ("out", "ao"),
                        ("up", "fi"),
                        ("down", "fo"),
                        ("norm1", "aln"),
                        ("norm2", "oln"),
                    ):
                        getattr(getattr(layer, own), name).copy_(get(f"l{at}.{which}.{part}"))

    def freeze(self, layers: int) -> None:
        """Train only what lies above so many layers, and of the heads there those that ship."""
        if layers:
            self.exits = tuple(number for number in SHIPPED_EXITS if number > layers)
            for part in (*self.layers[:layers], self.norm):
                part.requires_grad_(False)
            self.positions.requires_grad_(False)
            self.kind.requires_grad_(False)
        for number, head in zip(EXITS, self.heads, strict=True):
            head.requires_grad_(number in self.exits)

    def forward(self, words: Tensor, ids: Tensor, exits: tuple[int, ...] = EXITS) -> list[Tensor]:
        """Return (N, T, COLUMNS) for each exit; ``words``: (V, WIDTH), the frozen embeddings."""
        with torch.autocast(words.device.type, torch.bfloat16, enabled=self.half_states):
            return self._read(words, ids, exits)

    def _read(self, words: Tensor, ids: Tensor, exits: tuple[int, ...]) -> list[Tensor]:
        mask = (ids != PADDING)[:, None, None, :]
        x = words[ids] + self.positions[: ids.shape[1]] + self.kind
        x = functional.dropout(self.norm(x), self.dropped, self.training)
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        found = []
        for number, layer in enumerate(self.layers[: max(exits)], 1):
            x = layer(x, mask, self.dropped, self.rounded)
            if number in exits:
                found.append(self.heads[EXITS.index(number)](x).float())
        return found


def score(tokens: Tensor, sentence: Tensor, count: Tensor) -> Scores:
    """Turn what a head says of each token into scores of sentences: at the marker that ends it, and the mean over it."""
    n = len(tokens)
    inside = sentence >= 0
    owner = sentence.clamp(min=0).long()
    following = functional.pad(sentence[:, 1:], (0, 1), value=-1)
    at_end = inside & (sentence != following)
    sums = torch.zeros(n, MAX_SENTENCES, 3, device=tokens.device)
    parts = torch.stack([tokens[..., 1] * at_end, tokens[..., 2] * inside, inside.float()], dim=-1)
    sums.scatter_add_(1, owner[..., None].expand(-1, -1, 3), parts)
    scores = sums[..., 0] + sums[..., 1] / sums[..., 2].clamp(min=1)
    there = torch.arange(MAX_SENTENCES, device=tokens.device)[None] < count[:, None]
    scores = scores.masked_fill(~there, float("-inf"))
    lowest = torch.full_like(tokens[..., 3], -1e4)
    return Scores(
        scores, tokens[:, 0, 0], torch.where(inside, tokens[..., 3], lowest), torch.where(inside, tokens[..., 4], lowest)
    )  # fmt: skip


def join(parts: list[Scores], value: Tensor) -> Scores:
    """One batch again of its parts; of values only the log likelihoods of the right tokens, (N,), 0 where none is known."""
    begin = 0
    firsts, lasts = [], []
    for part in parts:
        picked = value[begin : begin + len(part.none)].long()
        begin += len(part.none)
        known = picked[:, 0] >= 0
        for found, tokens, column in ((firsts, part.first, 0), (lasts, part.last, 1)):
            log = functional.log_softmax(tokens, dim=1)
            found.append(log.gather(1, picked[:, column : column + 1].clamp(min=0))[:, 0] * known)
    return Scores(
        torch.cat([part.sentences for part in parts]), torch.cat([part.none for part in parts]),
        torch.cat(firsts), torch.cat(lasts),
    )  # fmt: skip


POSITIVE = 2.0  # weight of a window that answers: several that do not stand beside each
RANKED, VALUE = 1.0, 0.15  # weights of the other losses


def compute_loss(
    scores: Scores, right: Tensor, group: Tensor, value: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the loss of joined scores, and (N, 1 + S) log likelihoods of none and of each sentence."""
    logits = torch.cat([scores.none[:, None], scores.sentences], dim=1)
    log = functional.log_softmax(logits, dim=1)
    answers = right.any(1)
    target = torch.cat([~answers[:, None], right], dim=1)
    likelihood = torch.logsumexp(log.masked_fill(~target, float("-inf")), dim=1)
    weight = torch.where(answers, POSITIVE, 1.0)
    loss = -(likelihood * weight).sum() / weight.sum()
    # All sentences of all windows of a question, each less its window's "none".
    margin = (scores.sentences - scores.none[:, None]).clamp(-25, 25)
    there = torch.isfinite(scores.sentences) & (group >= 0)[:, None]
    odds = torch.exp(margin) * there
    groups = len(group)
    owner = group.clamp(min=0).long()
    whole = torch.zeros(groups, device=log.device).index_add(0, owner, odds.sum(1))
    good = torch.zeros(groups, device=log.device).index_add(0, owner, (odds * right).sum(1))
    has = good > 0
    ratio = torch.log(whole.clamp(min=1e-20)) - torch.log(good.clamp(min=1e-20))
    loss = loss + RANKED * (ratio * has).sum() / has.sum().clamp(min=1)
    known = (value[:, 0] >= 0).sum().clamp(min=1)
    loss = loss - VALUE * (scores.first.sum() + scores.last.sum()) / known
    return loss, log
